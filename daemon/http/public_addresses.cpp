#include "http/public_addresses.hpp"

#include <algorithm>
#include <charconv>

#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

int port_of(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

/// Parses "host[:port]", with the default port of `scheme`; nothing if it is not a host.
std::optional<Origin> read_host(std::string_view scheme, std::string_view text) {
  Origin origin{std::string(scheme), "", port_of(scheme)};
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const auto colon = text.find(':', bracket);
  std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
    if (error != std::errc() || stop != port.data() + port.size() || origin.port < 1 || origin.port > 65535) return std::nullopt;
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto fits = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']'; };
  if (host.empty() || !std::all_of(host.begin(), host.end(), fits)) return std::nullopt;
  origin.host = lower_case(host);
  return origin;
}

bool is_loopback(const std::string& host) {
  const bool digits = std::all_of(host.begin(), host.end(), [](unsigned char c) { return std::isdigit(c) || c == '.'; });
  return host == "localhost" || host == "[::1]" || (digits && host.starts_with("127."));
}

std::string_view scheme_of(const Request& request) { return request.tls ? "https" : "http"; }

}  // namespace

std::optional<Origin> Origin::read(std::string_view text) {
  for (const std::string_view scheme : {"https", "http"}) {
    const std::string begin = std::string(scheme) + "://";
    if (lower_case(text.substr(0, begin.size())) == begin) return read_host(scheme, text.substr(begin.size()));
  }
  return std::nullopt;
}

PublicAddresses::PublicAddresses(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    auto origin = Origin::read(address);
    if (!origin)
      throw Error("bad_config_value", {{"key", "public_addresses"},
                                       {"what", "`" + address + "` must be scheme://host or scheme://host:port, like https://podload.example, without a path"}});
    origins_.push_back(std::move(*origin));
  }
}

bool PublicAddresses::has_host(const Request& request) const {
  const std::string_view given = request.header("host");
  if (given.empty()) return true;
  const auto host = read_host(scheme_of(request), given);
  if (!host) return false;
  return is_loopback(host->host) || std::any_of(origins_.begin(), origins_.end(), [&](const Origin& origin) { return origin.host == host->host; });
}

bool PublicAddresses::is_cross_site(const Request& request) const {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  const std::string_view given = request.header("origin");
  if (given.empty()) return false;
  const auto origin = Origin::read(given);
  if (!origin) return true;
  return *origin != read_host(scheme_of(request), request.header("host")) && std::find(origins_.begin(), origins_.end(), *origin) == origins_.end();
}

}  // namespace podload
