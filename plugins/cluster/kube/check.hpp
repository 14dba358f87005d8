// The try before a cluster is saved: does it answer, is it who it should be, does it know us, is it
// new enough, and may we do there what podload does?
//
// Blocks for some seconds at most. Any thread.
#pragma once

#include <string>

#include "kube/client.hpp"

namespace podload::cluster {

/// The server's version, like "v1.20.2". Throws Error{"try_unreachable"}, "try_timeout",
/// "try_tls", "try_address", "try_sign_in", "try_not_kubernetes", "try_too_old", or
/// Error{"cluster_rights"} whose details list the rights that are missing.
std::string try_cluster(HttpKubeClient& client);

/// The version in a reply to GET /version; nothing for what is no such reply.
std::optional<std::string> version_of(const KubeReply& reply);

}  // namespace podload::cluster
