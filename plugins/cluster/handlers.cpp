#include "handlers.hpp"

#include "kube/kubeconfig.hpp"
#include "namespaces.hpp"
#include "podload/authenticator.hpp"
#include "podload/error.hpp"

namespace podload::cluster {
namespace {

std::optional<std::string> optional_text(const Json& body, const char* name) {
  std::string text = text_member(body, name);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

ClusterRow row_of(const Json& body) {
  ClusterRow row;
  row.name = text_member(body, "name");
  row.display_name = text_member(body, "display_name");
  row.label_name = optional_text(body, "label_name");
  row.online_value = optional_text(body, "online_value");
  row.done_value = optional_text(body, "done_value");
  if (const auto minimum = body.find("minimum"); minimum != body.end() && minimum->is_number_integer())
    row.minimum = minimum->get<int>();
  return row;
}

}  // namespace

Reply Handlers::list(const Request& request) {
  std::vector<Cluster> seen = directory_.all();
  std::erase_if(seen, [&](const Cluster& cluster) { return !request.principal->sees(cluster.id); });
  const auto pulses = probe_.pulses(seen);
  Json reply = Json::array();
  for (const Cluster& cluster : seen) {
    const Pulse& pulse = pulses.at(cluster.id);
    reply.push_back({{"name", cluster.name},
                     {"display_name", cluster.display_name},
                     {"version", pulse.version},
                     {"reachable", pulse.reachable},
                     {"simulated", cluster.simulated},
                     {"label", {{"name", cluster.label.name}, {"online", cluster.label.online}, {"done", cluster.label.done}}}});
  }
  return Reply::json(reply);
}

Reply Handlers::add(const Request& request) {
  NewCluster cluster;
  cluster.row = row_of(request.body);
  cluster.kept = [&] { return kept_of_kubeconfig(host_.parse_yaml(text_member(request.body, "kubeconfig_content"))); };
  const std::string name = cluster.row.name;
  const std::string version = registry_.add(std::move(cluster), actor(request), audit());
  return done(request, "cluster_added", {{"cluster", name}, {"version", version}});
}

Reply Handlers::remove(const Request& request) {
  const std::string& name = request.param("cluster");
  registry_.remove(name, actor(request), audit());
  return done(request, "cluster_deleted", {{"cluster", name}});
}

Reply Handlers::namespaces(const Request& request) {
  const Cluster& cluster = *request.cluster;
  Json reply = Json::array();
  for (const Namespace& each : list_namespaces(cluster.name, *directory_.http_client(cluster)))
    if (request.principal->sees(cluster.id, each.name))
      reply.push_back({{"name", each.name}, {"status", each.status}, {"creation_time", each.creation_time}});
  return Reply::json(reply);
}

Actor Handlers::actor(const Request& request) const {
  auto* const authenticator = host_.want<Authenticator>();
  if (authenticator == nullptr) throw Error("no_authenticator");
  return {AuditEntry::of(request), [authenticator, who = *request.principal](Transaction& tx, const std::string& cluster_id) {
            authenticator->confirm(tx, who, Level::admin, cluster_id, {});
          }};
}

AuditLog& Handlers::audit() const {
  auto* const log = host_.want<AuditLog>();
  if (log == nullptr) throw Error("no_audit_log");
  return *log;
}

Reply Handlers::done(const Request& request, const char* code, const Json& args) const {
  return Reply::json({{"success", true}, {"message", host_.say(request.language, code, args)}});
}

}  // namespace podload::cluster
