#include "live/object_table.hpp"

#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

void ObjectTable::put(JsonView object) {
  const JsonView metadata = object["metadata"];
  ObjectRecord record;
  record.uid = names_->of(metadata["uid"].text());
  metadata["ownerReferences"].each([&](JsonView owner) { record.owners.push_back(names_->of(owner["uid"].text())); });
  if (type_ != nullptr) record.row = print_json(workload_row(*type_, object));
  records_.put(metadata["namespace"].text(), metadata["name"].text(), std::move(record), true);
}

void ObjectTable::erase(JsonView object) {
  const JsonView metadata = object["metadata"];
  const std::string_view name_space = metadata["namespace"].text(), name = metadata["name"].text();
  const ObjectRecord* const known = records_.find(name_space, name);
  // Its place may have been taken by another object meanwhile.
  if (known != nullptr && *known->uid == metadata["uid"].text()) records_.erase(name_space, name);
}

}  // namespace podload::pod_load
