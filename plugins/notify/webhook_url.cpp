#include "webhook_url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kLongest = 2000;

[[noreturn]] void refuse(const char* what) { throw Error("bad_webhook_url", {{"what", what}}); }

bool all(std::string_view text, std::string_view allowed) { return text.find_first_not_of(allowed) == std::string_view::npos; }

/// An IPv6 address in its canonical form.
std::string usual_v6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> usual{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) refuse("its host is not valid");
  return inet_ntop(AF_INET6, &address, usual.data(), usual.size());
}

/// The connecting library accepts "127.1" and "0x7f.0.0.1" as addresses: a host that ends in a number must be an
/// address in the usual form.
void check_number(std::string_view host) {
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string_view last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
  const bool number = all(last, "0123456789") || ((last.starts_with("0x") || last.starts_with("0X")) && all(last.substr(2), "0123456789abcdefABCDEF"));
  in_addr address{};
  if (number && inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) refuse("its host is not valid");
}

}  // namespace

bool Exceptions::named(const std::vector<std::string>& hosts, std::string_view host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

WebhookUrl check_url(std::string_view url, const Exceptions& exceptions) {
  if (url.size() > kLongest) refuse("it has more than 2000 characters");
  if (std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c >= 127 || c == '\\' || c == '#'; }))
    refuse("it must not contain spaces, backslashes, # or non-ASCII characters");
  WebhookUrl parsed;
  parsed.tls = url.starts_with("https://");
  if (!parsed.tls && !url.starts_with("http://")) refuse("it must begin with https://");
  std::string_view rest = url.substr(parsed.tls ? 8 : 7);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) refuse("it must not contain a username or password");
  std::string_view host, port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) refuse("its host is not valid");
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (!all(host, "0123456789abcdefABCDEF:.")) refuse("its host is not valid");
  } else {
    host = authority.substr(0, authority.find(':'));
    port = authority.substr(host.size());
    if (!all(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-")) refuse("its host is not valid");
  }
  if (host.empty()) refuse("its host is not valid");
  if (!port.empty() && (port[0] != ':' || port.size() < 2 || port.size() > 6 || !all(port.substr(1), "0123456789"))) refuse("its port is not valid");
  if (authority.starts_with('[')) {
    parsed.host = usual_v6(host);
  } else {
    check_number(host);
    parsed.host = lower_case(host);
  }
  if (!parsed.tls && !Exceptions::named(exceptions.plain_http, parsed.host)) throw Error("webhook_needs_tls", {{"host", parsed.host}});
  return parsed;
}

}  // namespace podload::notify
