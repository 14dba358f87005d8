#include "rows_store.hpp"

namespace podload::trial {

void RowsStore::add(Transaction& tx, const std::string& name, const std::string& origin) {
  query(tx, "INSERT INTO trial.rows (name, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, origin);
}

Json RowsStore::all(Transaction& tx) {
  Json all = Json::array();
  for (const auto& row : query(tx, "SELECT name || ' from ' || origin FROM trial.rows ORDER BY name"))
    all.push_back(row[0].c_str());
  return all;
}

}  // namespace podload::trial
