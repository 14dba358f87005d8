// Outgoing HTTP(S). The host has a network thread per server.
//
// start() never blocks and may be called from any thread; its callbacks run on the server's network thread and must only
// pass work on. fetch() blocks and must not be called from a callback. Redirects are not followed, proxies from the
// environment are ignored, and the address is checked when connecting: loopback, link-local and metadata addresses are
// refused unless the request allows them. Replies are limited in size (uncompressed), per call and per group.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/secret.hpp"

namespace podload {

/// How to authenticate the server and oneself. Certificates stay in memory.
struct TlsIdentity {
  std::string ca_pem;       ///< Empty: the system's authorities.
  std::string cert_pem;     ///< Empty: no client certificate.
  Secret key_pem;
  std::string server_name;  ///< The name to verify in the certificate, if not the URL's.
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  Secret bearer;                     ///< Sent as Authorization: Bearer, if not empty.
  std::shared_ptr<const TlsIdentity> tls;
  std::chrono::milliseconds timeout{5000};  ///< For the whole call; 0: none (a stream).
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds delay{0};  ///< Starts the call after this time; its timeouts count from then.
  bool any_address = false;  ///< The operator named this server: loopback and link-local are allowed.
  bool plain_http = false;   ///< The operator named this server: http:// is allowed.
  /// The bulkhead: calls wait for and fail with calls of their own group only. Groups whose names differ only after a
  /// slash have limits of their own, and share a network thread and connections.
  std::string group;
  std::size_t group_limit = 64;         ///< Concurrent calls in the group; one more fails at once.
  std::size_t body_limit = 32U << 20;   ///< The most bytes of a reply, uncompressed; more is `too_large`.
  /// The most bytes that the group's replies may hold together (0: no limit); a reply counts while its `held` lives.
  /// Past that a reply fails as `over_budget`, except for its first 256 kB, so that small replies still succeed.
  std::size_t group_bytes = 0;
  bool fresh = false;  ///< Use a new connection.
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  ///< Lower-case names.
  std::string body;
  std::shared_ptr<const void> held = {};  ///< Its share of the group's bytes; release it with the body.
};

/// Why there was no reply.
struct HttpFailure {
  enum class Kind { address_refused, resolve, connect, tls, timeout, busy, too_large, over_budget, broken, cancelled };
  Kind kind = Kind::broken;
  std::string text;  ///< In the network library's words; no secrets.
  /// A kept connection ended before the first byte of the reply: the server may have been restarted.
  bool stale = false;
  bool sent = true;  ///< Some of the request may have gone out.
};

struct HttpResult {
  HttpReply reply;
  std::optional<HttpFailure> failure;  ///< Set if there was no complete reply.
};

/// A call in progress. Destroying the object does not end the call.
class HttpCall {
 public:
  virtual ~HttpCall() = default;
  /// Ends the call soon; on_done then reports `cancelled`, unless the call had ended already.
  virtual void cancel() = 0;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  using OnDone = std::function<void(HttpResult)>;
  /// Called with an empty piece when the head of a 2xx reply has arrived, then with each piece of its body as it arrives;
  /// the result's body is then empty.
  using OnData = std::function<void(std::string_view)>;

  /// on_done is called exactly once, also when the client shuts down.
  virtual std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData on_data = {}) = 0;

  HttpResult fetch(HttpRequest request);
};

}  // namespace podload
