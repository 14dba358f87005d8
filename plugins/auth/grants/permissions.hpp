// What a user may do in which clusters and namespaces: as in requests, in the tables, in replies and in the log. Value
// types and pure functions; any thread. Throws Error{"unknown_granted_cluster"}, Error{"permissions_contradict"} or
// Error{"bad_namespace"}.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "podload/principal.hpp"

namespace podload::auth {

/// One listed cluster of a user who may not see all clusters.
struct ListedCluster {
  std::string cluster_id;
  std::optional<Level> level;  ///< Nothing: the user's own level, which also is the limit.
  bool all_namespaces = true;
  std::vector<std::string> namespaces;
};

struct Permissions {
  Level level = Level::none;
  bool all_clusters = false;
  std::vector<ListedCluster> listed;  ///< Kept, but without effect, if all_clusters is true.
};

/// The names of the registered clusters at one moment: read them before a transaction, not within.
class ClusterNames {
 public:
  ClusterNames() = default;
  /// Empty without a directory.
  explicit ClusterNames(ClusterDirectory* directory);

  void add(const std::string& id, const std::string& name);
  /// The clusters of which the principal may see anything.
  ClusterNames seen_by(const Principal& principal) const;
  const std::string* id_of(const std::string& name) const;
  const std::string* name_of(const std::string& id) const;

 private:
  std::map<std::string, std::string> ids_, names_;
};

/// The `permissions` of a request, with clusters resolved; absent fields were not given.
struct RequestedPermissions {
  struct Cluster {
    ListedCluster row;
    bool bare = false;  ///< Only its name was given.
  };
  std::optional<bool> admin, write, read, all_clusters;
  std::optional<std::vector<Cluster>> clusters;
};

RequestedPermissions requested_permissions(const Json& permissions, const ClusterNames& names);

/// For a new user: if no clusters are given, or an empty list without all_clusters, all clusters.
Permissions permissions_of_new(const RequestedPermissions& requested);

/// For a user who has `now`: fields that were not given stay. A listed cluster that is only named again keeps its level
/// and namespaces, so that sending names back widens nothing.
Permissions changed_permissions(const RequestedPermissions& requested, const Permissions& now);

/// As a principal's grants, none above the user's own level.
std::vector<Grant> grants_of(const Permissions& permissions);

/// The permissions common to the owner of an API token and its scope; never admin.
Principal narrowed(const Principal& owner, const Permissions& scope);

/// {admin, write, read, all_clusters, clusters: [names], grants: [{name, level?, namespaces?}]}, without clusters that
/// are no longer registered.
Json permissions_json(const Permissions& permissions, const ClusterNames& names);
Json permissions_json(const Principal& principal, const ClusterNames& names);

/// {level, all_clusters, clusters: [{name, level?, namespaces?}]}
Json permissions_in_log(const Permissions& permissions, const ClusterNames& names);

}  // namespace podload::auth
