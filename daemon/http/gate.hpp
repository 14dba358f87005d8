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

  /// Who has an open stream, and for what.
  struct Ticket {
    const Operation* operation = nullptr;
    Principal principal;                             ///< When it was opened.
    std::optional<std::string> cluster, name_space;  ///< As the request names them.
    std::string cluster_id;                          ///< Empty without one.
  };
  /// Of an admitted request.
  static Ticket ticket(const Operation& operation, const Request& request);
  /// Whether the gate would admit the ticket's request again, to the same cluster, from the caller as it is now. Throws
  /// DatabaseUnavailable.
  bool still_admits(const Ticket& ticket, const Principal& principal) const;

 private:
  /// The cluster, if the request has one. Throws what admit() throws, except where that depends on the namespace.
  std::optional<Cluster> located(const Ticket& ticket, const Principal& principal) const;
  static void check(const Ticket& ticket, const Principal& principal, const std::optional<Cluster>& cluster);
  std::optional<Cluster> visible_cluster(const Principal& principal, const std::string& name) const;

  Authenticator* const authenticator_;
  ClusterDirectory* const clusters_;
};

}  // namespace podload
