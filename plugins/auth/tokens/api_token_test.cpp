#include "tokens/api_token.hpp"

#include <catch2/catch.hpp>

#include "podload/ids.hpp"
#include "podload_testing/request.hpp"
#include "sessions/session_token.hpp"

using namespace podload;
using namespace podload::auth;

namespace {

std::optional<std::string> hash_of(const std::string& header) {
  testing::TestRequest request;
  request.headers["authorization"] = header;
  return bearer_hash_of(request);
}

}  // namespace

TEST_CASE("A bearer token is read from its header") {
  const std::string token = new_api_token().reveal();
  CHECK(token.starts_with("podload_"));
  CHECK(token.size() == 51);
  CHECK(token != new_api_token().reveal());
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER   "})
    CHECK(hash_of(scheme + token) == token_hash(token));
}

TEST_CASE("Text that cannot be a token belongs to nobody, and another scheme is not a bearer token") {
  const std::string token = new_api_token().reveal();
  for (const std::string& header :
       {std::string("Bearer"), std::string("Bearer "), "Bearer " + token + "x", "Bearer " + token.substr(8),
        "Bearer " + token + " ", "Bearer PODLOAD_" + token.substr(8), "Bearer podload_" + std::string(43, '\'')})
    CHECK(hash_of(header) == std::string());
  CHECK_FALSE(hash_of("Basic " + token));
  CHECK_FALSE(hash_of("Bearer:" + token));
  CHECK_FALSE(hash_of(""));
  CHECK_FALSE(bearer_hash_of(testing::TestRequest()));
}

TEST_CASE("Token credentials are distinguished from others") {
  const std::string id = new_uuid();
  CHECK(api_token_id(api_token_credential(id)) == id);
  CHECK(api_token_id("session:" + id).empty());
  CHECK(api_token_id("token:x").empty());
}
