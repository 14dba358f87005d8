// The Pods of a cluster as small records, by namespace and name, with a version per namespace.
//
// A table is filled by one writer: a feed, or a list that was read for one reply. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "live/names.hpp"
#include "live/record_map.hpp"
#include "podload/json_view.hpp"

namespace podload::pod_load {

using NameLabels = std::vector<std::pair<Name, Name>>;

struct PodRecord {
  std::string uid;
  std::uint64_t version = 0;  ///< Its resourceVersion; 0 if that is no number.
  Name node, host_ip, status;
  std::string pod_ip;
  NameLabels labels;
  std::string operation;     ///< The removal that set the label, by its annotation.
  std::vector<Name> owners;  ///< Their uids.
  SystemTime created;
  std::int32_t restarts = 0;
  std::int16_t containers_ready = 0, containers = 0;
  bool ready = false, ending = false;
  std::uint32_t round = 0;  ///< The map's.

  /// Counts shared texts as if they were its own.
  std::size_t bytes() const;
  /// The label's value; null if it is not set.
  const std::string* label(std::string_view name) const;
  bool is_owned_by(const std::vector<Name>& uids) const;
};

class PodTable {
 public:
  using Pods = RecordMap<PodRecord>::Records;

  explicit PodTable(std::shared_ptr<Names> names) : names_(std::move(names)) {}

  void begin() { records_.begin(); }
  void end() { records_.end(); }
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(const Pod& pod);
  void put(JsonView object) { put(read_pod(object)); }
  /// The same for the reply to a change of podload's own, which a feed reports too: ignored unless the Pod is in the table
  /// in an older state.
  void put_newer(const Pod& pod);
  void erase(JsonView object);

  const Pods& of(std::string_view name_space) const { return records_.of(name_space); }
  std::vector<std::string> namespaces() const { return records_.namespaces(); }
  /// Changes whenever a page of that namespace would.
  std::uint64_t version(std::string_view name_space) const { return records_.version(name_space); }
  std::size_t size() const { return records_.size(); }
  std::size_t bytes() const { return records_.bytes(); }

 private:
  PodRecord record_of(const Pod& pod) const;

  const std::shared_ptr<Names> names_;
  RecordMap<PodRecord> records_{"list pods", 40U << 20};
};

}  // namespace podload::pod_load
