#include "podload/workload_type.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;

namespace {

const Json kFleet = {
    {"kind", "Fleet"}, {"group", "fleets.example.org"}, {"versions", {"v2", "v1"}}, {"plural", "fleets"}};

Json with(const char* key, Json value) {
  Json row = kFleet;
  row[key] = std::move(value);
  return row;
}

/// Why the row is refused; empty if it is accepted.
std::string refusal(const Json& row) {
  try {
    WorkloadType::from_row(row);
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == "bad_workload_type");
    return error.args().at("what");
  }
}

}  // namespace

TEST_CASE("a row is parsed, and fields it omits are empty") {
  const WorkloadType type = WorkloadType::from_row(kFleet);
  CHECK(type.versions == std::vector<std::string>{"v2", "v1"});
  CHECK((type.selector.empty() && type.desired.empty() && type.services.empty() && type.unavailable_label.empty()));
  Json whole = with("unavailable_label", "out.example.org/podload");
  whole["services"] = {{{"role", "front"}, {"name", "/spec/service"}}};
  whole["through"] = {{{"group", "apps"}, {"versions", {"v1"}}, {"plural", "replicasets"}}};
  const WorkloadType full = WorkloadType::from_row(whole);
  CHECK(full.unavailable_label == "out.example.org/podload");
  REQUIRE(full.services.size() == 1);
  CHECK((full.services[0].role == "front" && full.services[0].name == "/spec/service"));
  CHECK(full.through.at(0).plural == "replicasets");
}

TEST_CASE("a type's name omits Kubernetes' own groups") {
  CHECK(WorkloadType::from_row(kFleet).name() == "fleet.fleets.example.org");
  CHECK(WorkloadType::from_row(with("group", "apps")).name() == "fleet");
  CHECK(WorkloadType::from_row(with("group", "batch.k8s.io")).name() == "fleet");
  CHECK(WorkloadType::from_row(with("group", "")).name() == "fleet");
}

TEST_CASE("the fault in a row is named") {
  CHECK(refusal(Json::array()) == "the row must be a mapping");
  CHECK(refusal(with("kind", "")) == "`kind` is missing");
  CHECK(refusal(with("versions", "v1")) == "`versions` must be a list");
  CHECK(refusal(with("versions", Json::array())) == "`versions` must not be empty");
  CHECK(refusal(with("versions", Json::array({1}))) == "`versions` must be a list of strings");
  CHECK(refusal(with("desired", "spec/size")) == "`desired` must be a JSON pointer, which begins with /");
  CHECK(refusal(with("ready", 3)) == "`ready` must be a string");
  CHECK(refusal(with("replicas", "/spec/size")) == "`replicas` is not known");
  CHECK(refusal(with("through", Json::array({"replicasets"}))) == "`\"replicasets\"` must be a mapping");
  CHECK(refusal(with("services", {{{"name", "/spec/service"}}})) == "`role` is missing");
  CHECK(refusal(with("unavailable_label", "it's out")) == "`unavailable_label` must be a label key");
}
