// Registering clusters and forgetting them, with the log rows that belong to it. What the handlers
// and the command line share. Owned by the plugin; any thread.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "directory.hpp"
#include "podload/audit_log.hpp"
#include "podload/log.hpp"

namespace podload::cluster {

struct NewCluster {
  ClusterRow row;              ///< Its id is made here.
  std::function<Json()> kept;  ///< Reads the kubeconfig (kept_of_kubeconfig); what it throws is logged as a refusal.
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

  Registry(Database& database, HttpClient& http, const Clock& clock, Log& log, const Sealer& sealer, Directory& directory,
           Defaults defaults, Options options);

  /// Checks, tries and saves; the version that the server has. Every refusal is logged.
  /// Throws Error (many codes; Error{"trying_another"} while another one is tried).
  std::string add(NewCluster cluster, const Actor& actor, AuditLog& audit);

  /// Throws Error{"unknown_cluster"}.
  void remove(const std::string& name, const Actor& actor, AuditLog& audit);

 private:
  std::string check_and_save(NewCluster& cluster, const Actor& actor, AuditLog& audit);
  template <class Work>
  auto logged(const AuditEntry& entry, AuditLog& audit, Work work);

  Database& database_;
  HttpClient& http_;
  const Clock& clock_;
  Log& log_;
  const Sealer& sealer_;
  Directory& directory_;
  const Defaults defaults_;
  const Options options_;
  ClusterStore store_;
  std::mutex trying_;  ///< A try may hold a worker for seconds: one at a time.
};

}  // namespace podload::cluster
