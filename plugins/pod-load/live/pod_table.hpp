// The Pods of a cluster as small records, by namespace and name, with a version per namespace.
//
// A table is filled by one writer: a feed, or a list that was read for one reply. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "live/memory_limit.hpp"
#include "live/names.hpp"
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
  std::uint32_t round = 0;  ///< The list that had it last.

  /// The label's value; null if it is not set.
  const std::string* label(std::string_view name) const;
  bool is_owned_by(const std::vector<Name>& uids) const;
};

class PodTable {
 public:
  using Pods = std::map<std::string, PodRecord, std::less<>>;

  explicit PodTable(std::shared_ptr<Names> names) : names_(std::move(names)) {}

  /// All that is not put until end() goes then.
  void begin();
  void end();
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(const Pod& pod);
  void put(JsonView object) { put(read_pod(object)); }
  /// The same for the reply to a change of podload's own, which a feed reports too: ignored unless the Pod is in the table
  /// in an older state.
  void put_newer(const Pod& pod);
  void erase(JsonView object);

  /// Empty for an unknown namespace.
  const Pods& of(std::string_view name_space) const;
  /// The namespaces that have Pods, in order.
  std::vector<std::string> namespaces() const;
  /// Changes whenever a record of that namespace does.
  std::uint64_t version(std::string_view name_space) const;
  std::size_t size() const;
  /// About the memory that it takes.
  std::size_t bytes() const { return memory_.bytes(); }

 private:
  struct Space {
    Pods pods;
    std::uint64_t version = 0;
  };
  PodRecord record_of(const Pod& pod) const;

  const std::shared_ptr<Names> names_;
  std::map<std::string, Space, std::less<>> spaces_;
  std::uint64_t changes_ = 0;
  std::uint32_t round_ = 0;  ///< Counts the lists.
  MemoryLimit memory_{40U << 20};
};

}  // namespace podload::pod_load
