// A plugin that misbehaves at the place in its configuration: unruly.in. Even its library's constructor leaves a trace,
// so that a test can see whether any of its code ran.
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include "podload/error.hpp"
#include "podload/plugin.hpp"

namespace podload {
namespace {

const bool kLoaded = [] {
  if (const char* trace = std::getenv("PODLOAD_TEST_TRACE"); trace != nullptr) std::ofstream(trace) << "its code ran\n";
  return true;
}();

class Unruly final : public Plugin {
 public:
  void start(Host& host) override {
    in_ = text_member(host.config(), "in");
    host.handle("unruly.look", [this](Request& request) -> Answer {
      misbehave("handler");
      if (in_ == "handler that writes to null") *nowhere_ = 1;
      if (in_ == "handler for ever") wait_for_ever();
      called_ = true;
      if (in_ == "handler that answers nothing") return Later(nullptr);
      if (in_ == "handler of another parameter") return Reply::json(request.param("nosuch"));
      if (in_.starts_with("handler that")) {
        const auto later = request.later();
        if (in_ == "handler that drops its reply") return Later(later);
        later->finish(Reply::json({{"later", true}}));
        if (in_ == "handler that finishes twice") later->finish(Reply::json({{"later", "again"}}));
        if (in_ == "handler that answers twice") return Reply::json({{"later", false}});
        return Later(later);
      }
      if (in_ == "handler with a number") throw 42;  // NOLINT: on purpose
      return Reply::json({{"fine", kLoaded}});
    });
    misbehave("start");
    if (in_.ends_with("job")) host.every(std::chrono::milliseconds(20), "job", [] { throw std::string("unruly in its job"); });
    if (in_ == "start with a job") throw std::runtime_error("unruly in its start");
    if (in_ == "start with a number") throw 42;  // NOLINT: on purpose
    if (in_ == "start for ever") wait_for_ever();
    if (in_.starts_with("event"))
      host.subscribe("cluster.changed", [this](const Event&) {
        if (in_ == "event with a number") throw 42;  // NOLINT: on purpose
        misbehave("event");
      });
    if (in_ == "job that aborts") host.every(std::chrono::milliseconds(20), "job", [this] {
        if (called_) std::abort();
      });
    if (in_ == "a handler of nothing") host.handle("unruly.nothing", [](Request&) { return Reply(); });
  }
  void stop() override { misbehave("stop"); }

 private:
  void wait_for_ever() {
    std::unique_lock lock(mutex_);
    never_.wait(lock, [] { return false; });
  }
  void misbehave(const char* where) const {
    if (in_ == where) throw std::runtime_error(std::string("unruly in its ") + where);
  }

  std::string in_;
  int* volatile nowhere_ = nullptr;
  std::atomic<bool> called_{false};
  std::mutex mutex_;
  std::condition_variable never_;
};

}  // namespace
}  // namespace podload

PODLOAD_PLUGIN(podload::Unruly, "unruly", "1.0.0")
