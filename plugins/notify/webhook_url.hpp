// Which URLs a webhook may have. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podload/url.hpp"

namespace podload::notify {

/// Hosts for which the operator made an exception.
struct Exceptions {
  std::vector<std::string> any_address, plain_http;

  static bool named(const std::vector<std::string>& hosts, std::string_view host);
};

/// Throws Error{"bad_webhook_url"} for an invalid or unusual URL, Error{"webhook_needs_tls"} for http:// that the
/// operator did not allow.
Url check_url(std::string_view url, const Exceptions& exceptions);

}  // namespace podload::notify
