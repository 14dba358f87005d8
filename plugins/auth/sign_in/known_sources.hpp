// Addresses of recent sign-ins, as read from the database a few seconds ago, so that choosing who waits for a password
// check needs no query. Owned by the plugin; any thread; throws only if memory runs out.
#pragma once

#include <string>
#include <unordered_set>
#include <utility>

#include "podload/mutex.hpp"

namespace podload::auth {

class KnownSources {
 public:
  bool has(const std::string& source) const {
    const MutexLock lock(mutex_);
    return sources_.contains(source);
  }
  /// A sign-in on this daemon just now.
  void add(const std::string& source) {
    const MutexLock lock(mutex_);
    sources_.insert(source);
  }
  void replace(std::unordered_set<std::string> sources) {
    const MutexLock lock(mutex_);
    sources_ = std::move(sources);
  }

 private:
  mutable Mutex mutex_;
  std::unordered_set<std::string> sources_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::auth
