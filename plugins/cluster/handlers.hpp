// The REST operations of this plugin: they parse and reply. Owned by the plugin; any thread.
#pragma once

#include "podload/host.hpp"
#include "podload/request.hpp"
#include "probe.hpp"
#include "registry.hpp"

namespace podload::cluster {

class Handlers {
 public:
  Handlers(Host& host, Directory& directory, Registry& registry, Probe& probe)
      : host_(host), directory_(directory), registry_(registry), probe_(probe) {}

  Reply list(const Request& request);
  Reply admin_list(const Request& request);
  Reply admin_show(const Request& request);
  /// These two take the kubeconfig out of the request's body.
  Reply update(Request& request);
  Reply add(Request& request);
  Reply remove(const Request& request);
  Reply namespaces(const Request& request);

 private:
  /// A cluster, with its fault in the caller's language.
  Json cluster_json(const Request& request, const Cluster& cluster, const Health& health) const;
  Json admin_row(const Request& request, const ClusterRow& row, const Health& health) const;
  /// The part of a request's kubeconfig that is stored.
  StoredAccess stored(const Secret& kubeconfig, const std::string& context) const;
  Actor actor(const Request& request) const;
  AuditLog& audit() const;
  Reply done(const Request& request, const char* code, const Json& args) const;

  Host& host_;
  Directory& directory_;
  Registry& registry_;
  Probe& probe_;
};

}  // namespace podload::cluster
