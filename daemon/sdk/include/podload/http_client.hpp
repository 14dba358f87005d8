// Outgoing HTTP(S): one thread of the host runs every connection.
//
// start() never blocks and may be called from any thread; its callbacks run on the network thread
// and must only hand work on. fetch() blocks and must not be called from a callback. Redirects are
// not followed, proxies of the environment are ignored, and the address is checked when
// connecting: loopback, link-local and metadata addresses are refused unless the request allows
// its host by name. What a server sends is bounded, by call and by group, as it is when unpacked.
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

/// How to know the server and be known by it. Certificates stay in memory.
struct TlsIdentity {
  std::string ca_pem;       ///< Empty: the system's authorities.
  std::string cert_pem;     ///< Empty: no client certificate.
  Secret key_pem;
  std::string server_name;  ///< Name to check the certificate for, where it is not the URL's.
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  Secret bearer;                     ///< Sent as Authorization: Bearer, where not empty.
  std::shared_ptr<const TlsIdentity> tls;
  std::chrono::milliseconds timeout{5000};  ///< Of the whole call; 0: none (a stream).
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds delay{0};  ///< It begins after so long, and its times count from then.
  bool any_address = false;  ///< The operator named this server: loopback and link-local are fine.
  bool plain_http = false;   ///< The operator named this server: http:// is fine too.
  std::string group;         ///< The bulkhead: calls of one group wait for and fail with each other only.
  std::size_t group_limit = 64;         ///< Calls under way in the group; one more fails at once.
  std::size_t body_limit = 32U << 20;   ///< Bytes of a reply that are accepted, unpacked; more is `too_large`.
  /// Bytes that the group's replies may hold together (0: no such limit), as long as `held` of each
  /// lives. Past that a reply is `crowded`, but for its first 256 kB, so that small ones get through.
  std::size_t group_bytes = 0;
  bool fresh = false;  ///< On a new connection.
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  ///< Lower-case names.
  std::string body;
  std::shared_ptr<const void> held = {};  ///< Its share of the group's bytes; dropped with the body.
};

/// Why there was no reply.
struct HttpFailure {
  enum class Kind { address_refused, resolve, connect, tls, timeout, busy, too_large, crowded, broken, cancelled };
  Kind kind = Kind::broken;
  std::string text;  ///< In the network library's words; no secrets.
  /// A kept connection ended before a byte of the reply came: its server may have been started anew.
  bool stale = false;
  bool sent = true;  ///< Some of the request may have gone out.
};

struct HttpResult {
  HttpReply reply;
  std::optional<HttpFailure> failure;  ///< Set: there was no (whole) reply.
};

/// A call under way. Dropping it does not end it.
class HttpCall {
 public:
  virtual ~HttpCall() = default;
  /// Ends it soon; on_done then says cancelled, unless it was done already.
  virtual void cancel() = 0;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  using OnDone = std::function<void(HttpResult)>;
  /// Called with the pieces of a 2xx body as they come; the result's body is then empty.
  using OnData = std::function<void(std::string_view)>;

  /// on_done is called exactly once, also when the client shuts down.
  virtual std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData on_data = {}) = 0;

  HttpResult fetch(HttpRequest request);
};

}  // namespace podload
