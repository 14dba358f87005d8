// `podloadd cluster add update list rbac remove`, the clusters of `import flask`, and the folder of kubeconfigs. These
// act for the operator: unlike REST they may inline files that a kubeconfig names and register a server on loopback.
// One thread.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "importer.hpp"
#include "podload/host.hpp"
#include "probe.hpp"
#include "registry.hpp"

namespace podload::cluster {

class Commands {
 public:
  Commands(Host& host, Directory& directory, Registry& registry, Probe& probe)
      : host_(host), directory_(directory), registry_(registry), probe_(probe), importer_(host, registry) {}

  int add(const Json& args, std::ostream& out);
  int list(std::ostream& out);
  int update(const Json& args, std::ostream& out);
  int rbac(const Json& args, std::ostream& out);
  int import_flask(const Json& args, std::ostream& out);
  /// Registers new files of the configured folder; reports a refused file once, and again when it has changed.
  void import_folder();
  int remove(const Json& args, std::ostream& out);

 private:
  AuditLog& audit() const;
  std::function<StoredAccess()> reader_of(const Json& args) const;

  Host& host_;
  Directory& directory_;
  Registry& registry_;
  Probe& probe_;
  Importer importer_;
};

}  // namespace podload::cluster
