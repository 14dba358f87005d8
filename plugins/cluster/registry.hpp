// Registers, changes and deletes clusters, with their log rows. Shared by the handlers and the command line. Owned by
// the plugin; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "directory.hpp"
#include "kube/rights.hpp"
#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/events.hpp"


namespace podload::cluster {

struct NewCluster {
  ClusterRow row;  ///< The registry generates its id.
  /// Reads the kubeconfig (stored_of_kubeconfig); an exception is logged as a refusal.
  std::function<StoredAccess()> stored;
};

/// Changes to a registered cluster; fields that are not set stay unchanged.
struct ClusterChange {
  std::optional<std::string> display_name, label_name, online_value, done_value;  ///< Empty label texts: the configured default.
  std::optional<std::optional<int>> minimum;  ///< Set and empty: the configured default.
  std::optional<Identity> identity;
  std::function<StoredAccess()> stored;  ///< Reads a complete new kubeconfig; null if there is none.
  bool any_address = false;              ///< The operator allows any address for the new kubeconfig's server.
};

/// The results of checking a cluster.
struct Tried {
  std::string version;  ///< The server's version; empty if it was not checked.
  std::string context;  ///< The context chosen from the kubeconfig; empty without a new kubeconfig.
};

/// The actor of a change: the log entry, and the check of their rights in the change's transaction.
struct Actor {
  AuditEntry entry;
  std::function<void(Transaction&, const std::string& cluster_id)> confirm;
};

class Registry {
 public:
  struct Options {
    bool simulated = false;  ///< This is the demo installation.
    std::vector<std::string> literals;  ///< Names that a cluster cannot have.
    std::vector<Right> needed;          ///< The rights without which a cluster is refused.
  };

  Registry(Database& database, HttpClient& http, const Clock& clock, Log& log, Events& events, const Sealer& sealer,
           Directory& directory, Options options);

  /// Validates, checks and saves. Every refusal is logged. Throws Error (many codes; Error{"trying_another"} while
  /// another cluster is being checked).
  Tried add(NewCluster cluster, const Actor& actor, AuditLog& audit);

  /// Validates, checks the cluster if the kubeconfig or the identity changes, and saves. Throws as add() does,
  /// Error{"unknown_cluster"}, and Error{"cluster_changed"} if it was changed concurrently.
  Tried update(const std::string& name, const ClusterChange& change, const Actor& actor, AuditLog& audit);

  /// Whether a cluster ever had that name, including deleted ones.
  bool ever_known(const std::string& name);

  /// Throws Error{"unknown_cluster"}.
  void remove(const std::string& name, const Actor& actor, AuditLog& audit);

 private:
  Tried check_and_save(NewCluster& cluster, const Actor& actor, AuditLog& audit);
  Tried check_and_update(const std::string& name, const ClusterChange& change, AuditEntry entry, const Actor& actor, AuditLog& audit);
  void record_and_emit(Transaction& tx, const char* event, const AuditEntry& entry, AuditLog& audit);
  std::string tried(const ClusterRow& row, const StoredAccess& stored);

  Database& database_;
  HttpClient& http_;
  const Clock& clock_;
  const ChangeLog changes_;
  Events& events_;
  const Sealer& sealer_;
  Directory& directory_;
  const Options options_;
  ClusterStore store_;
  std::mutex trying_;  ///< A check may hold a worker for seconds: one at a time.
};

}  // namespace podload::cluster
