// Checks the URLs of webhooks. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/json.hpp"

namespace podload::notify {

/// Hosts for which the operator made an exception.
struct Exceptions {
  std::vector<std::string> any_address, plain_http;

  static bool named(const std::vector<std::string>& hosts, std::string_view host);
};

struct WebhookUrl {
  bool tls = true;
  std::string host;  ///< Lower case; an IPv6 address in its canonical form, without brackets.
};

/// Throws Error{"bad_webhook_url"} for an invalid or unusual URL, Error{"webhook_needs_tls"} for http:// that the
/// operator did not allow.
WebhookUrl check_url(std::string_view url, const Exceptions& exceptions);

}  // namespace podload::notify
