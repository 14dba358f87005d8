#include "net/transfer_loop.hpp"

#include <signal.h>

#include <algorithm>
#include <stdexcept>

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

TransferLoop::TransferLoop(Log& log) : log_(log) {
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::runtime_error("libcurl cannot create a multi handle");
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
  // Signals are for the thread that waits for them: a signal taken by this one would kill the process.
  sigset_t all, before;
  sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigdelset(&all, fault);  // blocked, they would end the process unreported
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::uint64_t TransferLoop::add(HttpRequest request, HttpClient::OnDone on_done, HttpClient::OnData on_data) {
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
      ++calls_;
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

void TransferLoop::cancel(std::uint64_t id) {
  const MutexLock lock(mutex_);
  if (stopping_) return;
  cancels_.push_back(id);
  curl_multi_wakeup(multi_);
}

void TransferLoop::stop() {
  {
    const MutexLock lock(mutex_);
    if (!stopping_) curl_multi_wakeup(multi_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::optional<SteadyTime> TransferLoop::idle_since() {
  const MutexLock lock(mutex_);
  return calls_ == 0 ? std::optional(idle_since_) : std::nullopt;
}

void TransferLoop::run() {
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
}

/// Starts new calls and ends cancelled ones; false once the loop must stop.
bool TransferLoop::take_news() {
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

void TransferLoop::begin(std::unique_ptr<Transfer> transfer) {
  Transfer& started = *active_.emplace(transfer->id(), std::move(transfer)).first->second;
  if (started.stillborn) {
    end(started.id(), failed(*started.stillborn));
    return;
  }
  if (started.begins() <= std::chrono::steady_clock::now()) carry_out(started);
}

void TransferLoop::carry_out(Transfer& started) {
  try {
    curl_multi_add_handle(multi_, started.prepare());
  } catch (const HttpFailure& failure) {
    end(started.id(), failed(failure));
  } catch (const std::exception& e) {
    end(started.id(), failed({HttpFailure::Kind::broken, e.what()}));
  }
}

void TransferLoop::finish_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    end(transfer->id(), transfer->result(message->data.result));
  }
}

/// Ends the overdue calls. Returns the next deadline.
SteadyTime TransferLoop::finish_overdue() {
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

void TransferLoop::end(std::uint64_t id, HttpResult result) {
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
    if (--calls_ == 0) idle_since_ = std::chrono::steady_clock::now();
  }
  try {
    transfer->finish(std::move(result));
  } catch (const std::exception& e) {
    log_.error("a callback of an outgoing call threw", {{"error", e.what()}});
  }
}

}  // namespace podload::net
