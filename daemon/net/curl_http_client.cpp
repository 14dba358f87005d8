#include "net/curl_http_client.hpp"

#include <signal.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/transfer.hpp"
#include "podload/mutex.hpp"

namespace podload::net {
namespace {

using std::chrono::milliseconds;

constexpr long kKeptConnections = 512;
constexpr milliseconds kLongestPoll{60'000};

HttpResult failed(HttpFailure failure) {
  HttpResult result;
  result.failure = std::move(failure);
  return result;
}

HttpResult cancelled() { return failed({HttpFailure::Kind::cancelled, "cancelled"}); }

}  // namespace

class CurlHttpClient::Loop {
 public:
  explicit Loop(Log& log) : log_(log) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot be started");
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw std::runtime_error("libcurl cannot create a multi handle");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
    // Signals are for the thread that waits for them: a signal taken by this one would kill the process.
    sigset_t all, before;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fault);  // blocked, they would end the process unreported
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  /// The call's number; 0 if it has ended already.
  std::uint64_t add(HttpRequest request, OnDone on_done, OnData on_data) {
    {
      const MutexLock lock(mutex_);
      if (!stopping_) {
        const std::size_t limit = request.group_limit;
        const bool has_budget = request.group_bytes > 0;
        arrivals_.push_back(
            std::make_unique<Transfer>(++last_id_, std::move(request), std::move(on_done), std::move(on_data)));
        Transfer& transfer = *arrivals_.back();
        Group& group = groups_[transfer.group()];
        if (!transfer.group().empty() && group.calls >= limit)
          transfer.stillborn = HttpFailure{HttpFailure::Kind::busy, std::to_string(group.calls) + " calls under way"};
        ++group.calls;
        if (has_budget) {
          // Outlives the group's calls: replies hold it too.
          auto budget = group.bytes.lock();
          if (!budget) group.bytes = budget = std::make_shared<ByteBudget>();
          transfer.budget = std::move(budget);
        }
        curl_multi_wakeup(multi_);
        return last_id_;
      }
    }
    on_done(cancelled());
    return 0;
  }

  void cancel(std::uint64_t id) {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    cancels_.push_back(id);
    curl_multi_wakeup(multi_);
  }

  void stop() {
    {
      const MutexLock lock(mutex_);
      if (!stopping_) curl_multi_wakeup(multi_);
      stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    while (take_news()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      finish_done();
      const SteadyTime next = finish_overdue();
      const auto now = std::chrono::steady_clock::now();
      const milliseconds wait = next - now > kLongestPoll ? kLongestPoll : std::chrono::ceil<milliseconds>(next - now);
      curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::max(wait, milliseconds(0)).count()), nullptr);
    }
    while (!active_.empty()) end(active_.begin()->first, cancelled());
    curl_multi_cleanup(multi_);
    curl_global_cleanup();
  }

  /// Starts new calls and ends cancelled ones; false once the loop must stop.
  bool take_news() {
    std::vector<std::unique_ptr<Transfer>> arrivals;
    std::vector<std::uint64_t> cancels;
    bool stopping = false;
    {
      const MutexLock lock(mutex_);
      arrivals.swap(arrivals_);
      cancels.swap(cancels_);
      stopping = stopping_;
    }
    for (auto& transfer : arrivals) begin(std::move(transfer));
    for (const std::uint64_t id : cancels) end(id, cancelled());
    return !stopping;
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    Transfer& started = *active_.emplace(transfer->id(), std::move(transfer)).first->second;
    if (started.stillborn) {
      end(started.id(), failed(*started.stillborn));
      return;
    }
    if (started.begins() <= std::chrono::steady_clock::now()) carry_out(started);
  }

  void carry_out(Transfer& started) {
    try {
      curl_multi_add_handle(multi_, started.prepare());
    } catch (const HttpFailure& failure) {
      end(started.id(), failed(failure));
    } catch (const std::exception& e) {
      end(started.id(), failed({HttpFailure::Kind::broken, e.what()}));
    }
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      end(transfer->id(), transfer->result(message->data.result));
    }
  }

  /// Ends the overdue calls. Returns the next deadline.
  SteadyTime finish_overdue() {
    const auto now = std::chrono::steady_clock::now();
    auto next = SteadyTime::max();
    std::vector<std::uint64_t> overdue, due;
    for (const auto& [id, transfer] : active_) {
      const bool waits = transfer->handle() == nullptr;
      if (waits && transfer->begins() <= now) due.push_back(id);
      const auto deadline = waits ? std::max(transfer->begins(), now + milliseconds(1)) : transfer->deadline();
      if (deadline <= now)
        overdue.push_back(id);
      else
        next = std::min(next, deadline);
    }
    for (const std::uint64_t id : overdue) end(id, failed(active_.at(id)->overdue()));
    for (const std::uint64_t id : due) carry_out(*active_.at(id));
    return due.empty() ? next : now;
  }

  void end(std::uint64_t id, HttpResult result) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    active_.erase(found);
    if (transfer->handle() != nullptr) curl_multi_remove_handle(multi_, transfer->handle());
    transfer->budget.reset();
    {
      const MutexLock lock(mutex_);
      const auto group = groups_.find(transfer->group());
      if (--group->second.calls == 0 && group->second.bytes.expired()) groups_.erase(group);
    }
    try {
      transfer->finish(std::move(result));
    } catch (const std::exception& e) {
      log_.error("a callback of an outgoing call threw", {{"error", e.what()}});
    }
  }

  /// A bulkhead: its number of calls, including those not started yet, and the bytes that their replies hold.
  struct Group {
    std::size_t calls = 0;
    std::weak_ptr<ByteBudget> bytes;
  };

  Log& log_;
  CURLM* multi_ = nullptr;  ///< Used by the network thread only, except for curl_multi_wakeup.
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> active_;  ///< Used by the network thread only.

  Mutex mutex_;  ///< Guards the members below.
  std::vector<std::unique_ptr<Transfer>> arrivals_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> cancels_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, Group> groups_ PODLOAD_GUARDED_BY(mutex_);
  std::uint64_t last_id_ PODLOAD_GUARDED_BY(mutex_) = 0;
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

namespace {

template <class Loop>
class Call : public HttpCall {
 public:
  Call(std::weak_ptr<Loop> loop, std::uint64_t id) : loop_(std::move(loop)), id_(id) {}
  void cancel() override {
    if (const auto loop = loop_.lock()) loop->cancel(id_);
  }

 private:
  const std::weak_ptr<Loop> loop_;
  const std::uint64_t id_;
};

}  // namespace

CurlHttpClient::CurlHttpClient(Log& log) : loop_(std::make_shared<Loop>(log)) {}

CurlHttpClient::~CurlHttpClient() { stop(); }

std::shared_ptr<HttpCall> CurlHttpClient::start(HttpRequest request, OnDone on_done, OnData on_data) {
  const std::uint64_t id = loop_->add(std::move(request), std::move(on_done), std::move(on_data));
  return std::make_shared<Call<Loop>>(loop_, id);
}

void CurlHttpClient::stop() { loop_->stop(); }

}  // namespace podload::net
