#include "webhook_url.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;
using namespace podload::notify;

namespace {

std::string read(const std::string& url, const Exceptions& exceptions = {}) {
  try {
    const Url parsed = check_url(url, exceptions);
    return (parsed.tls ? "tls " : "plain ") + parsed.host;
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("a webhook's URL is plain, and https unless the operator allows otherwise") {
  CHECK(read("https://oapi.dingtalk.com/robot/send?access_token=a") == "tls oapi.dingtalk.com");
  CHECK(read("https://Hooks.Slack.com:8443/services/T/B/x") == "tls hooks.slack.com");
  CHECK(read("https://[fd00::1]:8443/x") == "tls fd00::1");
  CHECK(read("https://[FD00:0:0::0001]/x") == "tls fd00::1");
  CHECK(read("https://192.0.2.7/x") == "tls 192.0.2.7");
  CHECK(read("https://7up.0xide.example/x") == "tls 7up.0xide.example");
  CHECK(read("http://hooks.example/x") == "webhook_needs_tls");
  CHECK(read("http://hooks.example/x", {{}, {"hooks.example"}}) == "plain hooks.example");
  for (const char* url : {"", "ftp://a/b", "https://", "https:///x", "https://user:pass@host/x", "https://good.example\\@evil.example/",
                          "https://host:/x", "https://host:80a/", "https://host:123456/", "https://ho st/", "https://\xE4\xBD\xA0/",
                          "https://[::1/", "https://[1:2]/", "https://[1.2.3.4]/", "https://127.1/", "https://0x7f.0.0.1/", "https://2130706433/",
                          "https://127.0.0.01/", "https://a.0x1/", "https://127.0.0.1./", "https://a..1/", "https://host/#x", "HTTPS://host/"})
    CHECK(read(url) == "bad_webhook_url");
}
