// The objects of a kind that owns Pods, or owns their owners: names, uids, owners, and for a workload type its row of
// GET …/workloads. Filled by one writer; not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "live/names.hpp"
#include "live/record_map.hpp"
#include "podload/json_view.hpp"
#include "podload/workload_type.hpp"

namespace podload::pod_load {

struct ObjectRecord {
  Name uid;
  std::vector<Name> owners;  ///< Their uids.
  std::string row;           ///< Printed; empty if the kind is no workload type.
  std::uint32_t round = 0;   ///< The map's.

  std::size_t bytes() const { return uid->size() + sizeof(Name) * owners.size() + row.size(); }
};

class ObjectTable {
 public:
  using Objects = RecordMap<ObjectRecord>::Records;

  /// `type` is null for a kind that is no workload type, and must outlive the table.
  ObjectTable(std::shared_ptr<Names> names, const WorkloadType* type) : names_(std::move(names)), type_(type) {}

  void begin() { records_.begin(); }
  void end() { records_.end(); }
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  const Objects& of(std::string_view name_space) const { return records_.of(name_space); }
  /// Changes whenever a row of that namespace may have.
  std::uint64_t version(std::string_view name_space) const { return records_.version(name_space); }

 private:
  const std::shared_ptr<Names> names_;
  const WorkloadType* const type_;
  RecordMap<ObjectRecord> records_{"list workloads", 24U << 20};
};

}  // namespace podload::pod_load
