// For tests: an HttpClient in memory. Requests are answered by a function of the test, in the caller's thread and before
// start() returns. Any thread, if the function is.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "podload/http_client.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

class ScriptedHttp final : public HttpClient {
 public:
  using Answer = std::function<HttpResult(const HttpRequest&)>;

  explicit ScriptedHttp(Answer answer) : answer_(std::move(answer)) {}

  std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData on_data = {}) override {
    HttpResult result = answer_(request);
    {
      const MutexLock lock(mutex_);
      requests_.push_back(std::move(request));
    }
    if (on_data && !result.failure && result.reply.status / 100 == 2) on_data(std::exchange(result.reply.body, {}));
    on_done(std::move(result));
    return std::make_shared<Ended>();
  }

  /// What was requested so far.
  std::vector<HttpRequest> requests() const {
    const MutexLock lock(mutex_);
    return requests_;
  }

  /// A reply, and a call that gets none.
  static HttpResult reply(int status, std::string body = {}) {
    HttpResult result;
    result.reply.status = status;
    result.reply.body = std::move(body);
    return result;
  }
  static HttpResult failure(HttpFailure::Kind kind, std::string text) {
    HttpResult result;
    result.failure.emplace();
    result.failure->kind = kind;
    result.failure->text = std::move(text);
    return result;
  }

 private:
  struct Ended final : HttpCall {
    void cancel() override {}
  };

  const Answer answer_;
  mutable Mutex mutex_;
  std::vector<HttpRequest> requests_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::testing
