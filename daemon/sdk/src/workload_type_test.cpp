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
  CHECK(refusal(Json::array()) == "the row is no mapping");
  CHECK(refusal(with("kind", "")) == "`kind` is missing");
  CHECK(refusal(with("versions", "v1")) == "`versions` is no list");
  CHECK(refusal(with("versions", Json::array())) == "`versions` names none");
  CHECK(refusal(with("versions", Json::array({1}))) == "`versions` is no list of texts");
  CHECK(refusal(with("desired", "spec/size")) == "`desired` is no JSON pointer: it begins with /");
  CHECK(refusal(with("ready", 3)) == "`ready` is no text");
  CHECK(refusal(with("replicas", "/spec/size")) == "`replicas` is not known");
  CHECK(refusal(with("through", Json::array({"replicasets"}))) == "`\"replicasets\"` is no mapping");
  CHECK(refusal(with("services", {{{"name", "/spec/service"}}})) == "`role` is missing");
  CHECK(refusal(with("unavailable_label", "it's out")) == "`unavailable_label` is no label's key");
}
