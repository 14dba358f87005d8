#include "kube/client.hpp"

#include <charconv>
#include <condition_variable>
#include <mutex>

#include "kube/status.hpp"
#include "kube/watch.hpp"

namespace podload::cluster {
namespace {

constexpr std::size_t kCallsAtOnce = 64, kWatchesAtOnce = 256;

std::optional<int> retry_after_of(const HttpReply& reply) {
  const auto header = reply.headers.find("retry-after");
  if (header == reply.headers.end()) return std::nullopt;
  int seconds = 0;
  const char* end = header->second.data() + header->second.size();
  const auto [stop, error] = std::from_chars(header->second.data(), end, seconds);
  return error == std::errc() && stop == end && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

/// Results of calls side by side, and the wait for the last of them.
struct Gathering {
  explicit Gathering(std::size_t count) : results(count), missing(count) {}
  std::mutex mutex;
  std::condition_variable complete;
  std::vector<HttpResult> results;
  std::size_t missing;
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
  http.any_address = options_.any_address;
  http.group = options_.group;
  http.group_limit = kCallsAtOnce;
  return http;
}

KubeReply HttpKubeClient::reply_of(HttpResult result) const {
  if (result.failure) throw no_reply(options_.cluster, *result.failure);
  KubeReply reply;
  reply.status = result.reply.status;
  reply.retry_after = retry_after_of(result.reply);
  reply.body = std::move(result.reply.body);
  return reply;
}

KubeReply HttpKubeClient::send(const KubeRequest& request) { return reply_of(http_.fetch(prepare(request))); }

std::vector<KubeReply> HttpKubeClient::send_all(const std::vector<KubeRequest>& requests) {
  const auto gathering = std::make_shared<Gathering>(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    http_.start(prepare(requests[i]), [gathering, i](HttpResult result) {
      const std::scoped_lock lock(gathering->mutex);
      gathering->results[i] = std::move(result);
      if (--gathering->missing == 0) gathering->complete.notify_all();
    });
  }
  std::unique_lock lock(gathering->mutex);
  gathering->complete.wait(lock, [&] { return gathering->missing == 0; });
  std::vector<KubeReply> replies;
  replies.reserve(requests.size());
  for (HttpResult& result : gathering->results) replies.push_back(reply_of(std::move(result)));
  return replies;
}

void HttpKubeClient::send_async(const KubeRequest& request, std::function<void(std::optional<KubeReply>)> on_done) {
  http_.start(prepare(request), [on_done = std::move(on_done)](HttpResult result) {
    if (result.failure) return on_done(std::nullopt);
    on_done(KubeReply{result.reply.status, std::move(result.reply.body), retry_after_of(result.reply)});
  });
}

void HttpKubeClient::start(const KubeRequest& request, HttpClient::OnDone on_done) {
  http_.start(prepare(request), std::move(on_done));
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
