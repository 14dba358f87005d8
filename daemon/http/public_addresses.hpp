// Under which addresses podload may be asked, and whether a browser's request comes from a page of
// its own. Both keep a page of another site from acting through the browser of somebody who is
// signed in: by a request across sites, or by a name of its own that it lets lead here (DNS
// rebinding). Immutable; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/request.hpp"

namespace podload {

/// Where a page is from: scheme, host in lower case, port. Two are the same site if all are equal.
struct Origin {
  std::string scheme;
  std::string host;  ///< IPv6 with its brackets.
  int port = 0;      ///< The scheme's own where none is given.

  bool operator==(const Origin&) const = default;

  /// Reads "https://console.example[:443]"; nothing where it is something else ("null", a path).
  static std::optional<Origin> read(std::string_view text);
};

class PublicAddresses {
 public:
  /// What `public_addresses` says, each as Origin::read() takes it. Throws Error{"bad_config_value"}.
  explicit PublicAddresses(const std::vector<std::string>& addresses);

  /// Whether the Host header names podload: by a name of these addresses, whatever its port (some
  /// proxies leave it out), or by a loopback name. Without the header nothing is named, and no
  /// browser asks so.
  bool has_host(const Request& request) const;

  /// Whether a browser says that a page of another site makes this request. Sec-Fetch-Site is
  /// believed, since no page can set it. Without it, Origin has to be one of these addresses or
  /// where the request itself went: the Host header's, by the scheme that it came with.
  bool is_cross_site(const Request& request) const;

 private:
  std::vector<Origin> origins_;
};

}  // namespace podload
