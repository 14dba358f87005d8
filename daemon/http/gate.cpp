#include "http/gate.hpp"

#include "podload/error.hpp"

namespace podload {
namespace {

std::string_view permission_name(Permission permission) {
  switch (permission) {
    case Permission::admin: return "admin";
    case Permission::write: return "write";
    default: return "read";
  }
}

Forbidden forbidden(Permission permission, const std::string& where) { return {permission_name(permission), where}; }

/// Whether the principal may know which clusters exist.
bool sees_all_clusters(const Principal& principal) {
  return principal.level == Level::admin || (principal.all_clusters && principal.level >= Level::read);
}

Level level_for(const Operation& operation) { return operation.permission == Permission::write ? Level::write : Level::read; }

/// Whether the principal may have the operation in that cluster, and in that namespace if there is one. A read without a
/// namespace, and what every signed-in user may have, needs any grant there, unless it concerns the whole cluster.
bool permits(const Principal& principal, const Operation& operation, const Cluster& cluster, const std::string* name_space) {
  if (operation.permission == Permission::admin) return principal.level == Level::admin;
  const Level needed = level_for(operation);
  if (name_space != nullptr) return principal.may(needed, cluster.id, *name_space);
  if (needed == Level::read && operation.scope != Scope::cluster) return principal.sees(cluster.id);
  return principal.may(needed, cluster.id, "");
}

const std::string* parameter(const Request& request, std::string_view name) {
  const auto found = request.params.find(name);
  return found == request.params.end() ? nullptr : &found->second;
}

}  // namespace

void Gate::identify(const Operation& operation, Request& request) const {
  if (operation.permission == Permission::everyone) return;
  if (authenticator_ == nullptr) throw Error("no_authenticator");
  request.principal = authenticator_->authenticate(request);
  if (!request.principal) throw Error("unauthenticated");
}

void Gate::admit(const Operation& operation, Request& request) const {
  if (operation.permission == Permission::everyone) return;
  const Principal& principal = request.the_principal();
  const std::string* const name = operation.scope == Scope::none ? nullptr : parameter(request, "cluster");
  if (name == nullptr && operation.permission == Permission::signed_in) return;
  if (!principal.barred.empty()) throw Error(principal.barred);
  if (operation.permission == Permission::admin && principal.level != Level::admin) throw forbidden(operation.permission, "*");
  if (name == nullptr) {
    if (principal.level < level_for(operation)) throw forbidden(operation.permission, "*");
    return;
  }
  if (clusters_ == nullptr) throw Error("no_clusters");
  const std::string* const name_space = parameter(request, "namespace");
  const std::string where = name_space == nullptr ? *name : *name + "/" + *name_space;
  std::optional<Cluster> cluster = visible_cluster(principal, *name);
  if (!cluster) {
    if (sees_all_clusters(principal)) throw Error("unknown_cluster", {{"cluster", *name}});
    throw forbidden(operation.permission, where);
  }
  request.cluster = std::move(cluster);
  if (!permits(principal, operation, *request.cluster, name_space)) throw forbidden(operation.permission, where);
}

std::optional<Cluster> Gate::visible_cluster(const Principal& principal, const std::string& name) const {
  if (sees_all_clusters(principal)) return clusters_->find(name);
  // A cluster that the principal does not see is not looked up, so that neither status nor timing reveals whether it
  // exists.
  for (Cluster& cluster : clusters_->all())
    if (principal.sees(cluster.id) && cluster.name == name) return std::move(cluster);
  return std::nullopt;
}

}  // namespace podload
