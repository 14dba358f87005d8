// The addresses that clients may use for podload, and the check whether a browser's request comes from podload's own
// page. Both keep a page of another site from acting through a signed-in user's browser: by a cross-site request, or by
// a host name of its own that resolves to podload (DNS rebinding). Immutable; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/request.hpp"

namespace podload {

/// The origin of a page: scheme, host in lower case, port. Two pages are of the same site if all three are equal.
struct Origin {
  std::string scheme;
  std::string host;  ///< IPv6 including its brackets.
  int port = 0;      ///< The scheme's default port if none is given.

  bool operator==(const Origin&) const = default;

  /// Parses "https://console.example[:443]"; nothing for any other text ("null", a path).
  static std::optional<Origin> read(std::string_view text);
};

class PublicAddresses {
 public:
  /// The entries of `public_addresses`, each in the form that Origin::read() parses. Throws Error{"bad_config_value"}.
  explicit PublicAddresses(const std::vector<std::string>& addresses);

  /// Whether the Host header names podload: by the host of one of these addresses, with any port (some proxies omit
  /// it), or by a loopback name. A request without the header passes, because no browser sends one.
  bool has_host(const Request& request) const;

  /// Whether, according to the browser, a page of another site makes this request. Sec-Fetch-Site is trusted, because
  /// no page can set it. Without it, Origin must be one of these addresses, or the scheme and Host header of the
  /// request itself.
  bool is_cross_site(const Request& request) const;

 private:
  std::vector<Origin> origins_;
};

}  // namespace podload
