#include "live/object_table.hpp"

#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {
namespace {

/// About what an entry takes, with its place in the map.
std::size_t bytes_of(std::string_view name, const ObjectRecord& record) {
  return sizeof(ObjectRecord) + 96 + name.size() + record.uid->size() + 16 * record.owners.size() + record.row.size();
}

}  // namespace

void ObjectTable::end() {
  for (auto space = spaces_.begin(); space != spaces_.end();) {
    const auto gone = std::erase_if(space->second, [&](const auto& entry) {
      if (entry.second.round == round_) return false;
      memory_.remove(bytes_of(entry.first, entry.second));
      return true;
    });
    if (gone > 0) ++version_;
    space = space->second.empty() ? spaces_.erase(space) : std::next(space);
  }
}

void ObjectTable::put(JsonView object) {
  const JsonView metadata = object["metadata"];
  ObjectRecord record;
  record.uid = names_->of(metadata["uid"].text());
  metadata["ownerReferences"].each([&](JsonView owner) { record.owners.push_back(names_->of(owner["uid"].text())); });
  if (type_ != nullptr) record.row = print_json(workload_row(*type_, object));
  record.round = round_;
  auto space = spaces_.find(metadata["namespace"].text());
  if (space == spaces_.end()) space = spaces_.emplace(metadata["namespace"].text(), Objects()).first;
  const std::string name = metadata["name"].string();
  const auto before = space->second.find(name);
  memory_.replace(before == space->second.end() ? 0 : bytes_of(name, before->second), bytes_of(name, record));
  const auto [known, is_new] = space->second.try_emplace(name);
  if (is_new || known->second.uid != record.uid || known->second.owners != record.owners) ++version_;
  known->second = std::move(record);
}

void ObjectTable::erase(JsonView object) {
  const JsonView metadata = object["metadata"];
  const auto space = spaces_.find(metadata["namespace"].text());
  if (space == spaces_.end()) return;
  const auto known = space->second.find(metadata["name"].text());
  // Its place may have been taken by another object meanwhile.
  if (known == space->second.end() || *known->second.uid != metadata["uid"].text()) return;
  memory_.remove(bytes_of(known->first, known->second));
  space->second.erase(known);
  ++version_;
  if (space->second.empty()) spaces_.erase(space);
}

const ObjectTable::Objects& ObjectTable::of(std::string_view name_space) const {
  static const Objects none;
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? none : space->second;
}

}  // namespace podload::pod_load
