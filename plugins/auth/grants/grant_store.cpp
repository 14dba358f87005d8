#include "grants/grant_store.hpp"

#include <utility>

#include "podload/json.hpp"
#include "podload/parse_json.hpp"

namespace podload::auth {

const std::string& GrantStore::of_user() {
  static const std::string kSql =
      "(SELECT json_agg(json_build_object('cluster', g.cluster_id, 'level', g.level, 'all', g.all_namespaces,"
      "   'namespaces', (SELECT coalesce(json_agg(n.namespace ORDER BY n.namespace), '[]') FROM auth.grant_namespaces n"
      "                  WHERE n.user_id = g.user_id AND n.cluster_id = g.cluster_id)) ORDER BY g.cluster_id)"
      "  FROM auth.grants g WHERE g.user_id = u.id)";
  return kSql;
}

const std::string& GrantStore::principal_columns() {
  static const std::string kSql =
      "u.id, u.username, u.level, u.all_clusters, u.must_change, CASE WHEN NOT u.all_clusters THEN " + of_user() +
      " END";
  return kSql;
}

Principal GrantStore::principal(const pqxx::row& row, int at) {
  Principal principal;
  principal.user_id = row[at].c_str();
  principal.username = row[at + 1].c_str();
  principal.level = level_of(row[at + 2].c_str());
  principal.all_clusters = row[at + 3].as<bool>();
  if (row[at + 4].as<bool>()) principal.barred = "password_change_needed";
  principal.grants = grants_of({principal.level, principal.all_clusters, read(row[at + 5])});
  return principal;
}

std::vector<ListedCluster> GrantStore::read(const pqxx::field& field) {
  std::vector<ListedCluster> listed;
  if (field.is_null()) return listed;
  for (const Json& row : parse_json({field.c_str(), field.size()})) {
    ListedCluster cluster;
    cluster.cluster_id = text_member(row, "cluster");
    if (!row.at("level").is_null()) cluster.level = level_of(text_member(row, "level"));
    cluster.all_namespaces = row.at("all").get<bool>();
    if (!cluster.all_namespaces) cluster.namespaces = row.at("namespaces").get<std::vector<std::string>>();
    listed.push_back(std::move(cluster));
  }
  return listed;
}

std::string GrantStore::print(const std::vector<ListedCluster>& listed) {
  Json rows = Json::array();
  for (const ListedCluster& cluster : listed)
    rows.push_back({{"cluster", cluster.cluster_id},
                    {"level", cluster.level ? Json(level_name(*cluster.level)) : Json()},
                    {"all", cluster.all_namespaces},
                    {"namespaces", cluster.namespaces}});
  return print_json(rows);
}

void GrantStore::replace(Transaction& tx, const std::string& user_id, const std::vector<ListedCluster>& listed) {
  query(tx, "DELETE FROM auth.grants WHERE user_id = $1", user_id);
  for (const ListedCluster& cluster : listed) {
    const std::optional<std::string> level =
        cluster.level ? std::optional(std::string(level_name(*cluster.level))) : std::nullopt;
    query(tx, "INSERT INTO auth.grants (user_id, cluster_id, level, all_namespaces) VALUES ($1, $2, $3, $4)", user_id,
          cluster.cluster_id, level, cluster.all_namespaces);
    if (cluster.all_namespaces) continue;
    query(tx,
          "INSERT INTO auth.grant_namespaces (user_id, cluster_id, namespace)"
          " SELECT $1, $2, json_array_elements_text($3::json)",
          user_id, cluster.cluster_id, print_json(Json(cluster.namespaces)));
  }
}

}  // namespace podload::auth
