#include "chain/chain_store.hpp"

#include "log/time_store.hpp"
#include "podload/encoding.hpp"

namespace podload::audit {
namespace {

/// All columns of a row `r`, in the order of the digest. Never change it: add new columns at the end, and only to
/// digests of another version.
const std::string kColumns =
    "r.id, " + utc("r.at") +
    ", r.phase, r.operation, r.action, r.outcome, r.username, r.user_id, r.credential, r.address, r.request_id,"
    " r.cluster_id, r.cluster, r.namespace, r.resource, r.reason, r.details::text, " +
    utc("r.imported_at") + ", encode(r.source, 'hex')";
constexpr int kColumnCount = 19;
constexpr int kImportedAt = 17;

// The row of `s` by its primary key. LATERAL with LIMIT is always an index lookup, whatever the planner assumes about
// the tables' sizes; so are the subqueries with LIMIT below.
constexpr const char* kItsRow =
    " LEFT JOIN LATERAL (SELECT * FROM audit.rows WHERE at = s.row_at AND id = s.row_id LIMIT 1) r ON true";

Column column(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return std::string(field.c_str(), field.size());
}

std::optional<ChainRow> row_of(const pqxx::row& columns, int first) {
  if (columns[first].is_null()) return std::nullopt;
  ChainRow row;
  row.id = columns[first].as<long long>();
  row.at = columns[first + 1].c_str();
  for (int i = first; i < first + kColumnCount; ++i) row.columns.push_back(column(columns[i]));
  return row;
}

std::string bytes_of(const pqxx::field& field) { return pqxx::binarystring(field).str(); }

StoredCheckpoint checkpoint_of(const pqxx::row& row) {
  return {row[0].as<long long>(), row[1].c_str(), bytes_of(row[2])};
}

bool try_lock(Transaction& tx, const std::string& name) {
  return query(tx, "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", name)[0][0].as<bool>();
}

/// {a,b,c}: PostgreSQL's format for an array of plain values.
template <class Write>
std::string array_of(const std::vector<Seal>& seals, const Write& write) {
  std::string text = "{";
  for (const Seal& seal : seals) text += (text.size() > 1 ? "," : "") + write(seal);
  return text + "}";
}

}  // namespace

bool ChainStore::lock_sealing(Transaction& tx) const { return try_lock(tx, "audit.seals"); }
bool ChainStore::lock_checkpoints(Transaction& tx) const { return try_lock(tx, "audit.checkpoints"); }

Seal ChainStore::head(Transaction& tx) const {
  const pqxx::result result = query(tx, "SELECT number, row_id, " + utc("row_at") +
                                            ", digest, hash FROM audit.seals"
                                            " ORDER BY number DESC LIMIT 1");
  if (result.empty()) return chain_start();
  const pqxx::row& row = result[0];
  return {row[0].as<long long>(), row[1].as<long long>(), row[2].c_str(), bytes_of(row[3]), bytes_of(row[4])};
}

std::vector<WaitingRow> ChainStore::waiting(Transaction& tx, long long after, int most) const {
  const pqxx::result result =
      query(tx,
            "SELECT s.row_id, " + utc("s.row_at") + ", " + kColumns +
                " FROM (SELECT * FROM audit.unsealed u WHERE row_id > $1"
                "          AND (SELECT true FROM audit.seals WHERE row_id = u.row_id LIMIT 1) IS NULL"
                "        ORDER BY row_id LIMIT $2) s" +
                kItsRow + " ORDER BY s.row_id",
            after, most);
  std::vector<WaitingRow> rows;
  for (const pqxx::row& row : result) rows.push_back({row[0].as<long long>(), row[1].c_str(), row_of(row, 2)});
  return rows;
}

WaitingRows ChainStore::waiting_rows(Transaction& tx) const {
  tx.exec("SET LOCAL statement_timeout = '1s'");
  const pqxx::result result =
      query(tx, "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(row_at)), 0) FROM audit.unsealed");
  return {result[0][0].as<long long>(), result[0][1].as<double>()};
}

void ChainStore::add(Transaction& tx, const std::vector<Seal>& seals) const {
  const std::string ids = array_of(seals, [](const Seal& seal) { return std::to_string(seal.row_id); });
  query(tx,
        "INSERT INTO audit.seals (number, row_id, row_at, digest, hash)"
        " SELECT number, row_id, row_at, decode(digest, 'hex'), decode(hash, 'hex')"
        "   FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) AS s(number, row_id, "
        "row_at, digest, hash)",
        array_of(seals, [](const Seal& seal) { return std::to_string(seal.number); }), ids,
        array_of(seals, [](const Seal& seal) { return seal.row_at; }),
        array_of(seals, [](const Seal& seal) { return hex(seal.digest); }),
        array_of(seals, [](const Seal& seal) { return hex(seal.hash); }));
  query(tx, "DELETE FROM audit.unsealed WHERE row_id = ANY ($1::bigint[])", ids);
}

std::vector<SealedRow> ChainStore::sealed(Transaction& tx, long long after, int most) const {
  const pqxx::result result =
      query(tx,
            "SELECT s.number, s.row_id, " + utc("s.row_at") + ", s.digest, s.hash, " + kColumns +
                " FROM (SELECT * FROM audit.seals WHERE number > $1 ORDER BY number LIMIT $2) s" + kItsRow +
                " ORDER BY s.number",
            after, most);
  std::vector<SealedRow> rows;
  for (const pqxx::row& row : result) {
    SealedRow sealed{
        {row[0].as<long long>(), row[1].as<long long>(), row[2].c_str(), bytes_of(row[3]), bytes_of(row[4])},
        row_of(row, 5)};
    sealed.imported = !row[5 + kImportedAt].is_null();
    rows.push_back(std::move(sealed));
  }
  return rows;
}

bool ChainStore::unsealed(Transaction& tx, std::string& at, long long& id, int most,
                          std::vector<UnsealedRow>& found) const {
  const pqxx::result result =
      query(tx,
            "SELECT r.id, " + utc("r.at") +
                ", r.username, r.action,"
                " (SELECT true FROM audit.seals s WHERE s.row_id = r.id AND s.row_at = r.at LIMIT 1) IS NOT NULL,"
                " (SELECT true FROM audit.unsealed u WHERE u.row_id = r.id AND u.row_at = r.at LIMIT 1) IS NOT NULL"
                " FROM (SELECT id, at, username, action FROM audit.rows"
                "        WHERE at >= $1::timestamptz AND (at, id) > ($1::timestamptz, $2)"
                "        ORDER BY at, id LIMIT $3) r ORDER BY r.at, r.id",
            at, id, most);
  for (const pqxx::row& row : result) {
    id = row[0].as<long long>();
    at = row[1].c_str();
    if (!row[4].as<bool>()) found.push_back({id, at, row[2].c_str(), row[3].c_str(), row[5].as<bool>()});
  }
  return !result.empty();
}

std::optional<ChainRow> ChainStore::moved(Transaction& tx, const Seal& seal) const {
  const pqxx::result result =
      query(tx,
            "SELECT " + kColumns +
                " FROM audit.rows r WHERE (r.id = $1 OR r.at = $2::timestamptz)"
                " AND NOT EXISTS (SELECT FROM audit.seals s WHERE s.row_id = r.id AND s.row_at = r.at)"
                " AND NOT EXISTS (SELECT FROM audit.unsealed u WHERE u.row_id = r.id AND u.row_at = r.at) ORDER BY "
                "(r.id = $1) DESC LIMIT 1",
            seal.row_id, seal.row_at);
  if (result.empty()) return std::nullopt;
  return row_of(result[0], 0);
}

std::string ChainStore::complete_until(Transaction& tx) const {
  return query(tx, "SELECT " + utc("least(now(), (SELECT min(row_at) FROM audit.unsealed))"))[0][0].c_str();
}

std::string ChainStore::now(Transaction& tx) const { return query(tx, "SELECT " + utc("now()"))[0][0].c_str(); }

std::optional<StoredCheckpoint> ChainStore::last_checkpoint(Transaction& tx) const {
  const pqxx::result result =
      query(tx, "SELECT ordinal, statement, signature FROM audit.checkpoints ORDER BY ordinal DESC LIMIT 1");
  if (result.empty()) return std::nullopt;
  return checkpoint_of(result[0]);
}

std::vector<StoredCheckpoint> ChainStore::checkpoints(Transaction& tx, long long after, int most) const {
  std::vector<StoredCheckpoint> found;
  for (const pqxx::row& row : query(tx,
                                    "SELECT ordinal, statement, signature FROM audit.checkpoints WHERE ordinal > $1"
                                    " ORDER BY ordinal LIMIT $2",
                                    after, most))
    found.push_back(checkpoint_of(row));
  return found;
}

void ChainStore::add(Transaction& tx, const StoredCheckpoint& checkpoint) const {
  query(tx, "INSERT INTO audit.checkpoints (ordinal, statement, signature) VALUES ($1, $2, decode($3, 'hex'))",
        checkpoint.ordinal, checkpoint.statement, hex(checkpoint.signature));
}

}  // namespace podload::audit
