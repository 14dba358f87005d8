// What routes traffic to the Pods of a cluster: the selectors of its Services, and the endpoints in its EndpointSlices.
// Each table is filled by one writer; not thread-safe.
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

namespace podload::pod_load {

/// The Services of a cluster that have a selector.
class ServiceTable {
 public:
  struct Record {
    Labels selector;
    std::uint32_t round = 0;  ///< The list that had it last.
  };
  using Services = std::map<std::string, Record, std::less<>>;

  void begin() { ++round_; }
  void end();
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  /// Empty for an unknown namespace.
  const Services& of(std::string_view name_space) const;
  /// Changes whenever a selector does.
  std::uint64_t version() const { return version_; }

 private:
  std::map<std::string, Services, std::less<>> spaces_;
  std::uint64_t version_ = 0;
  std::uint32_t round_ = 0;
  MemoryLimit memory_{8U << 20};
};

/// The endpoints that receive traffic: those that are ready, by the uid of their Pod, or by address without one.
class SliceTable {
 public:
  struct Record {
    Name service;
    std::vector<Name> endpoints;
    std::uint32_t round = 0;  ///< The list that had it last.
  };
  using Slices = std::map<std::string, Record, std::less<>>;

  explicit SliceTable(std::shared_ptr<Names> names) : names_(std::move(names)) {}

  void begin() { ++round_; }
  void end();
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  /// Empty for an unknown namespace.
  const Slices& of(std::string_view name_space) const;
  /// Changes whenever an endpoint of that namespace does.
  std::uint64_t version(std::string_view name_space) const;

 private:
  struct Space {
    Slices slices;
    std::uint64_t version = 0;
  };
  const std::shared_ptr<Names> names_;
  std::map<std::string, Space, std::less<>> spaces_;
  std::uint64_t changes_ = 0;
  std::uint32_t round_ = 0;
  MemoryLimit memory_{24U << 20};
};

}  // namespace podload::pod_load
