// What routes traffic to the Pods of a cluster: the selectors of its Services, and the endpoints in its EndpointSlices.
// Each table is filled by one writer; not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "live/names.hpp"
#include "live/record_map.hpp"
#include "podload/json_view.hpp"

namespace podload::pod_load {

/// The Services of a cluster that have a selector.
class ServiceTable {
 public:
  struct Record {
    Labels selector;
    std::uint32_t round = 0;  ///< The map's.

    std::size_t bytes() const;
  };
  using Services = RecordMap<Record>::Records;

  void begin() { records_.begin(); }
  void end() { records_.end(); }
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  const Services& of(std::string_view name_space) const { return records_.of(name_space); }
  /// Changes whenever a selector of that namespace does.
  std::uint64_t version(std::string_view name_space) const { return records_.version(name_space); }

 private:
  RecordMap<Record> records_{"list services", 8U << 20};
};

/// The endpoints that receive traffic: those that are ready, by the uid of their Pod, or by address without one.
class SliceTable {
 public:
  struct Record {
    Name service;
    std::vector<Name> endpoints;
    std::uint32_t round = 0;  ///< The map's.

    std::size_t bytes() const;
  };
  using Slices = RecordMap<Record>::Records;

  explicit SliceTable(std::shared_ptr<Names> names) : names_(std::move(names)) {}

  void begin() { records_.begin(); }
  void end() { records_.end(); }
  /// Throws KubeError (too_large) if the table takes too much memory.
  void put(JsonView object);
  void erase(JsonView object);

  const Slices& of(std::string_view name_space) const { return records_.of(name_space); }
  /// Changes whenever an endpoint of that namespace does.
  std::uint64_t version(std::string_view name_space) const { return records_.version(name_space); }

 private:
  const std::shared_ptr<Names> names_;
  RecordMap<Record> records_{"list endpointslices", 24U << 20};
};

}  // namespace podload::pod_load
