#include "storage/connection_settings.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;

TEST_CASE("key=value pairs and a URI give the same result") {
  const std::string pairs = connection_string("host=db1,db2 port=5433 dbname=podload user=podloadd password='a\\'b c'", "database");
  CHECK(pairs == connection_string("postgresql://podloadd:a%27b%20c@db1,db2/podload?port=5433", "database"));
  CHECK(pairs.find("host='db1,db2'") != std::string::npos);
  CHECK(pairs.find("password='a\\'b c'") != std::string::npos);
}

TEST_CASE("missing settings get podload's defaults, and given ones stay") {
  const std::string made = connection_string("dbname=podload", "database");
  for (const char* part : {"target_session_attrs='read-write'", "connect_timeout='2'", "application_name='podloadd'"}) CHECK(made.find(part) != std::string::npos);
  CHECK(made.find("options") == std::string::npos);
  const std::string text = connection_string("postgres:///podload?target_session_attrs=any&connect_timeout=7&options=-c%20jit%3Don", "database");
  for (const char* part : {"target_session_attrs='any'", "connect_timeout='7'", "options='-c jit=on'"}) CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("a text that libpq does not accept is refused, and its row is named") {
  for (const char* text : {"dbname", "nosuch=1 dbname=x", "postgresql://host:port:1/x?y=z", "host='x"})
    CHECK_THROWS_WITH(connection_string(text, "owner_database"), Catch::Contains("owner_database") && Catch::Contains("libpq"));
}
