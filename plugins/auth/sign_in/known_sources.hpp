// The addresses that somebody signed in from lately, as the database had them a few seconds ago, so that nothing has to be
// asked before a password's turn comes. Owned by the plugin; any thread; does not throw but for memory.
#pragma once

#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

namespace podload::auth {

class KnownSources {
 public:
  bool has(const std::string& source) const {
    const std::lock_guard lock(mutex_);
    return sources_.contains(source);
  }
  /// Of this moment, by this daemon.
  void add(const std::string& source) {
    const std::lock_guard lock(mutex_);
    sources_.insert(source);
  }
  void replace(std::unordered_set<std::string> sources) {
    const std::lock_guard lock(mutex_);
    sources_ = std::move(sources);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> sources_;
};

}  // namespace podload::auth
