// What an API server says when it says no, and what is said when it does not answer at all. Free
// functions; any thread.
#pragma once

#include <string>

#include "podload/error.hpp"
#include "podload/http_client.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {

/// There was no reply: Error{"cluster_unreachable"} and its kin, with the library's words.
Error no_reply(const std::string& cluster, const HttpFailure& failure);

/// Passes a 2xx reply on. Throws Error{"cluster_sign_in"} for 401, Error{"cluster_forbids"} for 403,
/// Error{"cluster_overloaded"} for 429, Error{"cluster_answer"} for any other.
const KubeReply& expect_success(const std::string& cluster, const KubeReply& reply);

}  // namespace podload::cluster
