#include "grants/permissions.hpp"

#include <algorithm>

#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kLongestName = 63;

/// Accepts the names that Kubernetes accepts for namespaces.
void check_namespace(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool good = !name.empty() && name.size() <= kLongestName && name.front() != '-' && name.back() != '-' &&
                    std::all_of(name.begin(), name.end(), fits);
  if (!good) throw Error("bad_namespace", {{"namespace", clean_text(name, kLongestName)}});
}

/// Parses {level?, namespaces?}; any other detail means the whole cluster.
RequestedPermissions::Cluster cluster_of(const std::string& name, const Json& detail, const ClusterNames& names) {
  RequestedPermissions::Cluster cluster;
  const std::string* const id = names.id_of(name);
  if (id == nullptr) throw Error("unknown_granted_cluster", {{"cluster", clean_text(name, kLongestName)}});
  cluster.row.cluster_id = *id;
  cluster.bare = !detail.is_object();
  if (cluster.bare) return cluster;
  if (detail.contains("level")) cluster.row.level = level_of(text_member(detail, "level"));
  if (const auto spaces = detail.find("namespaces"); spaces != detail.end()) {
    cluster.row.all_namespaces = false;
    for (const Json& space : *spaces) {
      const std::string space_name = space.get<std::string>();
      check_namespace(space_name);
      auto& have = cluster.row.namespaces;
      if (std::find(have.begin(), have.end(), space_name) == have.end()) have.push_back(space_name);
    }
  }
  return cluster;
}

/// Both formats: a list of names and {name, ...}, and a mapping of names.
std::vector<RequestedPermissions::Cluster> clusters_of(const Json& given, const ClusterNames& names) {
  std::vector<RequestedPermissions::Cluster> clusters;
  for (const auto& [key, value] : given.items()) {
    if (given.is_array())
      clusters.push_back(value.is_string() ? cluster_of(value.get<std::string>(), nullptr, names)
                                           : cluster_of(text_member(value, "name"), value, names));
    else if (value != Json(false))
      clusters.push_back(cluster_of(key, value, names));
  }
  for (auto a = clusters.begin(); a != clusters.end(); ++a)
    for (auto b = std::next(a); b != clusters.end(); ++b)
      if (a->row.cluster_id == b->row.cluster_id) throw Error("permissions_contradict");
  return clusters;
}

bool same_clusters(const std::vector<RequestedPermissions::Cluster>& a, const std::vector<RequestedPermissions::Cluster>& b) {
  const auto in_b = [&](const auto& one) {
    return std::any_of(b.begin(), b.end(),
                       [&](const auto& other) { return other.row.cluster_id == one.row.cluster_id; });
  };
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), in_b);
}

std::optional<bool> flag(const Json& permissions, const char* name) {
  const auto found = permissions.find(name);
  return found == permissions.end() ? std::nullopt : std::optional(found->get<bool>());
}

/// The highest level that was granted by name; else the present one, lowered below every denied level.
Level changed_level(const RequestedPermissions& requested, Level now) {
  if (requested.admin == true) return Level::admin;
  if (requested.write == true) return Level::write;
  if (requested.read == true) return Level::read;
  if (requested.admin == false) now = std::min(now, Level::write);
  if (requested.write == false) now = std::min(now, Level::read);
  if (requested.read == false) now = Level::none;
  return now;
}

Json listed_json(const std::string& name, std::optional<Level> level, bool all_namespaces,
                 const std::vector<std::string>& namespaces) {
  Json row = {{"name", name}};
  if (level) row["level"] = level_name(*level);
  if (!all_namespaces) row["namespaces"] = namespaces;
  return row;
}

Json shown(Level level, bool all_clusters, const Json& grants) {
  Json names = Json::array();
  for (const Json& grant : grants) names.push_back(grant.at("name"));
  return {{"admin", level >= Level::admin}, {"write", level >= Level::write}, {"read", level >= Level::read},
          {"all_clusters", all_clusters},   {"clusters", std::move(names)},   {"grants", grants}};
}

/// The intersection of two grants for the same cluster.
Grant both(Grant a, const Grant& b) {
  a.level = std::min(a.level, b.level);
  if (b.all_namespaces) return a;
  if (a.all_namespaces) {
    a.all_namespaces = false;
    a.namespaces = b.namespaces;
    return a;
  }
  std::erase_if(a.namespaces, [&](const std::string& name) {
    return std::find(b.namespaces.begin(), b.namespaces.end(), name) == b.namespaces.end();
  });
  return a;
}

}  // namespace

ClusterNames::ClusterNames(ClusterDirectory* directory) {
  if (directory == nullptr) return;
  for (const Cluster& cluster : directory->all()) add(cluster.id, cluster.name);
}

void ClusterNames::add(const std::string& id, const std::string& name) {
  ids_[name] = id;
  names_[id] = name;
}

ClusterNames ClusterNames::seen_by(const Principal& principal) const {
  ClusterNames seen;
  for (const auto& [id, name] : names_)
    if (principal.sees(id)) seen.add(id, name);
  return seen;
}

const std::string* ClusterNames::id_of(const std::string& name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? nullptr : &found->second;
}

