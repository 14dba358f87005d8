#include "removal/last_look.hpp"

#include <catch2/catch.hpp>

#include "removal/three_pods.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace podload::pod_load::testing;

namespace {

PodOperation operation_of(PodOperation::Kind kind) {
  PodOperation operation;
  operation.kind = kind;
  operation.uid = "uid-a";
  operation.new_value = kind == PodOperation::Kind::remove ? "done" : "online";
  return operation;
}

LastLook look_with(const std::string& load, bool ready = true) {
  LastLook look;
  look.pod = pod_named("a", load, ready);
  look.services = {service_named("web", {{"app", "web"}, {"load", "online"}})};
  return look;
}

Outcome removal(const LastLook& look, bool complete = true, bool served = true, Json* details = nullptr) {
  Json own = Json::object();
  ProofState proof;
  proof.complete = complete;
  proof.served = served;
  return judge_outcome(operation_of(PodOperation::Kind::remove), "load", look, proof, details == nullptr ? own : *details);
}

Outcome restore(const LastLook& look, const ProofState& proof) {
  Json details = Json::object();
  return judge_outcome(operation_of(PodOperation::Kind::restore), "load", look, proof, details);
}

}  // namespace

TEST_CASE("the last read decides the outcome of a removal") {
  LastLook look = look_with("done");
  CHECK(removal(look) == Outcome::removed);
  CHECK(removal(look, true, false) == Outcome::already_not_serving);
  CHECK(removal(look, false) == Outcome::applied_unverified);
  SECTION("a Service selects it without the load label") {
    look.services.push_back(service_named("all", {{"app", "web"}}));
    Json details = Json::object();
    CHECK(removal(look, true, true, &details) == Outcome::removed_still_routed);
    CHECK(details["still_routing"] == "all");
  }
  SECTION("manually created endpoints list its address") {
    EndpointSlice slice;
    slice.name = "legacy-1";
    slice.service = "legacy";
    slice.endpoints = {{"", "", {look.pod->pod_ip}, true, true}};
    look.foreign_slices = {slice};
    Json details = {{"label_now", "of an earlier look"}};
    CHECK(removal(look, true, true, &details) == Outcome::removed_still_routed);
    CHECK(details == Json{{"still_routing", "legacy"}});
  }
  SECTION("another writer has set the label back after the slices showed the removal") {
    look.pod->labels["load"] = "online";
    Json details = Json::object();
    CHECK(removal(look, true, true, &details) == Outcome::overridden);
    CHECK(details["label_now"] == "online");
  }
  SECTION("deleted, or replaced by another Pod of the name") {
    look.pod->uid = "another";
    CHECK(removal(look) == Outcome::replaced);
    look.pod.reset();
    CHECK(removal(look) == Outcome::replaced);
  }
}

TEST_CASE("a Pod counts as restored only if a Service leads to it and it is ready") {
  const LastLook look = look_with("online");
  CHECK(restore(look, {.complete = true, .gained = true}) == Outcome::restored);
  CHECK(restore(look, {.complete = false, .gained = true}) == Outcome::applied_unverified);
  CHECK(restore(look, {.complete = true, .gained = false}) == Outcome::restored_not_reached);
  CHECK(restore(look_with("online", false), {.complete = true, .gained = true}) == Outcome::restored_not_ready);
  CHECK(restore(look_with("online", false), {.complete = true, .gained = true, .published = true}) == Outcome::restored);
  CHECK(restore(look_with("done"), {.complete = true, .gained = true}) == Outcome::overridden);
}
