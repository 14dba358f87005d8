#include "live/node_table.hpp"

namespace podload::pod_load {
namespace {

constexpr std::size_t kLongestName = 253, kLongestAddress = 64;

std::string address_of(JsonView node) {
  std::string internal;
  node["status"]["addresses"].each([&](JsonView address) {
    if (address["type"].text() == "InternalIP" && internal.empty()) internal = address["address"].string();
  });
  return internal;
}

}  // namespace

void NodeTable::end() {
  complete_ = true;
  publish();
}

void NodeTable::put(JsonView object) {
  const std::string_view name = object["metadata"]["name"].text();
  std::string address = address_of(object);
  if (address.empty() || address.size() > kLongestAddress || name.size() > kLongestName) return;
  nodes_.insert_or_assign(std::string(name), std::move(address));
  publish();
}

void NodeTable::erase(JsonView object) {
  nodes_.erase(object["metadata"]["name"].string());
  publish();
}

void NodeTable::publish() {
  if (complete_ && *addresses_ != nodes_) addresses_ = std::make_shared<const NodeAddresses>(nodes_);
}

}  // namespace podload::pod_load
