#include "podload/request.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "podload_testing/request.hpp"

using namespace podload;

TEST_CASE("a path parameter that api.yaml does not declare is named") {
  testing::TestRequest request;
  request.operation_id = "notes.set";
  request.params["pod"] = "web-1";
  CHECK(request.param("pod") == "web-1");
  CHECK_THROWS_AS(request.param("pot"), std::logic_error);
  CHECK_THROWS_WITH(request.param("pot"), Catch::Contains("notes.set") && Catch::Contains("`pot`"));
}
