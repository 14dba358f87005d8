#include "cluster_rules.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::cluster;

TEST_CASE("a cluster's name is a DNS label that does not hide a path") {
  const std::vector<std::string> literals{"admin", "login"};
  for (const std::string& name : std::vector<std::string>{"a", "prod-1", "0", std::string(63, 'a')}) CHECK_NOTHROW(check_name(name, literals));
  for (const std::string& name : std::vector<std::string>{"", "-a", "a-", "A", "a_b", "a.b", "a/b", "生产", "a b", "..", std::string(64, 'a')}) {
    INFO(name);
    CHECK(testing::code_of([&] { check_name(name, literals); }) == "bad_cluster_name");
  }
  CHECK(testing::code_of([&] { check_name("admin", literals); }) == "cluster_name_taken");
}

TEST_CASE("the load label and its two values") {
  CHECK_NOTHROW(check_label({"load", "online", "done"}));
  CHECK_NOTHROW(check_label({"podload.io/load", "On_line.1", "done"}));
  for (const LoadLabel& label :
       {LoadLabel{"", "a", "b"}, LoadLabel{"a b", "a", "b"}, LoadLabel{"x/y/z", "a", "b"}, LoadLabel{"/y", "a", "b"},
        LoadLabel{"Upper.io/y", "a", "b"}, LoadLabel{"load", "", "b"}, LoadLabel{"load", "a", ""}, LoadLabel{"load", "a", "a"},
        LoadLabel{"load", "-a", "b"}, LoadLabel{"load", "a", std::string(64, 'b')}, LoadLabel{"负载", "a", "b"}}) {
    INFO(label.name << " " << label.online << " " << label.done);
    CHECK(testing::code_of([&] { check_label(label); }) == "bad_label");
  }
}
