// What a user may do where: as requests say it, as the tables have it, as replies and the log tell it.
// Value types and pure functions; any thread. Throws Error{"unknown_granted_cluster"},
// Error{"permissions_contradict"} or Error{"bad_namespace"}.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "podload/principal.hpp"

namespace podload::auth {

/// One listed cluster of somebody who may not see them all.
struct ListedCluster {
  std::string cluster_id;
  std::optional<Level> level;  ///< Nothing: the user's own; never more than that.
  bool all_namespaces = true;
  std::vector<std::string> namespaces;
};

struct Permissions {
  Level level = Level::none;
  bool all_clusters = false;
  std::vector<ListedCluster> listed;  ///< Kept, but without meaning, where all_clusters is true.
};

/// The names of the registered clusters at one moment: taken before a transaction, not inside.
class ClusterNames {
 public:
  ClusterNames() = default;
  /// Knows none without a directory.
  explicit ClusterNames(ClusterDirectory* directory);

  void add(const std::string& id, const std::string& name);
  /// Those of which `who` may see anything.
  ClusterNames seen_by(const Principal& who) const;
  const std::string* id_of(const std::string& name) const;
  const std::string* name_of(const std::string& id) const;

 private:
  std::map<std::string, std::string> ids_, names_;
};

/// The `permissions` of a request, its clusters found; what was not said is not there.
struct AskedPermissions {
  struct Cluster {
    ListedCluster row;
    bool bare = false;  ///< Only its name was given.
  };
  std::optional<bool> admin, write, read, all_clusters;
  std::optional<std::vector<Cluster>> clusters;
};

AskedPermissions asked_permissions(const Json& permissions, const ClusterNames& names);

/// For a new user: without a word about clusters, or with an empty list and without all_clusters, all.
Permissions permissions_of_new(const AskedPermissions& asked);

/// For one who has `now`: what was not said stays. A cluster that was listed already and is only
/// named again keeps its level and namespaces, so that who sends back the names widens nothing.
Permissions changed_permissions(const AskedPermissions& asked, const Permissions& now);

/// As the grants of a principal, none above the user's own level.
std::vector<Grant> grants_of(const Permissions& permissions);

/// What both have, by the owner of an API token and its scope: never admin.
Principal narrowed(const Principal& owner, const Permissions& scope);

/// {admin, write, read, all_clusters, clusters: [names], grants: [{name, level?, namespaces?}]};
/// clusters that are no longer registered are left out.
Json permissions_json(const Permissions& permissions, const ClusterNames& names);
Json permissions_json(const Principal& who, const ClusterNames& names);

/// {level, all_clusters, clusters: [{name, level?, namespaces?}]}
Json permissions_in_log(const Permissions& permissions, const ClusterNames& names);

}  // namespace podload::auth
