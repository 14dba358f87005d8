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

TEST_CASE("a query parameter has the type that api.yaml gives it") {
  testing::TestRequest request;
  request.operation_id = "notes.set";
  request.parameters = {{"dry_run", true}, {"limit", 7}, {"wait", "proof"}};
  CHECK(request.query_flag("dry_run"));
  CHECK_FALSE(request.query_flag("force"));
  CHECK(request.query_number("limit", 1000) == 7);
  CHECK(request.query_number("page", 1000) == 1000);
  CHECK_THROWS_WITH(request.query_flag("limit"), Catch::Contains("notes.set") && Catch::Contains("`limit`") && Catch::Contains("boolean"));
  CHECK_THROWS_WITH(request.query_number("wait", 1), Catch::Contains("`wait`") && Catch::Contains("integer"));
}
