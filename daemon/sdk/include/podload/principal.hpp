// The caller, and what it may do where. Value types.
//
// A grant names clusters by id, never by name. "All" is a flag, never an empty list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload {

/// What a grant allows; each level includes the lower ones.
enum class Level { none, read, write, admin };

/// "read", "write", "admin", "none".
std::string_view level_name(Level level);
/// The level with that name; Level::none for any other text.
Level level_of(std::string_view name);

/// What a user may do in one listed cluster.
struct Grant {
  std::string cluster_id;
  Level level = Level::none;
  bool all_namespaces = false;
  std::vector<std::string> namespaces;
};

struct Principal {
  std::string user_id;
  std::string username;
  Level level = Level::none;  ///< The highest level in any cluster; an admin is one everywhere.
  bool all_clusters = false;
  std::vector<Grant> grants;  ///< For the listed clusters, if all_clusters is false.
  std::string credential;     ///< Names the session or token in the log; not a secret.
  std::string barred;         ///< The Error code for all operations but the signed-in ones; usually empty.

  /// Whether the principal has level `needed` in that cluster and namespace. An empty `name_space` means the whole
  /// cluster (nodes, volumes).
  bool may(Level needed, std::string_view cluster_id, std::string_view name_space) const;
  /// Whether anything in that cluster is visible.
  bool sees(std::string_view cluster_id) const;
  /// Whether that namespace is visible.
  bool sees(std::string_view cluster_id, std::string_view name_space) const;
};

}  // namespace podload
