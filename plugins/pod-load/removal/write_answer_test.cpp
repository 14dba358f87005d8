#include "removal/write_answer.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"

using namespace podload;
using namespace podload::pod_load;
using Result = WriteAnswer::Result;

namespace {

KubeReply status(int code, const std::string& reason, const std::string& message, const Json& causes = Json::array()) {
  return {code, print_json({{"kind", "Status"}, {"status", "Failure"}, {"code", code}, {"reason", reason}, {"message", message},
                            {"details", {{"causes", causes}}}}), {}};
}

std::string code_of(const WriteAnswer& answer) { return answer.why ? answer.why->code() : std::string(); }

KubeReply stored(const std::string& load, const Json& managers = Json::array()) {
  return {200, print_json({{"metadata", {{"name", "web-1"}, {"uid", "u"}, {"resourceVersion", "8"}, {"labels", {{"load", load}}}, {"managedFields", managers}}}}), {}};
}

}  // namespace

TEST_CASE("the result for each reply to a write") {
  struct Row {
    const char* what;
    KubeReply reply;
    Result result;
    std::string code;
  };
  const std::string denied = "admission webhook \"hook.example\" denied the request: closed";
  const std::string unavailable = "Internal error occurred: failed calling webhook \"hook.example\": connection refused";
  const std::string policy = "pods \"web-1\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: closed";
  const std::vector<Row> rows = {
      {"stored", stored("done"), Result::stored, ""},
      {"another version", status(409, "Conflict", "the object has been modified"), Result::conflict, ""},
      {"gone", status(404, "NotFound", "pods \"web-1\" not found"), Result::not_found, ""},
      {"another uid", status(422, "Invalid", "Pod is invalid", Json::array({{{"field", "metadata.uid"}}})), Result::not_found, ""},
      {"a policy", status(422, "Invalid", policy), Result::refused, "patch_refused"},
      {"no right", status(403, "Forbidden", "User cannot patch"), Result::refused, "patch_refused"},
      {"a webhook that changes the spec",
       status(422, "Invalid", "Pod is invalid", Json::array({{{"field", "spec"}, {"reason", "FieldValueForbidden"}}})), Result::refused, "webhook_changes_spec"},
      {"an unavailable webhook", status(500, "InternalError", unavailable), Result::refused, "webhook_unavailable"},
      {"no dry run", status(400, "BadRequest", "admission webhook \"hook.example\" does not support dry run"), Result::dry_run_unsupported, "rehearsal_unsupported"},
      {"credentials", status(401, "Unauthorized", "Unauthorized"), Result::refused, "kube_sign_in"},
      {"too many requests", status(429, "TooManyRequests", "storage is (re)initializing"), Result::refused, "cluster_says_later"},
      {"a proxy's 404", {404, "<html>not here</html>", {}}, Result::refused, "patch_refused"},
      {"a proxy's 413", {413, "too large", {}}, Result::refused, "patch_refused"},
      {"an error of the server", status(500, "InternalError", "etcdserver: request timed out"), Result::unknown, "kube_error"},
      {"a time-out of the server", status(504, "Timeout", "request did not complete within requested timeout"), Result::unknown, "kube_error"},
      {"a proxy that gave up", {502, "bad gateway", {}}, Result::unknown, "kube_error"},
      {"a time-out of the request", {408, "", {}}, Result::unknown, "kube_error"},
      {"200 without a Pod", {200, "{}", {}}, Result::unknown, "kube_bad_reply"},
      {"200 cut short", {200, "{\"metadata\":", {}}, Result::unknown, "kube_bad_reply"},
      {"an odd success", {202, "{}", {}}, Result::unknown, "kube_error"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const WriteAnswer answer = read_write_answer(row.reply, "load");
    CHECK(answer.result == row.result);
    CHECK(code_of(answer) == row.code);
    CHECK(answer.pod.has_value() == (row.result == Result::stored));
  }
  for (const int code : {400, 401, 403, 404, 409, 410, 422, 429, 500, 503}) {
    INFO("a webhook denies with " << code);
    const WriteAnswer answer = read_write_answer(status(code, "", denied), "load");
    CHECK(answer.result == Result::refused);
    CHECK(code_of(answer) == "patch_refused");
  }
}

TEST_CASE("a stored reply has the Pod with its label and the label's other writers") {
  const Json by = {{"manager", "rollout-operator"}, {"fieldsV1", {{"f:metadata", {{"f:labels", {{"f:load", Json::object()}}}}}}}};
  const Json own = {{"manager", "podload"}, {"fieldsV1", {{"f:metadata", {{"f:labels", {{"f:load", Json::object()}}}}}}}};
  const Json other = {{"manager", "kubelet"}, {"fieldsV1", {{"f:metadata", {{"f:labels", {{"f:app", Json::object()}}}}}}}};
  const WriteAnswer answer = read_write_answer(stored("online", Json::array({by, own, other})), "load");
  CHECK(answer.pod->label("load") == "online");
  CHECK(answer.writers == "rollout-operator");
}
