#include "removal/operation_handlers.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "record/operation_view.hpp"

namespace podload::pod_load {

Json OperationHandlers::reply_of(const PodOperation& operation, const std::string& language, bool dry_run) const {
  Json reply = {{"success", true}, {"message", operation_sentence(operation, host_, language)},
                {"operation", operation_view(operation, host_, language)}};
  if (dry_run) {
    reply["dry_run"] = true;
    reply["message"] = host_.say(language, "would_" + std::string(kind_name(operation.kind)), {{"pod", operation.pod}});
    reply["operation"]["message"] = reply["message"];
  }
  return reply;
}

/// Adds the operation to the error of a failed reservation: after a lost COMMIT it may exist.
OperationRunner::Result OperationHandlers::run(const Order& order, const std::string& language) {
  try {
    return runner_.run(order);
  } catch (Error& error) {
    error.with_details(operation_view(order.operation, host_, language));
    throw;
  }
}

Answer OperationHandlers::change(Request& request, PodOperation::Kind kind) {
  check_kube_name("namespace", request.param("namespace"));
  check_kube_name("pod", request.param("pod"));
  Order order;
  order.cluster = request.the_cluster();
  order.principal = request.the_principal();
  order.dry_run = request.query_flag("dry_run");
  const bool waits = request.query_value("wait") == "proof" && !order.dry_run;
  PodOperation& operation = order.operation;
  operation.id = new_uuid();
  operation.kind = kind;
  operation.cluster_id = order.cluster.id;
  operation.cluster = order.cluster.name;
  operation.name_space = request.param("namespace");
  operation.pod = request.param("pod");
  operation.user_id = order.principal.user_id;
  operation.username = order.principal.username;
  operation.credential = order.principal.credential;
  operation.address = request.address;
  operation.request_id = request.id;
  operation.created_at = rfc3339(host_.clock().now());  // until the reservation sets the database's time
  if (request.body.is_object()) {
    operation.reason = clean_text(text_member(request.body, "reason"), 500);
    operation.forced = request.body.value(kind == PodOperation::Kind::remove ? "force" : "confirm", false);
  }
  if (operation.forced && operation.reason.empty() && kind == PodOperation::Kind::remove) throw Error("force_needs_reason");

  OperationRunner::Result result = run(order, request.language);
  if (auto* ended = std::get_if<OperationRunner::Ended>(&result))
    throw ended->why.with_details(operation_view(ended->operation, host_, request.language));
  auto& applied = std::get<OperationRunner::Applied>(result);
  if (!waits) {
    Reply reply = Reply::json(reply_of(applied.operation, request.language, order.dry_run));
    runner_.follow(std::move(applied), {});
    return reply;
  }
  const auto later = request.later();
  runner_.follow(std::move(applied), [this, later, language = request.language](const PodOperation& settled) {
    later->finish(Reply::json(reply_of(settled, language, false)));
  });
  return Later(later);
}

Reply OperationHandlers::show(Request& request) {
  const std::string& id = request.param("id");
  const auto operation = is_uuid(id) ? journal_.find(id) : std::nullopt;
  // Only in the cluster and namespace of the path: the permission was checked for those.
  if (!operation || operation->cluster_id != request.the_cluster().id || operation->name_space != request.param("namespace"))
    throw Error("no_operation", {{"id", id.substr(0, 40)}});
  return Reply::json(operation_view(*operation, host_, request.language));
}

}  // namespace podload::pod_load
