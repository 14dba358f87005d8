// The try before a cluster is saved: does it answer, is it who it should be, does it know us, is it
// new enough, and may we do there what podload does?
//
// Blocks for some seconds at most. Any thread.
#pragma once

#include <string>
#include <vector>

#include "kube/client.hpp"

namespace podload::cluster {

/// In RBAC's terms.
struct Right {
  std::string verb;
  std::string group;
  std::string resource;
};

/// What podload cannot do its job without.
const std::vector<Right>& needed_rights();

/// The server's version, like "v1.20.2". Throws Error{"try_unreachable"}, "try_timeout",
/// "try_tls", "try_address", "try_sign_in", "try_forbidden", "try_overloaded", "try_answer" (these
/// name the step and what was answered), "try_not_kubernetes", "try_too_old", or
/// Error{"cluster_rights"} whose details list the rights that are missing. Where podload is to speak
/// in people's names, the rights for that are asked for too; Error{"identity_bare_rule"} where it
/// could speak in anybody's.
std::string try_cluster(HttpKubeClient& client, const Identity& identity = {});

/// The version in a reply to GET /version; nothing for what is not such a reply.
std::optional<std::string> version_of(const KubeReply& reply);

}  // namespace podload::cluster