const std::string* ClusterNames::name_of(const std::string& id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : &found->second;
}

RequestedPermissions requested_permissions(const Json& permissions, const ClusterNames& names) {
  RequestedPermissions requested;
  requested.admin = flag(permissions, "admin");
  requested.write = flag(permissions, "write");
  requested.read = flag(permissions, "read");
  requested.all_clusters = flag(permissions, "all_clusters");
  if (permissions.contains("clusters")) requested.clusters = clusters_of(permissions["clusters"], names);
  if (permissions.contains("grants")) {
    auto grants = clusters_of(permissions["grants"], names);
    if (requested.clusters && !same_clusters(*requested.clusters, grants)) throw Error("permissions_contradict");
    requested.clusters = std::move(grants);
  }
  if (requested.all_clusters == true && requested.clusters && !requested.clusters->empty()) throw Error("permissions_contradict");
  return requested;
}

Permissions permissions_of_new(const RequestedPermissions& requested) {
  Permissions permissions;
  permissions.level = changed_level(requested, Level::none);
  if (requested.clusters)
    for (const auto& cluster : *requested.clusters) permissions.listed.push_back(cluster.row);
  permissions.all_clusters = requested.all_clusters.value_or(permissions.listed.empty());
  return permissions;
}

Permissions changed_permissions(const RequestedPermissions& requested, const Permissions& now) {
  Permissions permissions = now;
  permissions.level = changed_level(requested, now.level);
  const bool lists = requested.clusters && !requested.clusters->empty();
  if (requested.all_clusters == true) {
    permissions.all_clusters = true;
    permissions.listed.clear();
  } else if (lists) {
    permissions.all_clusters = false;
    permissions.listed.clear();
    for (const auto& cluster : *requested.clusters) {
      const auto had = std::find_if(now.listed.begin(), now.listed.end(),
                                    [&](const ListedCluster& one) { return one.cluster_id == cluster.row.cluster_id; });
      const bool keeps = cluster.bare && !now.all_clusters && had != now.listed.end();
      permissions.listed.push_back(keeps ? *had : cluster.row);
    }
  } else if (requested.all_clusters == false) {
    if (now.all_clusters || requested.clusters) permissions.listed.clear();
    permissions.all_clusters = false;
  }
  return permissions;
}

std::vector<Grant> grants_of(const Permissions& permissions) {
  std::vector<Grant> grants;
  if (permissions.all_clusters) return grants;
  for (const ListedCluster& row : permissions.listed)
    grants.push_back({row.cluster_id, std::min(permissions.level, row.level.value_or(permissions.level)),
                      row.all_namespaces, row.namespaces});
  return grants;
}

Principal narrowed(const Principal& owner, const Permissions& scope) {
  Principal principal = owner;
  principal.level = std::min({owner.level, scope.level, Level::write});
  const bool owner_all = owner.all_clusters || owner.level == Level::admin;
  principal.all_clusters = owner_all && scope.all_clusters;
  principal.grants.clear();
  if (principal.all_clusters) return principal;
  const std::vector<Grant> requested = grants_of({principal.level, scope.all_clusters, scope.listed});
  if (owner_all) {
    principal.grants = requested;
    return principal;
  }
  for (Grant grant : owner.grants) {
    grant.level = std::min(grant.level, principal.level);
    if (!scope.all_clusters) {
      const auto same = std::find_if(requested.begin(), requested.end(),
                                     [&](const Grant& one) { return one.cluster_id == grant.cluster_id; });
      if (same == requested.end()) continue;
      grant = both(grant, *same);
    }
    principal.grants.push_back(std::move(grant));
  }
  return principal;
}

Json permissions_json(const Permissions& permissions, const ClusterNames& names) {
  const bool all = permissions.all_clusters || permissions.level == Level::admin;
  Json grants = Json::array();
  for (const ListedCluster& row : permissions.listed)
    if (const std::string* name = all ? nullptr : names.name_of(row.cluster_id))
      grants.push_back(listed_json(*name, row.level, row.all_namespaces, row.namespaces));
  return shown(permissions.level, all, grants);
}

Json permissions_json(const Principal& principal, const ClusterNames& names) {
  const bool all = principal.all_clusters || principal.level == Level::admin;
  Json grants = Json::array();
  for (const Grant& grant : principal.grants)
    if (const std::string* name = all || !principal.sees(grant.cluster_id) ? nullptr : names.name_of(grant.cluster_id))
      grants.push_back(listed_json(*name, grant.level, grant.all_namespaces, grant.namespaces));
  return shown(principal.level, all, grants);
}

Json permissions_in_log(const Permissions& permissions, const ClusterNames& names) {
  Json clusters = Json::array();
  for (const ListedCluster& row : permissions.listed) {
    if (permissions.all_clusters) break;
    const std::string* const name = names.name_of(row.cluster_id);
    clusters.push_back(
        listed_json(name == nullptr ? row.cluster_id : *name, row.level, row.all_namespaces, row.namespaces));
  }
  return {{"level", level_name(permissions.level)},
          {"all_clusters", permissions.all_clusters},
          {"clusters", std::move(clusters)}};
}

}  // namespace podload::auth
