// Converts error replies of an API server, and missing replies, to Errors. Free functions; any thread.
#pragma once

#include <string>

#include "podload/error.hpp"
#include "podload/http_client.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {

/// The error of a request that got no reply, with the library's words.
KubeError no_reply(const std::string& cluster, const HttpFailure& failure);

/// Passes a 2xx reply on. Throws KubeError for any other: unauthenticated, forbidden or status.
const KubeReply& expect_success(const std::string& cluster, const KubeReply& reply);

}  // namespace podload::cluster
