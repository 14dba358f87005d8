#include "label_patch.hpp"

#include "facts_reader.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

KubeRequest merge_patch(const PodOperation& operation, const Pod& pod, const Json& labels, const Json& annotations) {
  if (pod.resource_version.empty() || pod.uid.empty()) throw Error("kube_bad_reply", {{"what", "a Pod without uid or resourceVersion"}});
  Json metadata = {{"uid", pod.uid}, {"resourceVersion", pod.resource_version}, {"annotations", annotations}};
  if (!labels.empty()) metadata["labels"] = labels;
  KubeRequest request;
  request.method = "PATCH";
  request.path = pod_path(operation.name_space, operation.pod) + "?fieldManager=podload";
  request.content_type = "application/merge-patch+json";
  request.body = print_json({{"metadata", metadata}});
  return request;
}

}  // namespace

KubeRequest label_patch(const PodOperation& operation, const Pod& pod, const LoadLabel& label, bool dry_run) {
  Json labels = {{label.name, operation.new_value.value_or("")}};
  Json annotations = {{kOperationAnnotation, nullptr}, {kPreviousAnnotation, nullptr}};
  if (operation.is_removal()) annotations = {{kOperationAnnotation, operation.id}, {kPreviousAnnotation, operation.previous_value.value_or("")}};
  if (!pod.unavailable_label.empty()) {
    // The Pod says which label it is, so that it goes with the restore even if no type has it by then.
    labels[pod.unavailable_label] = operation.is_removal() ? Json("true") : Json();
    annotations[kUnavailableAnnotation] = operation.is_removal() ? Json(pod.unavailable_label) : Json();
  }
  KubeRequest request = merge_patch(operation, pod, labels, annotations);
  if (dry_run) request.path += "&dryRun=All";
  request.person = operation.username;
  return request;
}

KubeRequest fence_patch(const PodOperation& operation, const Pod& pod, bool put_up) {
  return merge_patch(operation, pod, Json::object(), {{"podload.io/fence", put_up ? Json(operation.id) : Json()}});
}

PatchAnswer read_answer(const KubeReply& reply) {
  PatchAnswer answer;
  answer.status = reply.status;
  if (reply.status == 200) return answer;
  Json status;
  try {
    status = parse_json(reply.body);
  } catch (const Error&) {  // not Kubernetes' own words
    status = {{"message", reply.body.substr(0, 500)}};
  }
  answer.message = text_member(status, "message");
  if (reply.status == 409) answer.result = PatchResult::conflict;
  else if (reply.status == 404) answer.result = PatchResult::replaced;
  else if (reply.status >= 400 && reply.status < 500 && reply.status != 429 && reply.status != 401) answer.result = PatchResult::refused;
  else body_of(reply, "patch pods");  // throws
  if (reply.status == 422) {
    const Json causes = status.value("details", Json::object()).value("causes", Json::array());
    for (const Json& cause : causes)
      if (text_member(cause, "field") == "metadata.uid") answer.result = PatchResult::replaced;
  }
  return answer;
}

bool landed(const PodOperation& operation, const Pod& pod, const LoadLabel& label) {
  const auto value = pod.label(label.name);
  if (operation.is_removal()) return pod.operation == operation.id && value == operation.new_value.value_or(label.done);
  return pod.operation.empty() && value == operation.new_value.value_or(label.online);
}

}  // namespace podload
