// A cache of rows for up to one second. Owned by the code that reads the rows; any thread; throws only if memory runs
// out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "podload/clock.hpp"
#include "podload/mutex.hpp"

namespace podload::auth {

template <class Value>
class Cache {
 public:
  struct Found {
    Value value;
    SteadyTime::duration age;
  };

  /// Also empty for the first caller after half the lifetime: it refreshes the entry while the others keep using it.
  /// Otherwise all would refresh at the same moment.
  template <class Accept>
  std::optional<Found> find(const std::string& key, SteadyTime now, Accept accept) {
    const MutexLock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    Entry& entry = found->second;
    const SteadyTime::duration age = now - entry.read_at;
    if (age >= kTime || !accept(entry.value)) return std::nullopt;
    if (age >= kTime / 2 && !entry.renewing) {
      entry.renewing = true;
      return std::nullopt;
    }
    return Found{entry.value, age};
  }

  /// `read_at`: the time before the rows were read.
  void put(const std::string& key, Value value, SteadyTime read_at) {
    const MutexLock lock(mutex_);
    if (entries_.size() >= kMost) {
      std::erase_if(entries_, [&](const auto& item) { return read_at - item.second.read_at >= kTime; });
      if (entries_.size() >= kMost) entries_.clear();
    }
    entries_.insert_or_assign(key, Entry{std::move(value), read_at, false});
  }

  void forget(const std::string& key) {
    const MutexLock lock(mutex_);
    entries_.erase(key);
  }

 private:
  static constexpr auto kTime = std::chrono::milliseconds(1000);
  static constexpr std::size_t kMost = 10000;

  struct Entry {
    Value value;
    SteadyTime read_at;
    bool renewing = false;  ///< A caller refreshes the entry already.
  };

  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::auth
