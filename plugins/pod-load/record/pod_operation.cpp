#include "record/pod_operation.hpp"

namespace podload::pod_load {

std::string_view kind_name(PodOperation::Kind kind) { return kind == PodOperation::Kind::remove ? "remove" : "restore"; }

void set_proven(Json& details, const std::string& service, std::optional<long> milliseconds) {
  if (!details.contains("services")) return;
  for (Json& row : details["services"])
    if (row["name"] == service) row["proven_ms"] = milliseconds ? Json(*milliseconds) : Json();
}

}  // namespace podload::pod_load
