#include "podload/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>

#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::string_view kHttps = "https://", kHttp = "http://";
constexpr std::size_t kLongestHost = 253;  // of a name in DNS

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

bool all(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string part(const Handle& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

std::optional<std::string> canonical_v6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
}

/// Whether a host that is no IPv6 address is a name, or an IPv4 address in its usual form: resolvers read "127.1" and
/// "0x7f.0.0.1" as addresses, so a host whose last label is a number must be one.
bool is_name_or_v4(std::string_view host) {
  if (host.empty() || host.size() > kLongestHost || !all(host, "0123456789abcdefghijklmnopqrstuvwxyz.-")) return false;
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string_view last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
  const bool number = all(last, "0123456789") || (last.starts_with("0x") && all(last.substr(2), "0123456789abcdef"));
  in_addr address{};
  return !number || inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

UrlProblem problem_of(CURLUcode code) {
  switch (code) {
    case CURLUE_USER_NOT_ALLOWED: return UrlProblem::user;
    case CURLUE_BAD_PORT_NUMBER: return UrlProblem::port;
    default: return UrlProblem::host;
  }
}

/// What is wrong if the text before the path is not, in letters of either case, the host and port that libcurl read. It
/// also accepts "https:///host", "host:" and "%61", and computes "127.1".
std::optional<UrlProblem> difference(std::string_view authority, const Url& url, const std::string& named_port) {
  const std::string port = named_port.empty() ? "" : ":" + named_port;
  if (authority.ends_with(':') || !authority.ends_with(port)) return UrlProblem::port;
  const std::string_view host = authority.substr(0, authority.size() - port.size());
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  const bool same = bracketed ? canonical_v6(host.substr(1, host.size() - 2)) == url.host
                              : lower_case(host) == url.host && is_name_or_v4(url.host);
  return same ? std::nullopt : std::optional(UrlProblem::host);
}

}  // namespace

std::string Url::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Url::text() const {
  return std::string(tls ? kHttps : kHttp) + authority() + path + (query.empty() ? "" : "?" + query);
}

std::variant<Url, UrlProblem> read_url(std::string_view text) {
  Url url;
  url.tls = lower_case(text.substr(0, kHttps.size())) == kHttps;
  if (!url.tls && lower_case(text.substr(0, kHttp.size())) != kHttp) return UrlProblem::scheme;
  if (std::any_of(text.begin(), text.end(),
                  [](unsigned char c) { return c <= ' ' || c >= 0x7F || c == '\\' || c == '#'; }))
    return UrlProblem::characters;

  const Handle handle(curl_url(), &curl_url_cleanup);
  if (!handle) throw std::bad_alloc();
  const CURLUcode code =
      curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
  if (code == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLUE_OK) return problem_of(code);
  url.host = lower_case(part(handle, CURLUPART_HOST));
  if (url.host.starts_with('['))
    url.host = canonical_v6(std::string_view(url.host).substr(1, url.host.size() - 2)).value_or("");
  url.port = std::stoi(part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (url.port < 1) return UrlProblem::port;
  url.path = part(handle, CURLUPART_PATH);
  url.query = part(handle, CURLUPART_QUERY);

  text.remove_prefix((url.tls ? kHttps : kHttp).size());
  if (const auto problem = difference(text.substr(0, text.find_first_of("/?")), url, part(handle, CURLUPART_PORT)))
    return *problem;
  return url;
}

}  // namespace podload
