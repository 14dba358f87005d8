#include "cluster_store.hpp"

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload/parse_json.hpp"

namespace podload::cluster {
namespace {

template <class Value>
std::optional<Value> optional_of(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(field.as<Value>());
}

/// libpqxx 6 needs pointers for nullable values.
const char* or_null(const std::optional<std::string>& text) { return text ? text->c_str() : nullptr; }

}  // namespace

std::vector<ClusterRow> ClusterStore::all(Transaction& tx) const {
  std::vector<ClusterRow> rows;
  for (const auto& found : query(tx, "SELECT id, name, display_name, label_name, online_value, done_value, minimum,"
                                     " simulated, any_address, kubeconfig_version, act_as, array_to_json(act_as_users),"
                                     " " + rfc3339_of("created_at") + ", created_by"
                                     " FROM cluster.clusters WHERE deleted_at IS NULL ORDER BY name")) {
    ClusterRow row;
    row.id = found[0].as<std::string>();
    row.name = found[1].as<std::string>();
    row.display_name = found[2].as<std::string>();
    row.label_name = optional_of<std::string>(found[3]);
    row.online_value = optional_of<std::string>(found[4]);
    row.done_value = optional_of<std::string>(found[5]);
    row.minimum = optional_of<int>(found[6]);
    row.simulated = found[7].as<bool>();
    row.any_address = found[8].as<bool>();
    row.kubeconfig_version = found[9].as<int>();
    row.identity.mode = Identity::mode_named(found[10].c_str());
    row.identity.users = parse_json(found[11].c_str()).get<std::vector<std::string>>();
    row.created_at = found[12].c_str();
    row.created_by = found[13].c_str();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<std::string> ClusterStore::kubeconfig(Transaction& tx, const std::string& id) const {
  const auto found = query(tx, "SELECT encode(kubeconfig, 'base64') FROM cluster.clusters WHERE id = $1 AND deleted_at IS NULL", id);
  if (found.empty()) return std::nullopt;
  return decode_base64(found[0][0].as<std::string>());
}

void ClusterStore::add(Transaction& tx, const ClusterRow& row, const std::string& sealed_kubeconfig, const std::string& by) const {
  try {
    query(tx,
          "INSERT INTO cluster.clusters (id, name, display_name, kubeconfig, label_name, online_value, done_value, minimum,"
          " simulated, any_address, created_by, act_as, act_as_users)"
          " VALUES ($1, $2, $3, decode($4, 'base64'), $5, $6, $7, $8::integer, $9, $10, $11, $12,"
          " ARRAY(SELECT jsonb_array_elements_text($13::jsonb)))",
          row.id, row.name, row.display_name, base64(sealed_kubeconfig), or_null(row.label_name), or_null(row.online_value),
          or_null(row.done_value), or_null(row.minimum ? std::optional(std::to_string(*row.minimum)) : std::nullopt),
          row.simulated, row.any_address, by, std::string(row.identity.mode_name()),
          print_json(row.identity.users));
  } catch (const pqxx::unique_violation&) {
    throw Error("cluster_exists", {{"cluster", row.name}});
  } catch (const pqxx::check_violation& error) {
    if (std::string_view(error.what()).find("cannot share an installation") == std::string_view::npos) throw;
    throw Error(row.simulated ? "not_demo" : "demo_only");
  }
}

bool ClusterStore::update(Transaction& tx, const ClusterRow& row, const std::optional<std::string>& sealed_kubeconfig) const {
  const std::optional<std::string> sealed = sealed_kubeconfig ? std::optional(base64(*sealed_kubeconfig)) : std::nullopt;
  return query(tx,
               "UPDATE cluster.clusters SET display_name = $2, label_name = $3, online_value = $4, done_value = $5,"
               " minimum = $6::integer, any_address = $7, act_as = $8, act_as_users = ARRAY(SELECT jsonb_array_elements_text($9::jsonb)),"
               " kubeconfig = coalesce(decode($10, 'base64'), kubeconfig), kubeconfig_version = kubeconfig_version + 1"
               " WHERE id = $1 AND deleted_at IS NULL AND kubeconfig_version = $11",
               row.id, row.display_name, or_null(row.label_name), or_null(row.online_value), or_null(row.done_value),
               or_null(row.minimum ? std::optional(std::to_string(*row.minimum)) : std::nullopt), row.any_address,
               std::string(row.identity.mode_name()), print_json(row.identity.users), or_null(sealed), row.kubeconfig_version)
             .affected_rows() > 0;
}

bool ClusterStore::ever_known(Transaction& tx, const std::string& name) const {
  return !query(tx, "SELECT FROM cluster.clusters WHERE name = $1 LIMIT 1", name).empty();
}

bool ClusterStore::remove(Transaction& tx, const std::string& id, const std::string& by) const {
  return query(tx, "UPDATE cluster.clusters SET kubeconfig = NULL, deleted_at = now(), deleted_by = $2"
                   " WHERE id = $1 AND deleted_at IS NULL", id, by).affected_rows() > 0;
}

}  // namespace podload::cluster
