// The InternalIP of each node of a cluster. Filled by one writer; not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "podload/json_view.hpp"

namespace podload::pod_load {

using NodeAddresses = std::map<std::string, std::string>;

class NodeTable {
 public:
  void begin() {
    nodes_.clear();
    complete_ = false;
  }
  void end();
  void put(JsonView object);
  void erase(JsonView object);

  /// A snapshot, which any thread may keep. Another object whenever an address changes.
  const std::shared_ptr<const NodeAddresses>& addresses() const { return addresses_; }

 private:
  void publish();

  NodeAddresses nodes_;
  bool complete_ = false;  ///< No list is in progress.
  std::shared_ptr<const NodeAddresses> addresses_ = std::make_shared<NodeAddresses>();
};

}  // namespace podload::pod_load
