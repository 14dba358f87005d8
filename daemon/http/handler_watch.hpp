// The handlers that run: how many of one plugin may hold a worker at once, and which do not return in time. So a plugin
// that blocks takes a share of the workers and not all of them, and the log names it. Any thread.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "http/contract.hpp"
#include "podload/clock.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class HandlerWatch {
  struct Running {
    const Operation* operation = nullptr;
    std::string request;
    SteadyTime began;
    bool reported = false;
  };

 public:
  /// One running handler, until it is destroyed; that must be before its HandlerWatch is.
  class Entry {
   public:
    ~Entry() { watch_.leave(at_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    friend class HandlerWatch;
    Entry(HandlerWatch& watch, std::list<Running>::iterator at) : watch_(watch), at_(at) {}
    HandlerWatch& watch_;
    const std::list<Running>::iterator at_;
  };

  /// A plugin without `concurrency` gets a quarter of the workers.
  HandlerWatch(std::size_t workers, const Clock& clock, Log& log);

  /// Does not wait. Throws Error{"plugin_busy"} if the plugin's share is in use. `operation` outlives the entry.
  std::unique_ptr<Entry> enter(const Operation& operation, const std::string& request_id);

  /// Logs, once each, the handlers that have not returned within their operation's time. A job calls it periodically.
  void report() noexcept;

 private:
  void leave(std::list<Running>::iterator at);

  const std::size_t share_;
  const Clock& clock_;
  Log& log_;
  Mutex mutex_;
  std::list<Running> running_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, std::size_t> by_plugin_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload
