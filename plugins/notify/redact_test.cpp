#include "redact.hpp"

#include <catch2/catch.hpp>

using namespace podload::notify;

namespace {

const std::string kUrl = "https://hooks.example:8443/services/T0000CANARY/canary-path?access_token=canary%2Dtoken&v=2&timestamp=1700000000123";

std::string kept(const std::string& text) { return redacted(text, secret_parts(kUrl, "canary-secret")); }

}  // namespace

TEST_CASE("parts of a URL and the secret are removed from a text in every encoding") {
  CHECK(kept("POST " + kUrl + " failed") == "POST https://hooks.example:8443*** failed");
  for (const char* echoed : {"canary-secret", "CANARY-SECRET", "canary-path", "/services/T0000CANARY/canary-path", "t0000canary", "canary%2Dtoken",
                             "canary-token", "canary%2dtoken", "Y2FuYXJ5LXNlY3JldA==", "canary-secretcanary-secret", "(canary-path)"}) {
    INFO(echoed);
    const std::string text = kept(std::string("token ") + echoed + " is wrong");
    CHECK(text.find("anary") == std::string::npos);
    CHECK(text.find("ANARY") == std::string::npos);
    CHECK(text.find("Y2Fu") == std::string::npos);
    CHECK(text.starts_with("token "));
    CHECK(text.ends_with(" is wrong"));
  }
}

TEST_CASE("words that every such URL has are kept, and so are texts without secrets") {
  CHECK(redacted("send too fast, robot", secret_parts("https://oapi.dingtalk.com/robot/send?access_token=abcdef", "")) == "send too fast, robot");
  CHECK(redacted("a v2 b", secret_parts("https://x.example/v2/t?a=b", "")) == "a v2 b");
  CHECK(kept("services") == "services");
  CHECK(redacted("anything", secret_parts("https://x.example", "")) == "anything");
  CHECK(redacted("anything", secret_parts("", "")) == "anything");
  CHECK(redacted("no 50%off/secret", secret_parts("https://x.example/h?k=50%off%2Fsecret", "")) == "no ***");
}

TEST_CASE("a standard webhook's secret is recognized without its prefix too") {
  CHECK(redacted("key c2VjcmV0LWNhbmFyeQ==", secret_parts("https://x.example/", "whsec_c2VjcmV0LWNhbmFyeQ==")) == "key ***");
}
