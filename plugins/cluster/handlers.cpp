#include "handlers.hpp"

#include "kube/kubeconfig.hpp"
#include "kube/secret_tree.hpp"
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
  if (body.contains("identity")) row.identity = Identity::from_json(body.at("identity"));
  return row;
}

}  // namespace

Json Handlers::cluster_json(const Request& request, const Cluster& cluster, const Health& health) const {
  const bool well = health.state == "ready" || health.state == "unknown";
  return {{"name", cluster.name},
          {"display_name", cluster.display_name},
          {"version", health.version},
          {"reachable", health.reachable},
          {"state", health.state},
          {"reason", well ? Json() : Json(host_.say(request.language, "health_" + health.state))},
          {"simulated", cluster.simulated},
          {"label", {{"name", cluster.label.name}, {"online", cluster.label.online}, {"done", cluster.label.done}}}};
}

Reply Handlers::list(const Request& request) {
  std::vector<Cluster> seen = directory_.all();
  std::erase_if(seen, [&](const Cluster& cluster) { return !request.the_principal().sees(cluster.id); });
  const auto checked = probe_.check(seen);
  Json reply = Json::array();
  for (const Cluster& cluster : seen) {
    reply.push_back(cluster_json(request, cluster, checked.at(cluster.id)));
  }
  return Reply::json(reply);
}

Json Handlers::admin_row(const Request& request, const ClusterRow& row, const Health& health) const {
  const Cluster cluster = directory_.with_defaults(row);
  Json shown = cluster_json(request, cluster, health);
  shown["why"] = health.why;
  shown["minimum"] = cluster.minimum;
  shown["identity"] = row.identity.json();
  shown["created_at"] = row.created_at;
  shown["created_by"] = row.created_by;
  try {
    shown["server"] = directory_.http_client(cluster)->server();
  } catch (const Error&) {  // the kubeconfig cannot be decrypted; `state` reports that
    shown["server"] = Json();
  }
  return shown;
}

Reply Handlers::admin_list(const Request& request) {
  directory_.forget();  // shows administrators what another process has just changed
  const auto checked = probe_.check(directory_.all());
  Json reply = Json::array();
  for (const ClusterRow& row : directory_.rows())
    if (const auto health = checked.find(row.id); health != checked.end()) reply.push_back(admin_row(request, row, health->second));
  return Reply::json(reply);
}

Reply Handlers::admin_show(const Request& request) {
  directory_.forget();
  const std::string& name = request.param("cluster");
  for (const ClusterRow& row : directory_.rows())
    if (row.name == name) return Reply::json(admin_row(request, row, probe_.check({directory_.with_defaults(row)}).at(row.id)));
  throw Error("unknown_cluster", {{"cluster", name}});
}

Reply Handlers::update(Request& request) {
  const Secret kubeconfig = take_text(request.body, "kubeconfig_content");
  const Json& body = request.body;
  ClusterChange change;
  for (const auto& [name, member] : {std::pair("display_name", &change.display_name), std::pair("label_name", &change.label_name),
                                     std::pair("online_value", &change.online_value), std::pair("done_value", &change.done_value)})
    if (body.contains(name)) *member = text_member(body, name);
  if (const auto minimum = body.find("minimum"); minimum != body.end())
    change.minimum = minimum->is_null() ? std::optional<int>() : std::optional(minimum->get<int>());
  if (body.contains("identity")) change.identity = Identity::from_json(body.at("identity"));
  // As the predecessor's page sends it: an empty kubeconfig keeps the stored one.
  if (!kubeconfig.empty())
    change.stored = [&] { return stored(kubeconfig, text_member(body, "context")); };
  else if (body.contains("context"))
    throw Error("context_alone");
  const std::string& name = request.param("cluster");
  const Tried tried = registry_.update(name, change, actor(request), audit());
  if (tried.context.empty()) return done(request, "cluster_updated", {{"cluster", name}});
  return done(request, "cluster_updated_context", {{"cluster", name}, {"context", tried.context}, {"version", tried.version}});
}

Reply Handlers::add(Request& request) {
  const Secret kubeconfig = take_text(request.body, "kubeconfig_content");
  NewCluster cluster;
  cluster.row = row_of(request.body);
  cluster.stored = [&] { return stored(kubeconfig, text_member(request.body, "context")); };
  const std::string name = cluster.row.name;
  const Tried tried = registry_.add(std::move(cluster), actor(request), audit());
  return done(request, "cluster_added", {{"cluster", name}, {"version", tried.version}, {"context", tried.context}});
}

StoredAccess Handlers::stored(const Secret& kubeconfig, const std::string& context) const {
  return stored_of_kubeconfig(host_.parse_yaml(kubeconfig.reveal()), context);
}

Reply Handlers::remove(const Request& request) {
  const std::string& name = request.param("cluster");
  registry_.remove(name, actor(request), audit());
  return done(request, "cluster_deleted", {{"cluster", name}});
}

Reply Handlers::namespaces(const Request& request) {
  const Cluster& cluster = request.the_cluster();
  Json reply = Json::array();
  for (const Namespace& each : list_namespaces(*directory_.http_client(cluster)))
    if (request.the_principal().sees(cluster.id, each.name))
      reply.push_back({{"name", each.name}, {"status", each.status}, {"creation_time", each.creation_time}});
  return Reply::json(reply);
}

Actor Handlers::actor(const Request& request) const {
  auto* const authenticator = host_.want<Authenticator>();
  if (authenticator == nullptr) throw Error("no_authenticator");
  return {AuditEntry::of(request), [authenticator, principal = request.the_principal()](Transaction& tx, const std::string& cluster_id) {
            authenticator->confirm(tx, principal, Level::admin, cluster_id, {});
          }};
}

AuditLog& Handlers::audit() const {
  auto* const log = host_.want<AuditLog>();
  if (log == nullptr) throw Error("no_audit_log");
  return *log;
}

Reply Handlers::done(const Request& request, const char* code, const Json& args) const {
  Json reply = {{"success", true}, {"message", host_.say(request.language, code, args)}};
  for (const char* member : {"context", "version"})
    if (args.contains(member)) reply[member] = args.at(member);
  return Reply::json(reply);
}

}  // namespace podload::cluster
