#include "sign_in/flood_store.hpp"

#include <algorithm>
#include <limits>


namespace podload::auth {
namespace {

/// Counts one more failure with a row of its own, if the limit allows it.
bool has_room(Transaction& tx, const std::string& source, bool known, int limit) {
  return !query(tx,
                "INSERT INTO auth.sign_in_floods AS f (minute, source, known, told)"
                " VALUES (date_trunc('minute', now()), $1, $2, 1)"
                " ON CONFLICT (minute, source, known) DO UPDATE SET told = f.told + 1 WHERE f.told < $3 RETURNING told",
                source, known, limit)
              .empty();
}

}  // namespace

bool FloodStore::gets_row(Transaction& tx, const std::string& source, bool known, const std::string& name) const {
  // Address first: a failure over its limit uses none of the overall limit. Known accounts take the same steps, so that
  // timing does not reveal which accounts exist.
  const int of_all = known ? std::numeric_limits<int>::max() : limits_.rows_of_unknown;
  if (has_room(tx, source, known, limits_.rows_of_address) && has_room(tx, "", known, of_all)) return true;
  query(tx,
        "INSERT INTO auth.sign_in_floods AS f (minute, source, known, counted, first, last)"
        " VALUES (date_trunc('minute', now()), $1, $2, 1, $3, $3)"
        " ON CONFLICT (minute, source, known) DO UPDATE SET counted = f.counted + 1, last = $3,"
        " first = CASE WHEN f.counted = 0 THEN $3 ELSE f.first END",
        source, known, name);
  return false;
}

std::vector<Flood> FloodStore::take(Transaction& tx) const {
  static const std::string kSql =
      "WITH over AS (SELECT minute, source, known FROM auth.sign_in_floods"
      "  WHERE minute = (SELECT min(minute) FROM auth.sign_in_floods WHERE minute < date_trunc('minute', now()))"
      "  FOR UPDATE SKIP LOCKED)"
      " DELETE FROM auth.sign_in_floods f USING over o"
      " WHERE f.minute = o.minute AND f.source = o.source AND f.known = o.known"
      " RETURNING " +
      rfc3339_of("f.minute") + ", f.source, f.known, f.counted, f.first, f.last";
  std::vector<Flood> floods;
  const pqxx::result rows = query(tx, kSql);
  for (const pqxx::row& row : rows)
    if (row[3].as<int>() > 0)
      floods.push_back(
          {row[0].c_str(), row[1].c_str(), row[2].as<bool>(), 1, row[3].as<int>(), row[4].c_str(), row[5].c_str()});
  std::sort(floods.begin(), floods.end(), [](const Flood& a, const Flood& b) { return a.attempts > b.attempts; });

  const auto most = static_cast<std::size_t>(limits_.listed_addresses);
  if (floods.size() <= most + 1) return floods;
  Flood rest = floods[most];
  rest.source.clear();
  for (std::size_t i = most + 1; i < floods.size(); ++i) {
    rest.known = rest.known || floods[i].known;
    rest.addresses += floods[i].addresses;
    rest.attempts += floods[i].attempts;
    rest.last = floods[i].last;
  }
  floods.resize(most);
  floods.push_back(std::move(rest));
  return floods;
}

}  // namespace podload::auth
