#include "http/public_addresses.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload_testing/request.hpp"

using namespace podload;

namespace {

struct Headers {
  const char* host = "";
  const char* origin = "";
  const char* site = "";
  bool tls = false;
};

testing::TestRequest request(const Headers& headers) {
  testing::TestRequest made;
  made.tls = headers.tls;
  for (const auto& [name, value] : {std::pair("host", headers.host), std::pair("origin", headers.origin), std::pair("sec-fetch-site", headers.site)})
    if (*value != '\0') made.headers[name] = value;
  return made;
}

const PublicAddresses& console() {
  static const PublicAddresses addresses({"https://console.example", "http://10.0.0.7:8080"});
  return addresses;
}

bool served(const char* host) { return console().has_host(request({.host = host})); }
bool cross(const Headers& headers) { return console().is_cross_site(request(headers)); }

}  // namespace

TEST_CASE("the Host header may be the host of a public address or a loopback name") {
  for (const char* host : {"console.example", "Console.Example", "console.example:443", "console.example:8443", "console.example.", "10.0.0.7", "10.0.0.7:8080",
                           "localhost", "localhost:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]", "[::1]:8080", ""})
    CHECK(served(host));
  for (const char* host : {"evil.example", "console.example.evil.example", "127.0.0.1.evil.example", "10.0.0.8", "[::2]", "[::1", "console.example:x", "a b", "127.example",
                           "console.example:99999", "@localhost", ":80"})
    CHECK_FALSE(served(host));
  CHECK_FALSE(PublicAddresses({}).has_host(request({.host = "console.example"})));
}

TEST_CASE("a browser's Sec-Fetch-Site is trusted") {
  CHECK_FALSE(cross({.host = "127.0.0.1:8080", .origin = "https://console.example", .site = "same-origin"}));
  CHECK_FALSE(cross({.host = "127.0.0.1:8080", .origin = "https://other.example", .site = "same-origin"}));  // behind a proxy that hides the name
  CHECK_FALSE(cross({.host = "console.example", .site = "none"}));
  for (const char* site : {"cross-site", "same-site", "Same-Origin", "anything"})
    CHECK(cross({.host = "console.example", .origin = "https://console.example", .site = site, .tls = true}));
}

TEST_CASE("for older browsers the Origin must be podload's own: scheme, host and port") {
  CHECK_FALSE(cross({.host = "127.0.0.1:8080"}));
  CHECK_FALSE(cross({.host = "127.0.0.1:8080", .origin = "http://127.0.0.1:8080"}));
  CHECK_FALSE(cross({.host = "console.example:443", .origin = "https://console.example"}));
  CHECK_FALSE(cross({.host = "console.example", .origin = "HTTPS://Console.Example:443", .tls = true}));
  CHECK_FALSE(cross({.host = "127.0.0.1:8080", .origin = "https://console.example"}));  // configured, behind a plain proxy_pass
  CHECK_FALSE(cross({.host = "localhost", .origin = "http://localhost:80"}));
  for (const char* origin : {"https://evil.example", "null", "http://console.example", "https://console.example:8443", "https://127.0.0.1:8080", "http://127.0.0.1",
                             "https://console.example/x", "https://user@console.example", "console.example", "ftp://console.example", "https://", "http://10.0.0.7"})
    CHECK(cross({.host = "127.0.0.1:8080", .origin = origin}));
  CHECK(cross({.host = "console.example", .origin = "http://console.example", .tls = true}));
}

TEST_CASE("an invalid address is refused and named") {
  for (const char* address : {"console.example", "https://console.example/", "https://", "ftp://x", "https://x:0", "https://x:y"})
    CHECK_THROWS_WITH(PublicAddresses({address}), Catch::Contains("public_addresses") && Catch::Contains(address));
}
