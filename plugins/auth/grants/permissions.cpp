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
AskedPermissions::Cluster cluster_of(const std::string& name, const Json& detail, const ClusterNames& names) {
  AskedPermissions::Cluster cluster;
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
std::vector<AskedPermissions::Cluster> clusters_of(const Json& given, const ClusterNames& names) {
  std::vector<AskedPermissions::Cluster> clusters;
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

bool same_clusters(const std::vector<AskedPermissions::Cluster>& a, const std::vector<AskedPermissions::Cluster>& b) {
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
Level changed_level(const AskedPermissions& asked, Level now) {
  if (asked.admin == true) return Level::admin;
  if (asked.write == true) return Level::write;
  if (asked.read == true) return Level::read;
  if (asked.admin == false) now = std::min(now, Level::write);
  if (asked.write == false) now = std::min(now, Level::read);
  if (asked.read == false) now = Level::none;
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

ClusterNames ClusterNames::seen_by(const Principal& who) const {
  ClusterNames seen;
  for (const auto& [id, name] : names_)
    if (who.sees(id)) seen.add(id, name);
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

AskedPermissions asked_permissions(const Json& permissions, const ClusterNames& names) {
  AskedPermissions asked;
  asked.admin = flag(permissions, "admin");
  asked.write = flag(permissions, "write");
  asked.read = flag(permissions, "read");
  asked.all_clusters = flag(permissions, "all_clusters");
  if (permissions.contains("clusters")) asked.clusters = clusters_of(permissions["clusters"], names);
  if (permissions.contains("grants")) {
    auto grants = clusters_of(permissions["grants"], names);
    if (asked.clusters && !same_clusters(*asked.clusters, grants)) throw Error("permissions_contradict");
    asked.clusters = std::move(grants);
  }
  if (asked.all_clusters == true && asked.clusters && !asked.clusters->empty()) throw Error("permissions_contradict");
  return asked;
}

Permissions permissions_of_new(const AskedPermissions& asked) {
  Permissions permissions;
  permissions.level = changed_level(asked, Level::none);
  if (asked.clusters)
    for (const auto& cluster : *asked.clusters) permissions.listed.push_back(cluster.row);
  permissions.all_clusters = asked.all_clusters.value_or(permissions.listed.empty());
  return permissions;
}

Permissions changed_permissions(const AskedPermissions& asked, const Permissions& now) {
  Permissions permissions = now;
  permissions.level = changed_level(asked, now.level);
  const bool lists = asked.clusters && !asked.clusters->empty();
  if (asked.all_clusters == true) {
    permissions.all_clusters = true;
    permissions.listed.clear();
  } else if (lists) {
    permissions.all_clusters = false;
    permissions.listed.clear();
    for (const auto& cluster : *asked.clusters) {
      const auto had = std::find_if(now.listed.begin(), now.listed.end(),
                                    [&](const ListedCluster& one) { return one.cluster_id == cluster.row.cluster_id; });
      const bool keeps = cluster.bare && !now.all_clusters && had != now.listed.end();
      permissions.listed.push_back(keeps ? *had : cluster.row);
    }
  } else if (asked.all_clusters == false) {
    if (now.all_clusters || asked.clusters) permissions.listed.clear();
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
  Principal who = owner;
  who.level = std::min({owner.level, scope.level, Level::write});
  const bool owner_all = owner.all_clusters || owner.level == Level::admin;
  who.all_clusters = owner_all && scope.all_clusters;
  who.grants.clear();
  if (who.all_clusters) return who;
  const std::vector<Grant> asked = grants_of({who.level, scope.all_clusters, scope.listed});
  if (owner_all) {
    who.grants = asked;
    return who;
  }
  for (Grant grant : owner.grants) {
    grant.level = std::min(grant.level, who.level);
    if (!scope.all_clusters) {
      const auto same = std::find_if(asked.begin(), asked.end(),
                                     [&](const Grant& one) { return one.cluster_id == grant.cluster_id; });
      if (same == asked.end()) continue;
      grant = both(grant, *same);
    }
    who.grants.push_back(std::move(grant));
  }
  return who;
}

Json permissions_json(const Permissions& permissions, const ClusterNames& names) {
  const bool all = permissions.all_clusters || permissions.level == Level::admin;
  Json grants = Json::array();
  for (const ListedCluster& row : permissions.listed)
    if (const std::string* name = all ? nullptr : names.name_of(row.cluster_id))
      grants.push_back(listed_json(*name, row.level, row.all_namespaces, row.namespaces));
  return shown(permissions.level, all, grants);
}

Json permissions_json(const Principal& who, const ClusterNames& names) {
  const bool all = who.all_clusters || who.level == Level::admin;
  Json grants = Json::array();
  for (const Grant& grant : who.grants)
    if (const std::string* name = all || !who.sees(grant.cluster_id) ? nullptr : names.name_of(grant.cluster_id))
      grants.push_back(listed_json(*name, grant.level, grant.all_namespaces, grant.namespaces));
  return shown(who.level, all, grants);
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
