#include "removal/label_patch.hpp"

#include "kube/paths.hpp"
#include "podload/error.hpp"
#include "removal/write_answer.hpp"

namespace podload::pod_load {
namespace {

KubeRequest merge_patch(const PodOperation& operation, const Pod& pod, const Json& labels, const Json& annotations) {
  if (pod.resource_version.empty() || pod.uid.empty()) throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", "a Pod without uid or resourceVersion"}});
  Json metadata = {{"uid", pod.uid}, {"resourceVersion", pod.resource_version}, {"annotations", annotations}};
  if (!labels.empty()) metadata["labels"] = labels;
  KubeRequest request;
  request.method = "PATCH";
  request.path = pod_path(operation.name_space, operation.pod) + "?fieldManager=podload";
  request.content_type = "application/merge-patch+json";
  request.timeout = kWriteTimeout;
  request.body = print_json({{"metadata", metadata}});
  return request;
}

}  // namespace

KubeRequest label_patch(const PodOperation& operation, const PatchTarget& target, const LoadLabel& label, bool dry_run) {
  Json labels = {{label.name, operation.new_value.value_or("")}};
  Json annotations = {{kOperationAnnotation, nullptr}, {kPreviousAnnotation, nullptr}};
  if (operation.is_removal()) annotations = {{kOperationAnnotation, operation.id}, {kPreviousAnnotation, operation.previous_value.value_or("")}};
  if (!target.unavailable_label.empty()) {
    // An annotation names the label, so that a restore removes it even if no workload type names it any more.
    labels[target.unavailable_label] = operation.is_removal() ? Json("true") : Json();
    annotations[kUnavailableAnnotation] = operation.is_removal() ? Json(target.unavailable_label) : Json();
  }
  KubeRequest request = merge_patch(operation, target.pod, labels, annotations);
  if (dry_run) request.path += "&dryRun=All";
  request.person = operation.username;
  return request;
}

KubeRequest fence_patch(const PodOperation& operation, const Pod& pod, bool put_up) {
  return merge_patch(operation, pod, Json::object(), {{"podload.io/fence", put_up ? Json(operation.id) : Json()}});
}

KubeRequest undo_patch(const PodOperation& operation, const Pod& stored, const PatchTarget& before) {
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  Json labels = Json::object();
  if (!before.unavailable_label.empty()) labels[before.unavailable_label] = operation.is_removal() ? Json() : Json("true");
  KubeRequest request = merge_patch(operation, stored, labels,
                                    {{kOperationAnnotation, text(before.pod.operation)},
                                     {kPreviousAnnotation, text(before.pod.previous_value)},
                                     {kUnavailableAnnotation, operation.is_removal() ? Json() : text(before.unavailable_label)}});
  request.person = operation.username;
  return request;
}

Shown shown(const PodOperation& operation, const Pod& pod, const LoadLabel& label) {
  const std::string requested = operation.new_value.value_or(operation.is_removal() ? label.done : label.online);
  const bool marked = pod.operation == (operation.is_removal() ? operation.id : "");
  if (pod.label(label.name) != requested) return operation.is_removal() && marked ? Shown::kept : Shown::nothing;
  if (marked || operation.applied) return Shown::landed;
  // Admission may have changed the annotations. But a PATCH that was never sent did not set the label, and another
  // removal's annotation shows that this one did not.
  const bool by_another = operation.is_removal() && !pod.operation.empty();
  return operation.sent && !by_another ? Shown::landed : Shown::nothing;
}

}  // namespace podload::pod_load
