// The check before a cluster is saved: it answers, it is the right server, it accepts podload's credentials, its
// version is new enough, and podload has the rights that its plugins need.
//
// Blocks for up to a few seconds. Any thread.
#pragma once

#include <string>
#include <vector>

#include "kube/client.hpp"
#include "kube/rights.hpp"

namespace podload::cluster {

/// Returns the server's version, such as "v1.20.2". Throws Error{"try_unreachable"}, "try_timeout", "try_tls",
/// "try_address", "try_sign_in", "try_forbidden", "try_overloaded", "try_answer" (these name the step and the answer),
/// "try_not_kubernetes", "try_too_old", or Error{"cluster_rights"} whose details list those of `needed` that are missing. If podload is
/// to impersonate users, it also checks the rights for that; Error{"identity_bare_rule"} if podload could impersonate
/// anyone.
std::string try_cluster(HttpKubeClient& client, const std::vector<Right>& needed, const Identity& identity = {});

/// The version in a reply to GET /version; nothing if it is not such a reply.
std::optional<std::string> version_of(const KubeReply& reply);

}  // namespace podload::cluster
