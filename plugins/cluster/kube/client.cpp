#include "kube/client.hpp"

#include <algorithm>

#include "kube/retry.hpp"
#include "kube/status.hpp"
#include "kube/watch.hpp"
#include "podload/mutex.hpp"

namespace podload::cluster {
namespace {

constexpr std::size_t kCallsAtOnce = 64, kWatchesAtOnce = 256;
// The most memory for the replies of one cluster.
constexpr std::size_t kClusterBytes = 48U << 20;

/// One request, retried on the network thread until its answer is final.
struct Asking : std::enable_shared_from_this<Asking> {
  Asking(HttpClient& client, HttpRequest prepared, HttpClient::OnDone done)
      : http(client), request(std::move(prepared)), on_done(std::move(done)), end(std::chrono::steady_clock::now() + request.timeout) {}

  void go(const Again& next) {
    ++tries;
    HttpRequest copy = request;
    copy.delay = next.delay;
    copy.fresh = next.fresh;
    copy.timeout = left() - next.delay;
    if (copy.timeout.count() < 1) copy.timeout = std::chrono::milliseconds(1);
    http.start(std::move(copy), [self = shared_from_this()](HttpResult result) { self->take(std::move(result)); });
  }

  void take(HttpResult result) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - end + request.timeout);
    if (const auto next = again(request.method, result, tries, std::min(left(), kLongestWaiting - waited))) return go(*next);
    on_done(std::move(result));
  }

  std::chrono::milliseconds left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  }

  HttpClient& http;
  const HttpRequest request;
  const HttpClient::OnDone on_done;
  const SteadyTime end;
  int tries = 0;
};

KubeReply reply_of(HttpReply reply) { return {reply.status, std::move(reply.body), retry_after_of(reply), std::move(reply.held)}; }

/// The results of concurrent calls, and the wait for the last of them.
struct Gathering {
  explicit Gathering(std::size_t count) : results(count), missing(count) {}
  Mutex mutex;
  Condition complete;
  std::vector<HttpResult> results PODLOAD_GUARDED_BY(mutex);
  std::size_t missing PODLOAD_GUARDED_BY(mutex);
};

}  // namespace

HttpKubeClient::HttpKubeClient(HttpClient& http, const Clock& clock, Access access, Options options)
    : http_(http),
      access_(std::move(access)),
      options_(std::move(options)),
      discovery_(options_.cluster, clock, [this](const std::string& path) {
        KubeRequest request;
        request.path = path;
        request.timeout = options_.timeout;
        request.body_limit = kObjectBytes;
        return send(request);
      }) {}

HttpRequest HttpKubeClient::prepare(const KubeRequest& request) const {
  HttpRequest http;
  http.method = request.method;
  http.url = access_.server + request.path;
  http.headers = {"Accept: " + request.accept, "User-Agent: podload"};
  if (!request.content_type.empty()) http.headers.push_back("Content-Type: " + request.content_type);
  for (std::string& header : options_.identity.headers(request.person)) http.headers.push_back(std::move(header));
  http.body = request.body;
  http.bearer = access_.token;
  http.tls = access_.tls;
  http.timeout = request.timeout;
  // The reply to a change is one object, not a list.
  http.body_limit = request.method == "GET" ? request.body_limit : std::min(request.body_limit, kObjectBytes);
  http.group_bytes = kClusterBytes;
  http.any_address = options_.any_address;
  http.group = options_.group;
  http.group_limit = kCallsAtOnce;
  return http;
}

KubeReply HttpKubeClient::send(const KubeRequest& request) {
  std::vector<KubeReply> replies = send_all({request});
  return std::move(replies.front());
}

std::vector<KubeReply> HttpKubeClient::send_all(const std::vector<KubeRequest>& requests) {
  const auto gathering = std::make_shared<Gathering>(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    start(requests[i], [gathering, i](HttpResult result) {
      const MutexLock lock(gathering->mutex);
      gathering->results[i] = std::move(result);
      if (--gathering->missing == 0) gathering->complete.notify_all();
    });
  }
  MutexLock lock(gathering->mutex);
  gathering->complete.wait(lock, [&]() PODLOAD_REQUIRES(gathering->mutex) { return gathering->missing == 0; });
  std::vector<KubeReply> replies;
  replies.reserve(requests.size());
  for (HttpResult& result : gathering->results) {
    if (result.failure) throw no_reply(options_.cluster, *result.failure);
    replies.push_back(reply_of(std::move(result.reply)));
  }
  return replies;
}

void HttpKubeClient::send_async(const KubeRequest& request, OnReply on_done) {
  http_.start(prepare(request), [cluster = options_.cluster, on_done = std::move(on_done)](HttpResult result) {
    if (result.failure) return on_done(no_reply(cluster, *result.failure));
    on_done(reply_of(std::move(result.reply)));
  });
}

void HttpKubeClient::start(const KubeRequest& request, HttpClient::OnDone on_done) {
  std::make_shared<Asking>(http_, prepare(request), std::move(on_done))->go({});
}

std::unique_ptr<KubeWatch> HttpKubeClient::watch(const std::string& path, std::function<void(std::string_view)> on_line,
                                                 std::function<void(std::string)> on_end) {
  KubeRequest request;
  request.path = path + (path.find('?') == std::string::npos ? "?" : "&") + "watch=1";
  request.timeout = std::chrono::milliseconds(0);
  HttpRequest http = prepare(request);
  http.group += "/watch";
  http.group_limit = kWatchesAtOnce;
  return std::make_unique<HttpWatch>(http_, std::move(http), std::move(on_line), std::move(on_end));
}

std::optional<std::string> HttpKubeClient::group_path(std::string_view group, const std::vector<std::string>& versions) {
  return discovery_.group_path(group, versions);
}

std::optional<KubeResource> HttpKubeClient::resource(std::string_view api_version, std::string_view kind) {
  return discovery_.resource(api_version, kind);
}

}  // namespace podload::cluster
