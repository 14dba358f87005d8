// The daemon's own HttpClient, for plugins' tests that talk to real servers.
#pragma once

#include <memory>

#include "podload/http_client.hpp"

namespace podload::testing {

__attribute__((visibility("default"))) std::unique_ptr<HttpClient> make_network();

}  // namespace podload::testing
