#include "podload/url.hpp"

#include <catch2/catch.hpp>

using namespace podload;

namespace {

/// The URL as it is written again, or what is wrong with it.
std::string read(std::string_view text) {
  const auto found = read_url(text);
  if (const auto* url = std::get_if<Url>(&found)) return url->text();
  switch (std::get<UrlProblem>(found)) {
    case UrlProblem::scheme: return "scheme";
    case UrlProblem::characters: return "characters";
    case UrlProblem::user: return "user";
    case UrlProblem::host: return "host";
    case UrlProblem::port: return "port";
  }
  return "?";
}

}  // namespace

TEST_CASE("the parts of a URL: the host in one form, the path and the query as written") {
  const auto url = std::get<Url>(read_url("https://Hooks.Example:8443/a/../B%2f?x=%2F&y=/?"));
  CHECK(url == Url{true, "hooks.example", 8443, "/a/../B%2f", "x=%2F&y=/?"});
  CHECK(url.authority() == "hooks.example:8443");
  CHECK(url.text() == "https://hooks.example:8443/a/../B%2f?x=%2F&y=/?");
  CHECK(std::get<Url>(read_url("https://h")) == Url{true, "h", 443, "/", ""});
  CHECK(std::get<Url>(read_url("HTTP://h?x")) == Url{false, "h", 80, "/", "x"});
  CHECK(std::get<Url>(read_url("http://h:443/?")) == Url{false, "h", 443, "/", ""});
  const auto six = std::get<Url>(read_url("https://[FD00:0:0::0001]/x"));
  CHECK(six.host == "fd00::1");
  CHECK(six.authority() == "[fd00::1]:443");
  CHECK(read("https://[::ffff:192.0.2.7]:1/") == "https://[::ffff:192.0.2.7]:1/");
  CHECK(read("https://192.0.2.7") == "https://192.0.2.7:443/");
  CHECK(read("https://7up.0xide.example./") == "https://7up.0xide.example.:443/");
}

TEST_CASE("what is written again is read the same") {
  for (const char* text :
       {"https://a/", "http://A:80?b", "https://[0::1]:65535/../%00?q=a%20b", "https://h/x?", "https://h//?a?b"}) {
    INFO(text);
    const Url url = std::get<Url>(read_url(text));
    CHECK(std::get<Url>(read_url(url.text())) == url);
  }
}

TEST_CASE("each refusal says which part is wrong") {
  for (const char* text : {"", "h", "//h/", "ftp://h/", "file:///etc/hostname", "https:/h/", "https:h", " https://h/",
                           "h:443/", "https;//h"}) {
    INFO(text);
    CHECK(read(text) == "scheme");
  }
  for (const char* text :
       {"https://h /", "https://h/\r\nHost: x", "https://h/#x", "https://good.example\\@evil.example/",
        "https://\xE4\xBD\xA0/", "https://h/\xC3\xA9", "https://h/\x7F"}) {
    INFO(text);
    CHECK(read(text) == "characters");
  }
  CHECK(read({"https://h/\0x", 12}) == "characters");
  for (const char* text : {"https://user:word@h/", "https://user@h/", "https://a@b@h/", "https://:word@h/"}) {
    INFO(text);
    CHECK(read(text) == "user");
  }
  for (const char* text : {"https://",
                           "https:///h",
                           "https:////h",
                           "https://?x",
                           "https://:443/",
                           "https://a_b/",
                           "https://a%2eb/",
                           "https://a|b/",
                           "https://[::1/",
                           "https://[1:2]/",
                           "https://[1.2.3.4]/",
                           "https://[]/",
                           "https://[fe80::1%25eth0]/",
                           "https://127.1/",
                           "https://0x7f.0.0.1/",
                           "https://0X7F.1/",
                           "https://2130706433/",
                           "https://0177.0.0.1/",
                           "https://127.0.0.01/",
                           "https://a.0x1/",
                           "https://127.0.0.1./",
                           "https://a..1/",
                           "https://1.2.3.4.5/",
                           "https://256.1.1.1/"}) {
    INFO(text);
    CHECK(read(text) == "host");
  }
  CHECK(read("https://" + std::string(253, 'a') + "/") != "host");
  CHECK(read("https://" + std::string(254, 'a') + "/") == "host");
  for (const char* text : {"https://h:/x", "https://h:0/", "https://h:65536/", "https://h:123456/", "https://h:80a/",
                           "https://h:0443/", "https://h:+1/", "https://h:-1/", "https://h:99999999999999999999/",
                           "https://[::1]:/", "https://[::1]x/", "https://::1/"}) {
    INFO(text);
    CHECK(read(text) == "port");
  }
}
