// Registering clusters and forgetting them, with the log rows that belong to it. What the handlers
// and the command line share. Owned by the plugin; any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "directory.hpp"
#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/events.hpp"

namespace podload::cluster {

struct NewCluster {
  ClusterRow row;              ///< Its id is made here.
  std::function<Json()> kept;  ///< Reads the kubeconfig (kept_of_kubeconfig); what it throws is logged as a refusal.
};

/// What changes of a registered cluster; what is not set stays as it is.
struct ClusterChange {
  std::optional<std::string> display_name, label_name, online_value, done_value;  ///< Empty label texts: as configured.
  std::optional<std::optional<int>> minimum;  ///< Set and empty: as configured.
  std::optional<Identity> identity;
  std::function<Json()> kept;  ///< A new kubeconfig, whole; null for none.
  bool any_address = false;    ///< The operator's own word for the new kubeconfig's server.
};

/// What was found when a cluster was tried.
struct Tried {
  std::string version;  ///< Of the server; empty where nothing was tried.
  std::string context;  ///< Of the kubeconfig, which was taken; empty without a new kubeconfig.
};

/// Who makes a change: their log row, and the check of their rights in the change's transaction.
struct Actor {
  AuditEntry entry;
  std::function<void(Transaction&, const std::string& cluster_id)> confirm;
};

class Registry {
 public:
  struct Options {
    bool simulated = false;  ///< This installation is the demonstration.
    std::vector<std::string> literals;
  };

  Registry(Database& database, HttpClient& http, const Clock& clock, Log& log, Events& events, const Sealer& sealer,
           Directory& directory, Options options);

  /// Checks, tries and saves. Every refusal is logged.
  /// Throws Error (many codes; Error{"trying_another"} while another one is tried).
  Tried add(NewCluster cluster, const Actor& actor, AuditLog& audit);

  /// Checks, tries where the kubeconfig or the identity changes, and saves. Throws as add, Error{"unknown_cluster"}, and
  /// Error{"cluster_changed"} where somebody else changed it at the same moment.
  Tried update(const std::string& name, const ClusterChange& change, const Actor& actor, AuditLog& audit);

  /// Whether a cluster ever had that name, deleted ones counted.
  bool ever_known(const std::string& name);

  /// Throws Error{"unknown_cluster"}.
  void remove(const std::string& name, const Actor& actor, AuditLog& audit);

 private:
  Tried check_and_save(NewCluster& cluster, const Actor& actor, AuditLog& audit);
  Tried check_and_update(const std::string& name, const ClusterChange& change, AuditEntry entry, const Actor& actor, AuditLog& audit);
  void tell(Transaction& tx, const char* event, const AuditEntry& entry, AuditLog& audit);
  std::string tried(const ClusterRow& row, const Json& kept);

  Database& database_;
  HttpClient& http_;
  const Clock& clock_;
  const ChangeLog changes_;
  Events& events_;
  const Sealer& sealer_;
  Directory& directory_;
  const Options options_;
  ClusterStore store_;
  std::mutex trying_;  ///< A try may hold a worker for seconds: one at a time.
};

}  // namespace podload::cluster
