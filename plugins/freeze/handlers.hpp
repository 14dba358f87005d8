// The REST operations on freezes. They parse and reply. Owned by the plugin; any thread. Throws Error.
#pragma once

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/host.hpp"
#include "window.hpp"

namespace podload::freeze {

class Handlers {
 public:
  Handlers(Host& host, ClusterDirectory& clusters) : host_(host), clusters_(clusters) {}

  Reply list(const Request& request) const;
  Reply add(const Request& request) const;
  Reply end(const Request& request) const;

 private:
  Window window_of(const Request& request) const;
  Json shown(const Window& window) const;
  template <class Change>
  void change(const Request& request, AuditEntry entry, Change change) const;

  Host& host_;
  ClusterDirectory& clusters_;
};

}  // namespace podload::freeze
