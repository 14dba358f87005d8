// The most memory that a table may take, whatever the API server sends. Not thread-safe.
#pragma once

#include <cstddef>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t most) : most_(most) {}

  /// Counts a record that replaces one of `before` bytes. Throws KubeError (too_large), and then counts nothing.
  void replace(std::size_t before, std::size_t after) {
    const std::size_t bytes = bytes_ - before + after;
    if (bytes > most_)
      throw KubeError(KubeError::Fault::too_large, "kube_list_too_long", {{"what", "list"}, {"items", 0}});
    bytes_ = bytes;
  }
  void remove(std::size_t bytes) { bytes_ -= bytes; }
  std::size_t bytes() const { return bytes_; }

 private:
  const std::size_t most_;
  std::size_t bytes_ = 0;
};

}  // namespace podload::pod_load
