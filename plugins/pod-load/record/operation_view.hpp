// An operation as JSON for the API, with messages in the caller's language. Free functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/host.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

/// The schema `Operation` of api.yaml.
Json operation_view(const PodOperation& operation, const Host& host, std::string_view language);

/// One sentence: the operation's state or outcome.
std::string operation_sentence(const PodOperation& operation, const Host& host, std::string_view language);

}  // namespace podload::pod_load
