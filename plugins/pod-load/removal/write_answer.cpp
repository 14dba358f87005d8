#include "removal/write_answer.hpp"

#include <algorithm>

namespace podload::pod_load {
namespace {

using Result = WriteAnswer::Result;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Admission precedes storage, so a refusal by admission proves that nothing was stored, whatever the status: a webhook
/// chooses its own, and a webhook that cannot be called results in 500.
std::optional<Error> refused_by_admission(const KubeStatus& status) {
  const std::string_view text = status.message;
  if (contains(text, "failed calling webhook") || contains(text, "failed calling admission webhook"))
    return Error("webhook_unavailable", {{"message", status.message}});
  const bool denied = (contains(text, "admission webhook \"") && contains(text, "denied the request")) ||
                      (contains(text, "ValidatingAdmissionPolicy '") && contains(text, "denied request"));
  if (denied) return Error("patch_refused", {{"message", status.message}});
  return std::nullopt;
}

bool has_cause(const KubeStatus& status, std::string_view field) {
  return std::any_of(status.causes.begin(), status.causes.end(), [&](const KubeStatus::Cause& cause) { return cause.field == field; });
}

/// Whether the Pod does not exist, or is not the one of the precondition.
bool is_not_found(const KubeReply& reply, const KubeStatus& status) {
  return (reply.status == 404 && status.reason == "NotFound") || (reply.status == 422 && has_cause(status, "metadata.uid"));
}

/// Whether, after this status, the write may have been stored or may yet be.
bool is_open(int status) { return status == 408 || status >= 500 || status < 300; }

WriteAnswer read_stored(const KubeReply& reply, const std::string& label) {
  WriteAnswer answer;
  try {
    const JsonDocument document(reply.body);
    answer.pod = read_pod(document.root());
    if (answer.pod->uid.empty()) throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", "a Pod without uid"}});
    answer.writers = label_writers(document.root(), label);
    answer.result = Result::stored;
  } catch (const Error& error) {
    answer.pod.reset();
    answer.why = error;
  }
  return answer;
}

/// The error for the reply's status.
Error error_of(const KubeReply& reply) {
  try {
    body_of(reply, "patch pods");
  } catch (const Error& error) {
    return error;
  }
  return Error("kube_bad_reply", {{"what", "status " + std::to_string(reply.status)}});
}

}  // namespace

WriteAnswer read_write_answer(const KubeReply& reply, const std::string& label) {
  if (reply.status == 200) return read_stored(reply, label);
  WriteAnswer answer;
  const KubeStatus status = status_of(reply);
  if (contains(status.message, "does not support dry run")) {
    answer.result = Result::dry_run_unsupported;
    answer.why = Error("rehearsal_unsupported", {{"message", status.message}});
  } else if (auto denied = refused_by_admission(status)) {
    answer.result = Result::refused;
    answer.why = std::move(denied);
  } else if (reply.status == 409) {
    answer.result = Result::conflict;
  } else if (is_not_found(reply, status)) {
    answer.result = Result::not_found;
  } else if (is_open(reply.status)) {
    answer.why = error_of(reply);
  } else {
    answer.result = Result::refused;
    if (reply.status == 429)
      answer.why = Error("cluster_says_later", {{"message", status.message}}).with_retry_after(reply.retry_after.value_or(1));
    else if (reply.status == 401)
      answer.why = error_of(reply);
    else if (reply.status == 422 && has_cause(status, "spec"))
      answer.why = Error("webhook_changes_spec", {{"message", status.message}});
    else
      answer.why = Error("patch_refused", {{"message", status.message}});
  }
  return answer;
}

WriteAnswer send_write(KubeClient& kube, const KubeRequest& request, const std::string& label) {
  try {
    return read_write_answer(kube.send(request), label);
  } catch (const KubeError& error) {
    WriteAnswer answer;
    if (error.fault() == KubeError::Fault::not_permitted) answer.result = Result::not_permitted;
    if (error.fault() == KubeError::Fault::not_sent) answer.result = Result::refused;
    answer.why = error;
    return answer;
  } catch (const Error& error) {
    WriteAnswer answer;
    answer.why = error;
    return answer;
  }
}

}  // namespace podload::pod_load
