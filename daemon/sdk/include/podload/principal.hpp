// Who asks, and what they may do where. Value types.
//
// A grant names clusters by id, never by name. "All" is said by a flag, never by an empty list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload {

/// What a grant allows; each level includes the ones before it.
enum class Level { none, read, write, admin };

/// "read", "write", "admin", "none".
std::string_view level_name(Level level);
/// The level of that name; Level::none for anything else.
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
  Level level = Level::none;  ///< The highest anywhere; an admin is one everywhere.
  bool all_clusters = false;
  std::vector<Grant> grants;  ///< For the listed clusters, where all_clusters is false.
  std::string credential;     ///< Names the session or token in the log; no secret.
  std::string barred;         ///< The code of the Error that refuses all but what anyone signed in may; empty for most.

  /// Whether the principal may do what needs `needed` in that cluster and namespace. An empty
  /// `name_space` means the whole cluster (nodes, volumes).
  bool may(Level needed, std::string_view cluster_id, std::string_view name_space) const;
  /// Whether anything of that cluster may be seen at all.
  bool sees(std::string_view cluster_id) const;
  /// Whether that namespace may be seen.
  bool sees(std::string_view cluster_id, std::string_view name_space) const;
};

}  // namespace podload
