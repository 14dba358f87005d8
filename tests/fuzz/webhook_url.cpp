// The URL of a webhook: an accepted URL leads where it seems to. Its host is one that a person reads in the text, and the
// resolver, which takes "127.1" for an address, takes it for no other; what is called is the URL that was judged.
#include "webhook_url.hpp"

#include <netdb.h>

#include "check.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace {

/// The address that the resolver takes the host for, in its usual form; empty if it would look up a name.
std::string numeric(const std::string& host) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_flags = AI_NUMERICHOST;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  char text[NI_MAXHOST] = {};
  MUST(getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0);
  freeaddrinfo(found);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Url read;
  try {
    read = notify::check_url(text, {{}, {"relay.example"}});
  } catch (const Error& error) {
    MUST(error.code() == "bad_webhook_url" || error.code() == "webhook_needs_tls");
    return 0;
  }
  MUST(read.tls || read.host == "relay.example");
  MUST(text.starts_with(read.tls ? "https://" : "http://"));
  // Between the scheme and the path stand the host, as it was judged, and at most a port.
  const std::string_view rest = std::string_view(text).substr(read.tls ? 8 : 7);
  const std::string authority = lower_case(rest.substr(0, rest.find_first_of("/?")));
  const bool is_v6 = authority.starts_with('[');
  const std::string host =
      is_v6 ? numeric(authority.substr(1, authority.find(']') - 1)) : authority.substr(0, authority.find(':'));
  MUST(!host.empty() && host == read.host);
  MUST(authority.find_first_of("@\\%#") == std::string::npos);
  const std::string port = authority.substr(
      authority.find_last_of(":]") == std::string::npos ? authority.size() : authority.find_last_of(":]") + 1);
  MUST(port.empty() ? read.port == (read.tls ? 443 : 80) : port == std::to_string(read.port));
  MUST(read.port >= 1 && read.port <= 65535);
  const std::string address = numeric(read.host);
  MUST(address.empty() || address == read.host);
  // What is called: the same URL, and the same target on the server.
  const auto again = read_url(read.text());
  MUST(std::holds_alternative<Url>(again) && std::get<Url>(again) == read);
  const std::string_view target = rest.substr(authority.size());
  const std::string called = read.path + (read.query.empty() ? "" : "?" + read.query);
  MUST(called == target || called == "/" + std::string(target) || called + "?" == target ||
       called + "?" == "/" + std::string(target));
  return 0;
}
