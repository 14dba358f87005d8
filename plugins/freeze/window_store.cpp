#include "window_store.hpp"

namespace podload::freeze {
namespace {

const std::string kSelect = "SELECT id, coalesce(cluster_id::text, ''), cluster, namespace, " + rfc3339_of("starts_at") + ", " + rfc3339_of("ends_at") +
                            ", reason, may_force, created_by, " + rfc3339_of("created_at") + " FROM freezes.windows ";
const std::string kOrder = " ORDER BY starts_at, id";

std::vector<Window> windows_of(const pqxx::result& rows) {
  std::vector<Window> windows;
  for (const auto& row : rows) {
    Window window;
    window.id = row[0].c_str();
    window.cluster_id = row[1].c_str();
    window.cluster = row[2].c_str();
    window.name_space = row[3].c_str();
    window.starts_at = parse_rfc3339(row[4].c_str()).value_or(SystemTime());
    window.ends_at = parse_rfc3339(row[5].c_str()).value_or(SystemTime());
    window.reason = row[6].c_str();
    window.may_force = may_force_of(row[7].c_str());
    window.created_by = row[8].c_str();
    window.created_at = row[9].c_str();
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace

std::vector<Window> WindowStore::all(Transaction& tx, bool past) {
  return windows_of(query(tx, kSelect + "WHERE $1 OR ends_at > now()" + kOrder, past));
}

std::vector<Window> WindowStore::of(Transaction& tx, const std::string& cluster_id, const std::string& name_space) {
  return windows_of(query(tx, kSelect + "WHERE ends_at > now() AND (cluster_id IS NULL OR cluster_id = $1) AND namespace IN ('', $2)" + kOrder, cluster_id, name_space));
}

void WindowStore::add(Transaction& tx, const Window& window) {
  query(tx,
        "INSERT INTO freezes.windows (id, cluster_id, cluster, namespace, starts_at, ends_at, reason, may_force, created_by)"
        " VALUES ($1, nullif($2, '')::uuid, $3, $4, $5::timestamptz, $6::timestamptz, $7, $8, $9)",
        window.id, window.cluster_id, window.cluster, window.name_space, rfc3339(window.starts_at), rfc3339(window.ends_at), window.reason,
        std::string(name_of(window.may_force)), window.created_by);
}

bool WindowStore::end(Transaction& tx, const std::string& id) {
  const auto ended = query(tx, "UPDATE freezes.windows SET ends_at = now() WHERE id = $1 AND starts_at <= now() AND ends_at > now()", id);
  if (ended.affected_rows() > 0) return true;
  return query(tx, "DELETE FROM freezes.windows WHERE id = $1 AND starts_at > now()", id).affected_rows() > 0;
}

}  // namespace podload::freeze
