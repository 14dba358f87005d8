#include "podload/secret.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <new>
#include <string_view>

using namespace podload;

TEST_CASE("a secret that was moved away leaves nothing, also if it is short") {
  // The memory of the first object is looked at after it was moved from.
  alignas(Secret) std::array<char, sizeof(Secret)> memory{};
  auto* const first = new (memory.data()) Secret("canary5ecret");
  const Secret second = std::move(*first);
  CHECK(second.reveal() == "canary5ecret");
  CHECK(first->empty());
  CHECK(std::string_view(memory.data(), memory.size()).find("canary5") == std::string_view::npos);
  first->~Secret();
}

TEST_CASE("a secret is taken out of a body once, and is not left in it") {
  Json body = {{"username", "ann"}, {"password", "canary5ecret"}, {"level", 3}};
  CHECK(take_text(body, "password").reveal() == "canary5ecret");
  CHECK(body == Json{{"username", "ann"}, {"level", 3}});
  for (const char* absent : {"password", "level", "other"}) CHECK(take_text(body, absent).empty());
  Json list = Json::array({"x"});
  CHECK(take_text(list, "password").empty());
}
