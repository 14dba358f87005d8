#include "http/handler_watch.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr std::size_t kShares = 4;

}  // namespace

HandlerWatch::HandlerWatch(std::size_t workers, const Clock& clock, Log& log)
    : share_(std::max<std::size_t>(workers / kShares, 1)), clock_(clock), log_(log) {}

std::unique_ptr<HandlerWatch::Entry> HandlerWatch::enter(const Operation& operation, const std::string& request_id) {
  const std::size_t most = operation.concurrency.value_or(share_);
  const MutexLock lock(mutex_);
  std::size_t& inside = by_plugin_[operation.plugin];
  if (inside >= most) throw Error("plugin_busy", {{"plugin", operation.plugin}, {"limit", most}}).with_retry_after(1);
  running_.push_front({&operation, request_id, clock_.steady(), false});
  ++inside;
  return std::unique_ptr<Entry>(new Entry(*this, running_.begin()));
}

void HandlerWatch::leave(std::list<Running>::iterator at) {
  const MutexLock lock(mutex_);
  --by_plugin_[at->operation->plugin];
  running_.erase(at);
}

void HandlerWatch::report() noexcept {
  try {
    const MutexLock lock(mutex_);
    const SteadyTime now = clock_.steady();
    for (Running& one : running_) {
      if (one.reported || now - one.began < one.operation->time) continue;
      one.reported = true;
      log_.error("a handler has not returned in time and still holds a worker",
                 {{"plugin", one.operation->plugin}, {"operation", one.operation->id}, {"request", one.request},
                  {"seconds", std::chrono::duration_cast<std::chrono::seconds>(now - one.began).count()}});
    }
  } catch (...) {  // out of memory: the next call reports it
  }
}

}  // namespace podload
