#include "removal/label_patch.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"
#include "podload/parse_json.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

PodOperation operation_of(PodOperation::Kind kind) {
  PodOperation operation;
  operation.kind = kind;
  operation.id = "b2d6";
  operation.name_space = "shop";
  operation.pod = "web-1";
  operation.previous_value = kind == PodOperation::Kind::remove ? "online" : "done";
  operation.new_value = kind == PodOperation::Kind::remove ? "done" : "online";
  return operation;
}

Json metadata_of(const PodOperation& operation, const std::string& unavailable_label) {
  Pod pod;
  pod.uid = "u1";
  pod.resource_version = "7";
  return parse_json(label_patch(operation, {pod, unavailable_label}, {}, false).body).at("metadata");
}

}  // namespace

TEST_CASE("label_patch requires the same uid and resourceVersion") {
  const Json removal = metadata_of(operation_of(PodOperation::Kind::remove), "");
  CHECK(removal.at("uid") == "u1");
  CHECK(removal.at("resourceVersion") == "7");
  CHECK(removal.at("labels") == Json{{"load", "done"}});
  CHECK(removal.at("annotations") == Json{{"podload.io/operation", "b2d6"}, {"podload.io/previous-value", "online"}});
  const Json restore = metadata_of(operation_of(PodOperation::Kind::restore), "");
  CHECK(restore.at("labels") == Json{{"load", "online"}});
  CHECK(restore.at("annotations") == Json{{"podload.io/operation", nullptr}, {"podload.io/previous-value", nullptr}});
}

TEST_CASE("the unavailable label is set and removed with the load label, and an annotation names it") {
  const Json removal = metadata_of(operation_of(PodOperation::Kind::remove), "out.example.org/podload");
  CHECK(removal.at("labels") == Json{{"load", "done"}, {"out.example.org/podload", "true"}});
  CHECK(removal.at("annotations").at("podload.io/unavailable-label") == "out.example.org/podload");
  const Json restore = metadata_of(operation_of(PodOperation::Kind::restore), "out.example.org/podload");
  CHECK(restore.at("labels") == Json{{"load", "online"}, {"out.example.org/podload", nullptr}});
  CHECK(restore.at("annotations").at("podload.io/unavailable-label") == nullptr);
}
