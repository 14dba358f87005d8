#include "live/route_tables.hpp"

#include "kube/endpoint_slice.hpp"
#include "kube/service.hpp"

namespace podload::pod_load {
namespace {

constexpr std::size_t kPlace = 160;  // of an entry in its map

std::size_t bytes_of(std::string_view name, const ServiceTable::Record& record) {
  std::size_t bytes = kPlace + name.size();
  for (const auto& [label, value] : record.selector) bytes += kPlace + label.size() + value.size();
  return bytes;
}

std::size_t bytes_of(std::string_view name, const SliceTable::Record& record) {
  std::size_t bytes = kPlace + name.size() + record.service->size();
  for (const Name& endpoint : record.endpoints) bytes += sizeof(Name) + endpoint->size();
  return bytes;
}

}  // namespace

void ServiceTable::end() {
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

void ServiceTable::put(JsonView object) {
  const Service service = read_service(object);
  if (service.selector.empty()) return erase(object);
  Record record{service.selector, round_};
  auto space = spaces_.find(object["metadata"]["namespace"].text());
  if (space == spaces_.end()) space = spaces_.emplace(object["metadata"]["namespace"].text(), Services()).first;
  const auto known = space->second.find(service.name);
  const bool is_new = known == space->second.end();
  memory_.replace(is_new ? 0 : bytes_of(service.name, known->second), bytes_of(service.name, record));
  if (is_new || known->second.selector != record.selector) ++version_;
  space->second.insert_or_assign(service.name, std::move(record));
}

void ServiceTable::erase(JsonView object) {
  const auto space = spaces_.find(object["metadata"]["namespace"].text());
  if (space == spaces_.end()) return;
  const auto known = space->second.find(object["metadata"]["name"].text());
  if (known == space->second.end()) return;
  memory_.remove(bytes_of(known->first, known->second));
  space->second.erase(known);
  ++version_;
  if (space->second.empty()) spaces_.erase(space);
}

const ServiceTable::Services& ServiceTable::of(std::string_view name_space) const {
  static const Services none;
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? none : space->second;
}

void SliceTable::end() {
  for (auto space = spaces_.begin(); space != spaces_.end();) {
    const auto gone = std::erase_if(space->second.slices, [&](const auto& entry) {
      if (entry.second.round == round_) return false;
      memory_.remove(bytes_of(entry.first, entry.second));
      return true;
    });
    if (gone > 0) space->second.version = ++changes_;
    space = space->second.slices.empty() ? spaces_.erase(space) : std::next(space);
  }
}

void SliceTable::put(JsonView object) {
  const EndpointSlice slice = read_slice(object);
  Record record;
  record.service = names_->of(slice.service);
  for (const Endpoint& endpoint : slice.endpoints) {
    if (!endpoint.ready || slice.service.empty()) continue;  // without a Service, nothing routes by it
    if (!endpoint.uid.empty())
      record.endpoints.push_back(names_->of(endpoint.uid));
    else
      for (const std::string& address : endpoint.addresses) record.endpoints.push_back(names_->of(address));
  }
  record.round = round_;
  auto space = spaces_.find(object["metadata"]["namespace"].text());
  if (space == spaces_.end()) space = spaces_.emplace(object["metadata"]["namespace"].text(), Space()).first;
  Slices& slices = space->second.slices;
  const auto known = slices.find(slice.name);
  const bool is_new = known == slices.end();
  memory_.replace(is_new ? 0 : bytes_of(slice.name, known->second), bytes_of(slice.name, record));
  if (is_new || known->second.service != record.service || known->second.endpoints != record.endpoints)
    space->second.version = ++changes_;
  slices.insert_or_assign(slice.name, std::move(record));
}

void SliceTable::erase(JsonView object) {
  const auto space = spaces_.find(object["metadata"]["namespace"].text());
  if (space == spaces_.end()) return;
  const auto known = space->second.slices.find(object["metadata"]["name"].text());
  if (known == space->second.slices.end()) return;
  memory_.remove(bytes_of(known->first, known->second));
  space->second.slices.erase(known);
  space->second.version = ++changes_;
  if (space->second.slices.empty()) spaces_.erase(space);
}

const SliceTable::Slices& SliceTable::of(std::string_view name_space) const {
  static const Slices none;
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? none : space->second.slices;
}

std::uint64_t SliceTable::version(std::string_view name_space) const {
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? 0 : space->second.version;
}

}  // namespace podload::pod_load
