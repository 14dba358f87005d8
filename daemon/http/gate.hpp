// Permission: who the caller is, and whether they may have an operation on the cluster and namespace in its path. The
// only code that decides it. Owned by the dispatcher; any thread.
#pragma once

#include <optional>
#include <string>

#include "http/contract.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"

namespace podload {

class Gate {
 public:
  /// Objects that plugins offer; null if no plugin does.
  Gate(Authenticator* authenticator, ClusterDirectory* clusters) : authenticator_(authenticator), clusters_(clusters) {}

  /// Whether callers can be identified at all.
  bool has_authenticator() const { return authenticator_ != nullptr; }

  /// Sets the request's principal unless the operation is public. Throws Error{"no_authenticator"},
  /// Error{"unauthenticated"}.
  void identify(const Operation& operation, Request& request) const;

  /// Sets the request's cluster, whatever the operation's permission, if the principal may have the operation there. Throws Forbidden; the principal's bar;
  /// Error{"no_clusters"}; and Error{"unknown_cluster"}, but only to callers that see all clusters: to others, a cluster
  /// that does not exist and one that they do not see are the same.
  void admit(const Operation& operation, Request& request) const;

 private:
  std::optional<Cluster> visible_cluster(const Principal& principal, const std::string& name) const;

  Authenticator* const authenticator_;
  ClusterDirectory* const clusters_;
};

}  // namespace podload
