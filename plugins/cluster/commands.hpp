// `podloadd cluster add | list | remove`: the operator's own word. Unlike REST it may inline the
// files that a kubeconfig names and register a server on loopback. One thread.
#pragma once

#include <iosfwd>

#include "podload/host.hpp"
#include "probe.hpp"
#include "registry.hpp"

namespace podload::cluster {

class Commands {
 public:
  Commands(Host& host, Directory& directory, Registry& registry, Probe& probe)
      : host_(host), directory_(directory), registry_(registry), probe_(probe) {}

  int add(const Json& args, std::ostream& out);
  int list(std::ostream& out);
  int remove(const Json& args, std::ostream& out);

 private:
  AuditLog& audit() const;

  Host& host_;
  Directory& directory_;
  Registry& registry_;
  Probe& probe_;
};

}  // namespace podload::cluster
