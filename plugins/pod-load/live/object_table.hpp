// The objects of a kind that owns Pods, or owns their owners: names, uids, owners, and for a workload type its row of
// GET …/workloads. Filled by one writer; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "live/memory_limit.hpp"
#include "live/names.hpp"
#include "podload/json_view.hpp"
#include "podload/workload_type.hpp"

namespace podload::pod_load {

struct ObjectRecord {
  Name uid;
  std::vector<Name> owners;  ///< Their uids.
  std::string row;           ///< Printed; empty if the kind is no workload type.
  std::uint32_t round = 0;   ///< The list that had it last.
};

class ObjectTable {
 public:
  using Objects = std::map<std::string, ObjectRecord, std::less<>>;

  /// `type` is null for a kind that is no workload type, and must outlive the table.
  ObjectTable(std::shared_ptr<Names> names, const WorkloadType* type) : names_(std::move(names)), type_(type) {}

  void begin() { ++round_; }
  void end();
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  /// Empty for an unknown namespace.
  const Objects& of(std::string_view name_space) const;
  /// Changes whenever an object comes, goes or gets other owners.
  std::uint64_t version() const { return version_; }

 private:
  const std::shared_ptr<Names> names_;
  const WorkloadType* const type_;
  std::map<std::string, Objects, std::less<>> spaces_;
  std::uint64_t version_ = 0;
  std::uint32_t round_ = 0;
  MemoryLimit memory_{24U << 20};
};

}  // namespace podload::pod_load
