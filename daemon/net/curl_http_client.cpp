#include "net/curl_http_client.hpp"

#include <map>
#include <stdexcept>
#include <vector>

#include "net/transfer_loop.hpp"
#include "podload/mutex.hpp"

namespace podload::net {
namespace {

constexpr std::size_t kMostLoops = 512;
// Kept connections are closed by then.
constexpr std::chrono::minutes kIdle{15};

class Call : public HttpCall {
 public:
  Call(std::weak_ptr<TransferLoop> loop, std::uint64_t id) : loop_(std::move(loop)), id_(id) {}
  void cancel() override {
    if (const auto loop = loop_.lock()) loop->cancel(id_);
  }

 private:
  const std::weak_ptr<TransferLoop> loop_;
  const std::uint64_t id_;
};

}  // namespace

class CurlHttpClient::Loops {
 public:
  explicit Loops(Log& log) : log_(log) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot be started");
  }
  ~Loops() { curl_global_cleanup(); }
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData on_data) {
    std::shared_ptr<TransferLoop> loop;
    std::uint64_t id = 0;
    std::vector<std::shared_ptr<TransferLoop>> ended;  // joined without the lock
    {
      const MutexLock lock(mutex_);
      loop = stopping_ ? nullptr : carrier_of(request.group, ended);
      // Under the lock, so that it is not idle for another group's start. Only stop() ends it then, with all its calls.
      if (loop) id = loop->add(std::move(request), std::move(on_done), std::move(on_data));
    }
    if (!loop) {
      HttpResult result;
      result.failure = HttpFailure{HttpFailure::Kind::cancelled, "cancelled"};
      on_done(std::move(result));
    }
    return std::make_shared<Call>(loop, id);
  }

  void stop() {
    std::map<std::string, std::shared_ptr<TransferLoop>, std::less<>> loops;
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
      loops.swap(loops_);
    }
    for (const auto& [group, loop] : loops) loop->stop();
  }

 private:
  std::shared_ptr<TransferLoop> carrier_of(std::string_view group, std::vector<std::shared_ptr<TransferLoop>>& ended)
      PODLOAD_REQUIRES(mutex_) {
    group = group.substr(0, group.find('/'));
    if (const auto known = loops_.find(group); known != loops_.end()) return known->second;
    const SteadyTime long_ago = std::chrono::steady_clock::now() - kIdle;
    std::erase_if(loops_, [&](const auto& entry) {
      const auto idle_since = entry.second->idle_since();
      if (!idle_since || *idle_since > long_ago) return false;
      ended.push_back(entry.second);
      return true;
    });
    // Past the limit, groups share the loop without a name.
    std::shared_ptr<TransferLoop>& loop = loops_[std::string(loops_.size() < kMostLoops ? group : std::string_view())];
    if (!loop) loop = std::make_shared<TransferLoop>(log_);
    return loop;
  }

  Log& log_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<TransferLoop>, std::less<>> loops_ PODLOAD_GUARDED_BY(mutex_);
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
};

CurlHttpClient::CurlHttpClient(Log& log) : loops_(std::make_unique<Loops>(log)) {}

CurlHttpClient::~CurlHttpClient() { stop(); }

std::shared_ptr<HttpCall> CurlHttpClient::start(HttpRequest request, OnDone on_done, OnData on_data) {
  return loops_->start(std::move(request), std::move(on_done), std::move(on_data));
}

void CurlHttpClient::stop() { loops_->stop(); }

}  // namespace podload::net
