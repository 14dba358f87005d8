// A client of one registered Kubernetes API server, with its kubeconfig. Offered by the cluster plugin through
// ClusterDirectory. Any thread; a client stays usable while it is held, even if its cluster is deleted meanwhile (its
// calls then succeed or fail as the API server decides).
//
// The server is not trusted: bytes, time and attempts of every call are limited. After "not now" (429, or 503 with
// Retry-After to a GET) the client waits and retries, a few times and within the request's timeout, before it returns
// that reply. send_async and watch do not retry.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "podload/error.hpp"

namespace podload {

/// The most bytes of a reply: of a list that is read whole, and of one object (etcd stores at most 1.5 MB per object,
/// which may be several times that as JSON).
inline constexpr std::size_t kListBytes = 32U << 20, kObjectBytes = 4U << 20;

struct KubeRequest {
  std::string method = "GET";
  std::string path;  ///< From the first slash, including the query: "/api/v1/namespaces/shop/pods?limit=500"
  std::string body;
  std::string content_type;
  std::string accept = "application/json";
  std::chrono::milliseconds timeout{5000};  ///< For the whole call, including waits and retries.
  std::size_t body_limit = kListBytes;      ///< The most bytes of the reply, uncompressed.
  std::string person;  ///< The user behind the request, sent to clusters that are accessed on behalf of users.
};

struct KubeReply {
  int status = 0;
  std::string body;
  std::optional<int> retry_after;  ///< Seconds, as the server requested.
  std::shared_ptr<const void> held = {};  ///< Counts the body against the limit for the cluster's replies; release it with the body.
};

/// An API server's error (a Status object), safe to show, log and store: no control characters, at most 500 characters
/// per text, no values of environment variables, and no object printed into the text (a diff of the Pod's spec, say).
struct KubeStatus {
  struct Cause {
    std::string reason;   ///< "FieldValueForbidden"
    std::string field;    ///< "spec", "metadata.uid"
    std::string message;
  };
  std::string reason;         ///< "Invalid", "Forbidden", ...; empty if the reply is not a Status.
  std::string message;        ///< For another body (a proxy's page): its beginning.
  std::vector<Cause> causes;  ///< At most 16.
};

/// A call to an API server failed. Callers decide by the fault; the code and its words are for people.
class KubeError : public Error {
 public:
  enum class Fault {
    not_sent,        ///< Nothing was sent: the address, TLS, or too much under way already.
    not_permitted,   ///< Nothing was sent: podload may not act in this person's name there.
    unreachable,     ///< No reply, or a part of one. It may have been carried out.
    late,            ///< No reply in time. It may have been carried out.
    too_large,       ///< A reply or a list beyond its bound.
    unauthenticated, ///< 401
    forbidden,       ///< 403
    absent,          ///< 404, or a kind that the server does not have
    status,          ///< Another status than success.
    bad_reply        ///< Not what Kubernetes answers.
  };
  KubeError(Fault fault, std::string code, Json args = Json::object(), std::string internal = {})
      : Error(std::move(code), std::move(args), std::move(internal)), fault_(fault) {}

  Fault fault() const noexcept { return fault_; }

 private:
  Fault fault_;
};

/// A running watch; destroying it ends the watch.
class KubeWatch {
 public:
  virtual ~KubeWatch() = default;
};

/// Where the API server serves a kind.
struct KubeResource {
  std::string group_path;  ///< "/api/v1" or "/apis/apps/v1"
  std::string plural;
  bool namespaced = true;

  /// "/apis/apps/v1/namespaces/NS/deployments", followed by "/NAME" if there is a name.
  std::string path(std::string_view name_space, std::string_view name = {}) const;
};

class KubeClient {
 public:
  virtual ~KubeClient() = default;

  /// Sends and waits. A reply of any status is returned; without a reply it throws KubeError (not_sent,
  /// not_permitted, unreachable, late, too_large).
  virtual KubeReply send(const KubeRequest& request) = 0;

  /// Sends all requests concurrently and waits for all; throws as send() does if any had no reply.
  virtual std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) = 0;

  /// Sends without waiting: `on_done` is called once on the network thread, with the reply or the error that send() would
  /// throw; it must only pass it on.
  using OnReply = std::function<void(std::variant<KubeReply, KubeError>)>;
  virtual void send_async(const KubeRequest& request, OnReply on_done) = 0;

  /// Watches `path` (with its query; watch=1 is added). on_line receives an empty line once the server has accepted the
  /// watch, then each line of JSON. on_end receives the end: an empty text if the server closed the watch properly, else
  /// a text for watch_end(). Both run on the network thread, and neither is called once the returned object is gone. A
  /// server that sends lines faster than a cluster can change is disconnected.
  virtual std::unique_ptr<KubeWatch> watch(const std::string& path, std::function<void(std::string_view)> on_line,
                                           std::function<void(std::string)> on_end) = 0;

  /// The path of the first of `versions` that the server has of `group` ("" for the core group); nothing if it has
  /// none. From discovery, cached for some minutes.
  virtual std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>& versions) = 0;

  /// Where the server serves that kind, from discovery; nothing if it does not.
  virtual std::optional<KubeResource> resource(std::string_view api_version, std::string_view kind) = 0;
};

/// A kind that the caller can read, wherever the server has it.
struct KubeKind {
  std::string group;                  ///< Empty for the core group.
  std::vector<std::string> versions;  ///< The preferred one first.
  std::string plural;
  bool namespaced = true;

  /// The path of its objects in that namespace, or of the one with that name; nothing if the server has none of the
  /// group's versions. Throws what discovery throws.
  std::optional<std::string> path(KubeClient& kube, std::string_view name_space, std::string_view name = {}) const;
};

/// Parses the Status in a reply of any status code. Does not throw.
KubeStatus status_of(const KubeReply& reply);

/// A text from the cluster, made as safe as those of KubeStatus.
std::string cluster_text(std::string_view text);

/// The reply's body if its status is 200; else throws the KubeError for the status. `what` names the request
/// ("list pods"); `not_found` is the code for 404.
const std::string& body_of(const KubeReply& reply, const std::string& what, const char* not_found = "kube_not_found");

/// How a watch ended, parsed from the text of on_end: what to wait for before the next one.
struct KubeWatchEnd {
  int status = 0;                  ///< 0: it was closed, or the connection broke.
  std::optional<int> retry_after;  ///< Seconds, as the server requested.
  std::string message;
};
KubeWatchEnd watch_end(std::string_view text);
/// Formats such an end: "429 Retry-After=5 too many requests".
std::string watch_end_text(const KubeReply& reply);

/// Throws Error{"bad_name"} unless `name` is a valid Kubernetes name: a DNS subdomain (RFC 1123). `what` says what it
/// names: "namespace".
void check_kube_name(const std::string& what, const std::string& name);

}  // namespace podload
