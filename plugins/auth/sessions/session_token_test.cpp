#include "sessions/session_token.hpp"

#include <catch2/catch.hpp>

#include "podload/encoding.hpp"
#include "podload_testing/request.hpp"

using namespace podload;
using namespace podload::auth;

TEST_CASE("Tokens") {
  const Secret token = new_token();
  CHECK(token.reveal().size() == 43);
  CHECK(new_token().reveal() != token.reveal());
  CHECK(hex(token_hash("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("The cookie is read by the connection's kind") {
  const Secret token = new_token();
  testing::TestRequest request;
  request.headers["cookie"] = "a=b; podload=" + token.reveal() + "; __Host-podload=" + std::string(43, 'x');
  CHECK(token_hash_of(request) == token_hash(token.reveal()));
  request.tls = true;
  CHECK(token_hash_of(request) == token_hash(std::string(43, 'x')));
}

TEST_CASE("Text that cannot be a token is ignored") {
  testing::TestRequest request;
  CHECK(token_hash_of(request).empty());
  for (const std::string& text : {std::string(), std::string(42, 'x'), std::string(44, 'x'), std::string(42, 'x') + "=", std::string(9000, 'x')}) {
    request.headers["cookie"] = "podload=" + text;
    CHECK(token_hash_of(request).empty());
  }
}

TEST_CASE("The cookies that browsers get") {
  testing::TestRequest plain, tls;
  tls.tls = true;
  CHECK(cookie_with(Secret("t"), tls) == "__Host-podload=t; Path=/; HttpOnly; SameSite=Strict; Secure");
  CHECK(cookie_with(Secret("t"), plain) == "podload=t; Path=/; HttpOnly; SameSite=Strict");
  CHECK(cookie_without_token(tls) == "__Host-podload=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
}

TEST_CASE("Installations on one host use different cookies") {
  const Secret here = new_token(), there = new_token();
  testing::TestRequest request;
  request.tls = true;
  request.headers["cookie"] = "__Host-podload-8443=" + there.reveal() + "; __Host-podload=" + there.reveal() + "; __Host-podload-9443=" + here.reveal();
  request.headers["x-podload-cookie"] = "9443";
  CHECK(token_hash_of(request) == token_hash(here.reveal()));
  CHECK(cookie_with(Secret("t"), request).starts_with("__Host-podload-9443=t; "));
  CHECK(cookie_without_token(request).starts_with("__Host-podload-9443=; "));
  for (const std::string& suffix : {std::string("9443; Domain=example"), std::string("a b"), std::string(33, 'x')}) {
    request.headers["x-podload-cookie"] = suffix;
    CHECK(cookie_with(Secret("t"), request).starts_with("__Host-podload=t; "));
  }
}
