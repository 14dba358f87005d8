// One HTTP request as a handler sees it, and its reply.
//
// When a handler runs, the path is decoded, the caller is authenticated and authorized for the cluster and namespace in
// the path, and the body matches the operation's schema. A Request belongs to the worker that runs the handler and ends
// when the handler returns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/event_stream.hpp"
#include "podload/json.hpp"
#include "podload/principal.hpp"
#include "podload/shared_text.hpp"

namespace podload {

/// A good reply to a GET gets an ETag after the handler has returned, and becomes 304 (Not Modified) without a body if the
/// client has the same (RFC 9110, section 13). Leave out what changes every time, as an age does, where clients poll.
struct Reply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::shared_ptr<const SharedText> shared;  ///< In place of `body`, if set: the client gets it compressed if it accepts gzip.
  std::vector<std::pair<std::string, std::string>> headers;
  /// Produces the rest of a body that is too long to hold in memory: called on a worker until it returns an empty text.
  /// If it throws, the connection is cut, so that the client cannot mistake the part for the whole. It outlives the
  /// handler, so it must not refer to the Request.
  std::function<std::string()> more;

  static Reply json(const Json& value, int status = 200);
};

/// A reply that is sent after the handler has returned. Call finish() once, from any thread; a worker writes the reply
/// and finish() does not block. A second call is only logged. If every copy is destroyed without it, the caller gets
/// the error `stopping` (503) while the daemon stops, else `reply_lost` (500).
class LaterReply {
 public:
  virtual ~LaterReply() = default;
  virtual void finish(Reply reply) = 0;
};

/// What a handler returns after request.later(), with the object it got from it. Throws std::logic_error without one.
class Later {
 public:
  explicit Later(const std::shared_ptr<LaterReply>& reply);
};

/// A handler's answer: the reply, that it comes later, or that it goes on as a stream.
using Answer = std::variant<Reply, Later, Stream>;

class Request {
 public:
  virtual ~Request() = default;

  std::string method;
  std::string path;           ///< Decoded once.
  std::string id;             ///< nginx's request id; the same if nginx sends the request again.
  std::string address;        ///< The client's address, as nginx reports it.
  std::string language;       ///< "zh-CN" or "en".
  bool tls = false;
  bool background = false;    ///< Sent by the page on its own: does not count as user activity.
  std::string operation_id;   ///< From the api.yaml row that matched.
  std::string change;         ///< Its x-change: the action's name in the audit log; empty for reads.
  std::map<std::string, std::string, std::less<>> params;  ///< Path parameters.
  std::map<std::string, std::string, std::less<>> query;
  std::map<std::string, std::string, std::less<>> headers;  ///< Lower-case names.
  Json parameters = Json::object();  ///< The path and query parameters of api.yaml, checked, in the types it gives them.
  Json body;                  ///< The parsed body; null without one.
  std::optional<Principal> principal;  ///< Set unless the operation is public.
  std::optional<Cluster> cluster;      ///< Set if the path has {cluster}, unless api.yaml says `x-scope: none`.

  /// The principal and the cluster. Throw std::logic_error, naming the operation, if it has none.
  const Principal& the_principal() const;
  const Cluster& the_cluster() const;
  /// A path parameter. Throws std::logic_error, naming it, if api.yaml does not declare it.
  const std::string& param(std::string_view name) const;
  /// A query parameter of the type boolean or integer in api.yaml; `otherwise` if it is missing. Throws
  /// std::logic_error, naming it, if it is of another type.
  bool query_flag(std::string_view name, bool otherwise = false) const;
  std::int64_t query_number(std::string_view name, std::int64_t otherwise) const;
  /// A query parameter or header; empty if missing.
  std::string_view query_value(std::string_view name) const;
  std::string_view header(std::string_view name) const;
  /// The value of that cookie; empty if missing.
  std::string_view cookie(std::string_view name) const;

  /// Takes one of the places for requests that wait for a cluster, until the handler returns. Call it before such a wait in
  /// an operation with `x-reaches: memory`; others have their place before the handler runs, and then this does nothing.
  /// Throws the Error that the caller is to get if there is no place.
  virtual void reach_cluster() = 0;

  /// Defers the reply: keep the object and return Later(object) from the handler. Call it last: an exception or a reply
  /// from the handler after that is only logged.
  virtual std::shared_ptr<LaterReply> later() = 0;

  /// Opens a stream to the caller: send to it at any time from now on, and return Stream(object) from the handler. In an
  /// operation whose reply in api.yaml is `text/event-stream`; throws std::logic_error in others. Throws
  /// Error{"too_many_streams"}.
  virtual std::shared_ptr<EventStream> stream() = 0;
};

/// Runs on a worker. Throws Error; any other exception becomes an internal error with an incident id.
using Handler = std::function<Answer(Request&)>;

}  // namespace podload
