// One HTTP request as a handler sees it, and its reply.
//
// When a handler runs, the path is decoded, the caller is known, the permission was checked for
// the cluster and namespace in the path, and the body agrees with the operation's schema.
// A Request belongs to the worker that runs the handler and ends when the handler returns.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "podload/principal.hpp"

namespace podload {

struct Reply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// What follows the body, piece by piece, for what is too long to hold: called on a worker until
  /// it returns an empty text. If it throws, the connection is cut, so that nobody takes the part
  /// for the whole. It outlives the handler: it must not refer to the Request.
  std::function<std::string()> more;

  static Reply json(const Json& value, int status = 200);
};

/// A reply that comes after the handler has returned. finish() is called once, from any thread; it
/// hands the writing to a worker and does not block. A second call only reaches the log. If every
/// copy is dropped without it, the caller gets the error `stopping` (503) where the daemon stops,
/// else `reply_lost` (500).
class LaterReply {
 public:
  virtual ~LaterReply() = default;
  virtual void finish(Reply reply) = 0;
};

class Request {
 public:
  virtual ~Request() = default;

  std::string method;
  std::string path;           ///< Decoded once.
  std::string id;             ///< nginx's request id; the same when nginx sends a request again.
  std::string address;        ///< The client's, from nginx.
  std::string language;       ///< "zh-CN" or "en".
  bool tls = false;
  bool background = false;    ///< The page fetched this by itself: no activity of a person.
  std::string operation_id;   ///< Of the api.yaml row that matched.
  std::string change;         ///< Its x-change: the action's name in the audit log; empty for reads.
  std::map<std::string, std::string, std::less<>> params;  ///< Path parameters.
  std::map<std::string, std::string, std::less<>> query;
  std::map<std::string, std::string, std::less<>> headers;  ///< Lower-case names.
  Json body;                  ///< The parsed body; null without one.
  std::optional<Principal> principal;  ///< Set unless the operation is public.
  std::optional<Cluster> cluster;      ///< Where the path names one.

  /// A path parameter; throws std::logic_error that names it where api.yaml does not declare it.
  const std::string& param(std::string_view name) const;
  /// A query parameter or header, empty without it.
  std::string_view query_value(std::string_view name) const;
  std::string_view header(std::string_view name) const;
  /// The value of that cookie, empty without it.
  std::string_view cookie(std::string_view name) const;

  /// Makes the reply come later: keep the object, return std::nullopt from the handler. Call it
  /// last: what the handler throws or returns after it reaches only the log.
  virtual std::shared_ptr<LaterReply> later() = 0;
};

/// Runs on a worker. Returns the reply, or nothing after request.later(): one of the two. Throws
/// Error (or anything: the worker makes it an internal error with an incident id).
using Handler = std::function<std::optional<Reply>(Request&)>;

}  // namespace podload
