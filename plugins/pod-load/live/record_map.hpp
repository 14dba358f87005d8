// Records of objects, by namespace and name: what the tables of this folder have in common. A list replaces all that it
// does not have, each namespace has a version, and the memory is bounded whatever the API server sends. Not thread-safe.
//
// A Record has `std::uint32_t round`, which belongs to the map, and `std::size_t bytes() const`: about the memory that it
// takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

template <class Record>
class RecordMap {
 public:
  using Records = std::map<std::string, Record, std::less<>>;

  /// `what` names the list in errors: "list pods".
  RecordMap(std::string what, std::size_t most_bytes) : what_(std::move(what)), most_bytes_(most_bytes) {}

  /// All that is not put until end() goes then.
  void begin() { ++round_; }
  void end() {
    for (auto space = spaces_.begin(); space != spaces_.end();) {
      const auto gone = std::erase_if(space->second.records, [&](const auto& entry) {
        if (entry.second.round == round_) return false;
        bytes_ -= bytes_of(entry.first, entry.second);
        return true;
      });
      if (gone > 0) space->second.version = ++changes_;
      space = space->second.records.empty() ? spaces_.erase(space) : std::next(space);
    }
  }

  /// Adds or replaces a record; without `is_change` the namespace keeps its version. Throws KubeError (too_large) past the
  /// most bytes, and then changes nothing.
  void put(std::string_view name_space, std::string_view name, Record record, bool is_change) {
    const Record* const known = find(name_space, name);
    const std::size_t bytes = bytes_ - (known == nullptr ? 0 : bytes_of(name, *known)) + bytes_of(name, record);
    if (bytes > most_bytes_)
      throw KubeError(KubeError::Fault::too_large, "kube_list_too_long", {{"what", what_}, {"items", size()}});
    record.round = round_;
    auto space = spaces_.find(name_space);
    if (space == spaces_.end()) space = spaces_.emplace(name_space, Space()).first;
    space->second.records.insert_or_assign(std::string(name), std::move(record));
    if (is_change || known == nullptr) space->second.version = ++changes_;
    bytes_ = bytes;
  }

  void erase(std::string_view name_space, std::string_view name) {
    const auto space = spaces_.find(name_space);
    if (space == spaces_.end()) return;
    const auto known = space->second.records.find(name);
    if (known == space->second.records.end()) return;
    bytes_ -= bytes_of(known->first, known->second);
    space->second.records.erase(known);
    space->second.version = ++changes_;
    if (space->second.records.empty()) spaces_.erase(space);
  }

  /// Null if there is none.
  const Record* find(std::string_view name_space, std::string_view name) const {
    const Records& records = of(name_space);
    const auto found = records.find(name);
    return found == records.end() ? nullptr : &found->second;
  }
  /// Whether the list in progress, or else the last one, has brought the record, or an event since.
  bool is_current(const Record& record) const { return record.round == round_; }

  /// Empty for an unknown namespace.
  const Records& of(std::string_view name_space) const {
    static const Records none;
    const auto space = spaces_.find(name_space);
    return space == spaces_.end() ? none : space->second.records;
  }
  /// The namespaces that have records, in order.
  std::vector<std::string> namespaces() const {
    std::vector<std::string> names;
    names.reserve(spaces_.size());
    for (const auto& [name, space] : spaces_) names.push_back(name);
    return names;
  }
  /// 0 for an unknown namespace. A version never comes back.
  std::uint64_t version(std::string_view name_space) const {
    const auto space = spaces_.find(name_space);
    return space == spaces_.end() ? 0 : space->second.version;
  }
  std::size_t size() const {
    std::size_t size = 0;
    for (const auto& [name, space] : spaces_) size += space.records.size();
    return size;
  }
  /// About the memory that it takes.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Space {
    Records records;
    std::uint64_t version = 0;
  };
  static std::size_t bytes_of(std::string_view name, const Record& record) {
    constexpr std::size_t kPlace = 64;  // in the map
    return kPlace + sizeof(typename Records::value_type) + name.size() + record.bytes();
  }

  const std::string what_;
  const std::size_t most_bytes_;
  std::map<std::string, Space, std::less<>> spaces_;
  std::uint64_t changes_ = 0;
  std::uint32_t round_ = 0;  ///< Counts the lists.
  std::size_t bytes_ = 0;
};

}  // namespace podload::pod_load
