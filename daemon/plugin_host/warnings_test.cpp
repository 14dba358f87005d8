#include "plugin_host/warnings.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("a warning stays until it is cleared, one per plugin and code, shortened and cleaned") {
  Warnings warnings;
  CHECK(warnings.all() == Json::object());
  warnings.set("audit", "a", "one\nline");
  warnings.set("audit", "b", std::string(1000, 'x'));
  warnings.set("notify", "a", "");
  CHECK(warnings.all()["audit"]["a"] == "one\uFFFDline");
  CHECK(warnings.all()["audit"]["b"].get<std::string>().size() < 310);
  CHECK_FALSE(warnings.all().contains("notify"));
  warnings.set("audit", "a", "");
  warnings.set("audit", "b", "");
  CHECK(warnings.all() == Json::object());
}
