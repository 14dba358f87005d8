// What URLs a webhook may have. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/json.hpp"

namespace podload::notify {

/// Which hosts the operator made an exception for.
struct Exceptions {
  std::vector<std::string> any_address, plain_http;

  static bool named(const std::vector<std::string>& hosts, std::string_view host);
};

struct WebhookUrl {
  bool tls = true;
  std::string host;  ///< Lower case; of an IPv6 address its usual form, without brackets.
};

/// Throws Error{"bad_webhook_url"} for what is no plain URL, Error{"webhook_needs_tls"} for http://
/// where the operator did not allow it.
WebhookUrl check_url(std::string_view url, const Exceptions& exceptions);

}  // namespace podload::notify
