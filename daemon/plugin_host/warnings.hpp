// The warnings that running plugins report to operators (Host::warn), for /readyz. Owned by the PluginHost; any thread.
#pragma once

#include <string>

#include "podload/json.hpp"
#include "podload/mutex.hpp"
#include "podload/text.hpp"

namespace podload {

class Warnings {
 public:
  /// One text per plugin and code; an empty text removes the warning.
  void set(const std::string& plugin, const std::string& code, const std::string& what) {
    const MutexLock lock(mutex_);
    if (!what.empty()) {
      by_plugin_[plugin][code] = clean_text(what, kLongest);
    } else if (const auto found = by_plugin_.find(plugin); found != by_plugin_.end()) {
      found->erase(code);
      if (found->empty()) by_plugin_.erase(found);
    }
  }

  /// {"PLUGIN": {"CODE": "text"}}
  Json all() const {
    const MutexLock lock(mutex_);
    return by_plugin_;
  }

 private:
  static constexpr std::size_t kLongest = 300;

  mutable Mutex mutex_;
  Json by_plugin_ PODLOAD_GUARDED_BY(mutex_) = Json::object();
};

}  // namespace podload
