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
bool permits(const Principal& principal, const Operation& operation, const Cluster& cluster, const std::optional<std::string>& name_space) {
  if (operation.permission == Permission::admin) return principal.level == Level::admin;
  const Level needed = level_for(operation);
  if (name_space) return principal.may(needed, cluster.id, *name_space);
  if (needed == Level::read && operation.scope != Scope::cluster) return principal.sees(cluster.id);
  return principal.may(needed, cluster.id, "");
}

std::optional<std::string> found_in(const std::map<std::string, std::string, std::less<>>& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

std::string place_of(const Gate::Ticket& ticket) { return ticket.name_space ? *ticket.cluster + "/" + *ticket.name_space : *ticket.cluster; }

}  // namespace

void Gate::identify(const Operation& operation, Request& request) const {
  if (operation.permission == Permission::everyone) return;
  if (authenticator_ == nullptr) throw Error("no_authenticator");
  request.principal = authenticator_->authenticate(request);
  if (!request.principal) throw Error("unauthenticated");
}

Gate::Ticket Gate::ticket(const Operation& operation, const Request& request) {
  Ticket ticket{&operation, request.the_principal(), std::nullopt, std::nullopt, request.cluster ? request.cluster->id : ""};
  if (operation.scope != Scope::none) ticket.cluster = found_in(request.params, "cluster");
  ticket.name_space = found_in(operation.namespace_in_query ? request.query : request.params, "namespace");
  return ticket;
}

void Gate::admit(const Operation& operation, Request& request) const {
  if (operation.permission == Permission::everyone) return;
  const Ticket asked = ticket(operation, request);
  request.cluster = located(asked, asked.principal);
  check(asked, asked.principal, request.cluster);
}

bool Gate::still_admits(const Ticket& ticket, const Principal& principal) const {
  try {
    const std::optional<Cluster> cluster = located(ticket, principal);
    check(ticket, principal, cluster);
    return (cluster ? cluster->id : "") == ticket.cluster_id;
  } catch (const DatabaseUnavailable&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

std::optional<Cluster> Gate::located(const Ticket& ticket, const Principal& principal) const {
  const Operation& operation = *ticket.operation;
  if (!ticket.cluster && operation.permission == Permission::signed_in) return std::nullopt;
  if (!principal.barred.empty()) throw Error(principal.barred);
  if (operation.permission == Permission::admin && principal.level != Level::admin) throw forbidden(operation.permission, "*");
  if (!ticket.cluster) {
    if (principal.level < level_for(operation)) throw forbidden(operation.permission, "*");
    return std::nullopt;
  }
  if (clusters_ == nullptr) throw Error("no_clusters");
  std::optional<Cluster> cluster = visible_cluster(principal, *ticket.cluster);
  if (cluster) return cluster;
  if (sees_all_clusters(principal)) throw Error("unknown_cluster", {{"cluster", *ticket.cluster}});
  throw forbidden(operation.permission, place_of(ticket));
}

void Gate::check(const Ticket& ticket, const Principal& principal, const std::optional<Cluster>& cluster) {
  if (cluster && !permits(principal, *ticket.operation, *cluster, ticket.name_space))
    throw forbidden(ticket.operation->permission, place_of(ticket));
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
