// Converts error replies of an API server, and missing replies, to Errors. Free functions; any thread.
#pragma once

#include <string>

#include "podload/error.hpp"
#include "podload/http_client.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {

/// For a missing reply: Error{"cluster_unreachable"} and similar, with the library's text.
Error no_reply(const std::string& cluster, const HttpFailure& failure);

/// Returns a 2xx reply. Throws Error{"cluster_sign_in"} for 401, Error{"cluster_forbids"} for 403,
/// Error{"cluster_overloaded"} for 429, Error{"cluster_answer"} for any other status.
const KubeReply& expect_success(const std::string& cluster, const KubeReply& reply);

}  // namespace podload::cluster
