#include "kube/check.hpp"

#include <algorithm>
#include <charconv>

#include "kube/status.hpp"
#include "podload/error.hpp"
#include "podload/json_view.hpp"

namespace podload::cluster {
namespace {

constexpr int kOldestMinor = 20;
constexpr std::ptrdiff_t kAtOnce = 16;  // reviews; the plugins may need any number of rights

KubeRequest review(const Json& attributes, std::chrono::milliseconds timeout) {
  KubeRequest request;
  request.method = "POST";
  request.path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  request.content_type = "application/json";
  request.timeout = timeout;
  request.body = print_json(
      {{"apiVersion", "authorization.k8s.io/v1"},
       {"kind", "SelfSubjectAccessReview"},
       {"spec", {{"resourceAttributes", attributes}}}});
  return request;
}

Json attributes_of(const Right& right) {
  const auto slash = right.resource.find('/');
  Json attributes = {{"verb", right.verb}, {"group", right.group}, {"resource", right.resource.substr(0, slash)}};
  if (slash != std::string::npos) attributes["subresource"] = right.resource.substr(slash + 1);
  return attributes;
}

constexpr const char* kReviews = "selfsubjectaccessreviews";

/// Throws the Error for the step's status, unless that is 200 or 201.
void check_answer(const KubeReply& reply, const char* step) {
  if (reply.status == 200 || reply.status == 201) return;
  const Json args = {{"step", step}, {"status", reply.status}, {"why", status_of(reply).message}};
  if (reply.status == 401) throw Error("try_sign_in", args);
  if (reply.status == 403) throw Error(std::string_view(step) == kReviews ? "try_reviews_forbidden" : "try_version_forbidden", args);
  if (reply.status == 429) throw Error("try_overloaded", args);
  if (reply.status >= 500) throw Error("try_answer", args);
  throw Error("try_not_kubernetes", args);
}

bool is_allowed(const KubeReply& reply, const char* step) {
  check_answer(reply, step);
  const JsonDocument answer(reply.body);
  return answer.root()["status"]["allowed"].flag();
}

/// The replies, after up to two retries of those with a 5xx, which a server that has just started may send.
std::vector<KubeReply> replies_to(HttpKubeClient& client, const std::vector<KubeRequest>& requests) {
  std::vector<KubeReply> replies;
  for (auto begin = requests.begin(); begin != requests.end();) {
    const auto end = begin + std::min<std::ptrdiff_t>(kAtOnce, requests.end() - begin);
    for (KubeReply& reply : client.send_all({begin, end})) replies.push_back(std::move(reply));
    begin = end;
  }
  for (int tries = 0; tries < 2; ++tries)
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (replies[i].status >= 500) replies[i] = client.send(requests[i]);
  return replies;
}

/// In RBAC's terms, so that the reader can put it into a ClusterRole.
std::string named(const Right& right) { return right.verb + " " + resource_name(right.group, right.resource); }

std::string answered_version(HttpKubeClient& client) {
  KubeRequest request;
  request.path = "/version";
  request.timeout = client.timeout();
  const KubeReply reply = replies_to(client, {request}).front();
  check_answer(reply, "/version");
  const auto version = version_of(reply);
  if (!version) throw Error("try_not_kubernetes", {{"status", reply.status}});
  return *version;
}

void check_age(const std::string& version) {
  int major = 0, minor = 0;
  const char* end = version.data() + version.size();
  const auto [dot, no_major] = std::from_chars(version.data() + 1, end, major);
  if (no_major != std::errc() || dot == end) return;
  const auto [stop, no_minor] = std::from_chars(dot + 1, end, minor);
  if (no_minor == std::errc() && major == 1 && minor < kOldestMinor) throw Error("try_too_old", {{"version", version}});
}

void check_rights(HttpKubeClient& client, const std::vector<Right>& needed) {
  std::vector<KubeRequest> reviews;
  for (const Right& right : needed) reviews.push_back(review(attributes_of(right), client.timeout()));
  const std::vector<KubeReply> replies = replies_to(client, reviews);
  Json missing = Json::array();
  std::string list;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (is_allowed(replies[i], kReviews)) continue;
    const Right& right = needed[i];
    missing.push_back({{"verb", right.verb}, {"group", right.group}, {"resource", right.resource}});
    list += (list.empty() ? "" : ", ") + named(right);
  }
  if (!missing.empty()) throw Error("cluster_rights", {{"rights", list}}).with_details({{"missing", missing}});
}

/// Checks, in RBAC's terms, the rights that impersonation needs, and that an unrestricted right is missing.
void check_identity(HttpKubeClient& client, const Identity& identity) {
  if (identity.mode == Identity::Mode::itself) return;
  const Json users = {{"verb", "impersonate"}, {"resource", "users"}};
  std::vector<KubeRequest> reviews{review(users, client.timeout())};
  std::vector<std::string> rights;
  for (const std::string& user : identity.users) {
    Json one = users;
    one["name"] = user;
    reviews.push_back(review(one, client.timeout()));
    rights.push_back("impersonate users/" + user);
  }
  if (identity.mode == Identity::Mode::fixed) {
    reviews.push_back(review({{"verb", "impersonate"}, {"group", "authentication.k8s.io"}, {"resource", "userextras"}, {"subresource", "podload.io/user"}},
                             client.timeout()));
    rights.push_back("impersonate userextras/podload.io/user.authentication.k8s.io");
    // The impersonated user must have the right to act.
    KubeRequest patch = review(attributes_of({"patch", "", "pods"}), client.timeout());
    patch.person = "podload";
    reviews.push_back(std::move(patch));
    rights.push_back("(as " + identity.users.front() + ") patch pods");
  }
  const std::vector<KubeReply> replies = replies_to(client, reviews);
  if (is_allowed(replies.front(), kReviews)) throw Error("identity_bare_rule");
  std::string missing;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    // 403 to a request as another user means that impersonation is denied.
    const bool as_another = !reviews[i + 1].person.empty() && replies[i + 1].status == 403;
    if (as_another || !is_allowed(replies[i + 1], kReviews)) missing += (missing.empty() ? "" : ", ") + rights[i];
  }
  if (!missing.empty()) throw Error("cluster_rights", {{"rights", missing}});
}

}  // namespace

std::optional<std::string> version_of(const KubeReply& reply) {
  if (reply.status != 200) return std::nullopt;
  try {
    const JsonDocument answer(reply.body);
    const std::string version = answer.root()["gitVersion"].string();
    const bool plausible = version.size() > 1 && version.size() <= 64 && version.front() == 'v' &&
                           std::all_of(version.begin(), version.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
    return plausible ? std::optional(version) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string try_cluster(HttpKubeClient& client, const std::vector<Right>& needed, const Identity& identity) {
  try {
    std::string version = answered_version(client);
    check_age(version);
    check_rights(client, needed);
    check_identity(client, identity);
    return version;
  } catch (const Error& error) {
    // During this check, "the cluster does not answer" is a fault of the input, not of the service.
    for (const auto& [code, tried] : {std::pair("cluster_unreachable", "try_unreachable"), std::pair("cluster_timeout", "try_timeout"),
                                      std::pair("cluster_tls", "try_tls"), std::pair("cluster_address", "try_address"),
                                      std::pair("cluster_busy", "try_timeout"), std::pair("cluster_too_large", "try_not_kubernetes"), std::pair("kube_bad_reply", "try_not_kubernetes")})
      if (error.code() == code) {
        Json args = error.args();
        args.emplace("status", 200);  // of a reply that is not from Kubernetes
        throw Error(tried, args, error.internal());
      }
    throw;
  }
}

}  // namespace podload::cluster
