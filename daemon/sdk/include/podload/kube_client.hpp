// One registered Kubernetes API server, spoken to with its kubeconfig. Offered by the cluster
// plugin through ClusterDirectory. Any thread; a client stays usable while it is held, also when
// its cluster is deleted meanwhile (its calls then fail as the API server decides).
//
// The server is not trusted to be well: bytes, time and tries of every call are bounded. An answer
// "not now" (429; 503 to a GET; either with its Retry-After) is waited for and asked again, a few
// times and within the request's own timeout, before it is handed on.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/error.hpp"

namespace podload {

/// The most bytes of a reply: of a list that is read whole, and of one object (etcd takes no object of
/// more than 1.5 MB, which may be some times that as JSON).
inline constexpr std::size_t kListBytes = 32U << 20, kObjectBytes = 4U << 20;

struct KubeRequest {
  std::string method = "GET";
  std::string path;  ///< From the first slash, with its query: "/api/v1/namespaces/shop/pods?limit=500"
  std::string body;
  std::string content_type;
  std::string accept = "application/json";
  std::chrono::milliseconds timeout{5000};  ///< Of it all, waiting and asking again included.
  std::size_t body_limit = kListBytes;      ///< Bytes of the reply, unpacked.
  std::string person;  ///< Who asked for it: named to clusters that podload speaks to in people's names.
};

struct KubeReply {
  int status = 0;
  std::string body;
  std::optional<int> retry_after;  ///< Seconds, as the server asked.
  std::shared_ptr<const void> held = {};  ///< Counts the body among what the cluster's replies hold; dropped with it.
};

/// What an API server says when it says no (a Status object), fit to be shown, logged and kept: no
/// control characters, at most 500 characters a text, no values of environment variables and no
/// object that was printed into the text (a diff of the Pod's spec, say).
struct KubeStatus {
  struct Cause {
    std::string reason;   ///< "FieldValueForbidden"
    std::string field;    ///< "spec", "metadata.uid"
    std::string message;
  };
  std::string reason;         ///< "Invalid", "Forbidden", ...; empty where the reply is no Status.
  std::string message;        ///< Of something else than a Status (a proxy's page): how it begins.
  std::vector<Cause> causes;  ///< At most 16.
};

/// A call to an API server failed. Its code and words are for people; code goes by the fault.
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

/// A watch under way; dropping it ends it.
class KubeWatch {
 public:
  virtual ~KubeWatch() = default;
};

/// Where a kind is served.
struct KubeResource {
  std::string group_path;  ///< "/api/v1" or "/apis/apps/v1"
  std::string plural;
  bool namespaced = true;

  /// "/apis/apps/v1/namespaces/NS/deployments" and, with a name, "/NAME" behind it.
  std::string path(std::string_view name_space, std::string_view name = {}) const;
};

class KubeClient {
 public:
  virtual ~KubeClient() = default;

  /// Sends and waits. Any status is a reply; throws KubeError where there is none (not_sent,
  /// not_permitted, unreachable, late, too_large).
  virtual KubeReply send(const KubeRequest& request) = 0;

  /// Sends all of them side by side and waits for all; throws as send does, if any had no reply.
  virtual std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) = 0;

  /// Sends without waiting: `on_done` is called once with the reply, or with nothing where there was none; on the
  /// network thread, so that it must only note it. For what is of use only if it comes soon.
  virtual void send_async(const KubeRequest& request, std::function<void(std::optional<KubeReply>)> on_done) = 0;

  /// Watches `path` (with its query; watch=1 is added). on_line gets each line of JSON and on_end
  /// the end, with an empty text where the server closed it properly, else one that watch_end reads;
  /// both on the network thread. Neither is called any more once the returned object is gone. A
  /// server that sends lines faster than a cluster can change is cut off.
  virtual std::unique_ptr<KubeWatch> watch(const std::string& path, std::function<void(std::string_view)> on_line,
                                           std::function<void(std::string)> on_end) = 0;

  /// The path of the first of `versions` that the server has of `group` ("" for the core group);
  /// nothing if it has none. From discovery, remembered for some minutes.
  virtual std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>& versions) = 0;

  /// Where that kind is served, by discovery; nothing if it is not.
  virtual std::optional<KubeResource> resource(std::string_view api_version, std::string_view kind) = 0;
};

/// Reads the Status in a reply of any status. Does not throw.
KubeStatus status_of(const KubeReply& reply);

/// A text of the cluster's as KubeStatus has its texts.
std::string cluster_text(std::string_view text);

/// The reply's text where it is 200; else the KubeError that its status means; `what` says what
/// was asked ("list pods"), `not_found` is the code for 404.
const std::string& body_of(const KubeReply& reply, const std::string& what, const char* not_found = "kube_not_found");

/// How a watch ended, from the text that on_end got: what to wait for before the next.
struct KubeWatchEnd {
  int status = 0;                  ///< 0: it was closed, or broke.
  std::optional<int> retry_after;  ///< Seconds, as the server asked.
  std::string message;
};
KubeWatchEnd watch_end(std::string_view text);
/// The text of such an end: "429 Retry-After=5 too many requests".
std::string watch_end_text(const KubeReply& reply);

/// Throws Error{"bad_name"} unless `name` could be one of Kubernetes: a DNS subdomain (RFC 1123).
/// `what` says whose name it is: "namespace".
void check_kube_name(const std::string& what, const std::string& name);

/// Percent-encodes one part of a path or one query value.
std::string url_part(std::string_view text);

}  // namespace podload
