#include "podload/parse_json.hpp"
#include "record/operation_store.hpp"

namespace podload::pod_load {
namespace {

const std::string kColumns =
    "id, kind, cluster_id, cluster, namespace, pod, coalesce(uid, ''), user_id, username, credential, address, reason, forced, "
    "request_id, previous_value, new_value, " + rfc3339_of("created_at") + ", applied_at IS NOT NULL, applied_ms, details, "
    "outcome, " + rfc3339_of("settled_at") + ", sent_at IS NOT NULL, "
    "extract(epoch FROM clock_timestamp() - coalesce(sent_at, created_at))::double precision";

std::optional<std::string> text_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional<std::string>(field.c_str());
}

PodOperation from_row(const pqxx::row& row) {
  PodOperation operation;
  operation.id = row[0].c_str();
  operation.kind = std::string_view(row[1].c_str()) == "remove" ? PodOperation::Kind::remove : PodOperation::Kind::restore;
  operation.cluster_id = row[2].c_str();
  operation.cluster = row[3].c_str();
  operation.name_space = row[4].c_str();
  operation.pod = row[5].c_str();
  operation.uid = row[6].c_str();
  operation.user_id = row[7].c_str();
  operation.username = row[8].c_str();
  operation.credential = row[9].c_str();
  operation.address = row[10].c_str();
  operation.reason = row[11].c_str();
  operation.forced = row[12].as<bool>();
  operation.request_id = row[13].c_str();
  operation.previous_value = text_or_nothing(row[14]);
  operation.new_value = text_or_nothing(row[15]);
  operation.created_at = row[16].c_str();
  operation.applied = row[17].as<bool>();
  if (!row[18].is_null()) operation.applied_ms = row[18].as<double>();
  operation.details = parse_json(row[19].c_str());
  if (!row[20].is_null()) operation.outcome = outcome_named(row[20].c_str()).value_or(Outcome::undecided);  // unknown: written by a newer version
  operation.settled_at = text_or_nothing(row[21]);
  operation.sent = row[22].as<bool>();
  operation.sent_seconds = row[23].as<double>();
  return operation;
}

std::optional<PodOperation> first(const pqxx::result& rows) {
  return rows.empty() ? std::nullopt : std::optional(from_row(rows[0]));
}

std::string select(const std::string& rest) { return "SELECT " + kColumns + " FROM pod_load.operations " + rest; }

/// A list of texts as PostgreSQL's array literal.
std::string array_of(const std::vector<std::string>& texts) {
  std::string literal = "{";
  for (const std::string& text : texts) {
    literal += literal.size() > 1 ? ",\"" : "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

}  // namespace

OperationStore::Reservation OperationStore::reserve(Transaction& tx, PodOperation& op, const std::string& owner, int lease_seconds) {
  Reservation reservation;
  query(tx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", "podload/" + op.cluster_id + "/" + op.name_space);
  reservation.other = first(query(tx, select("WHERE request_id = $1"), op.request_id));
  if (reservation.other) {
    reservation.state = Reservation::State::replayed;
    return reservation;
  }
  reservation.other = first(query(
      tx, select("WHERE outcome IS NULL AND applied_at IS NULL AND cluster_id = $1 AND namespace = $2 AND pod = $3 LIMIT 1"),
      op.cluster_id, op.name_space, op.pod));
  if (reservation.other) {
    reservation.state = Reservation::State::blocked;
    return reservation;
  }
  reservation.pending = pending(tx, op);
  const pqxx::result made = query(
      tx,
      "INSERT INTO pod_load.operations (id, kind, cluster_id, cluster, namespace, pod, user_id, username, credential, address, reason, "
      "forced, request_id, lease_owner, lease_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
      "clock_timestamp() + make_interval(secs => $15)) RETURNING " + rfc3339_of("created_at"),
      op.id, std::string(kind_name(op.kind)), op.cluster_id, op.cluster, op.name_space, op.pod, op.user_id, op.username, op.credential,
      op.address, op.reason, op.forced, op.request_id, owner, lease_seconds);
  op.created_at = made[0][0].c_str();
  return reservation;
}

std::set<std::string> OperationStore::pending(Transaction& tx, const PodOperation& op) {
  std::set<std::string> pods;
  for (const auto& row : query(tx,
                               "SELECT pod, uid FROM pod_load.operations WHERE outcome IS NULL AND kind = 'remove' AND cluster_id = $1 "
                               "AND namespace = $2 AND pod <> $3",
                               op.cluster_id, op.name_space, op.pod)) {
    pods.insert(row[0].c_str());
    if (!row[1].is_null()) pods.insert(row[1].c_str());
  }
  return pods;
}

bool OperationStore::mark_sent(Transaction& tx, const PodOperation& op, const std::string& owner, int lease_seconds) {
  // No wait for the disk: if a crash of the database loses this update, the operation is settled as one whose PATCH may
  // have been sent at any time since its reservation.
  tx.exec("SET LOCAL synchronous_commit = off");
  return query(tx,
               "UPDATE pod_load.operations SET uid = $4, sent_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $3) "
               "WHERE id = $1 AND lease_owner = $2 AND outcome IS NULL AND lease_until > clock_timestamp()",
               op.id, owner, lease_seconds, op.uid)
             .affected_rows() == 1;
}

bool OperationStore::mark_applied(Transaction& tx, const PodOperation& op, const std::string& owner, int lease_seconds) {
  // No wait for the disk: if this update is lost, the Pod's annotation still shows that the PATCH was stored.
  tx.exec("SET LOCAL synchronous_commit = off");
  return query(tx,
               "UPDATE pod_load.operations SET uid = $3, previous_value = $4, new_value = $5, applied_ms = $6, details = $7, "
               "applied_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $8) "
               "WHERE id = $1 AND outcome IS NULL AND lease_owner = $2",
               op.id, owner, op.uid, op.previous_value, op.new_value, op.applied_ms, print_json(op.details), lease_seconds)
             .affected_rows() == 1;
}

bool OperationStore::settle(Transaction& tx, PodOperation& op, const std::string& owner) {
  const std::optional<std::string> uid = op.uid.empty() ? std::nullopt : std::optional(op.uid);
  const pqxx::result rows =
      query(tx,
               "UPDATE pod_load.operations SET outcome = $3, settled_at = clock_timestamp(), uid = coalesce($4, uid), "
               "previous_value = coalesce($5, previous_value), new_value = coalesce($6, new_value), "
               "applied_at = CASE WHEN $7 THEN coalesce(applied_at, clock_timestamp()) END, applied_ms = coalesce($8, applied_ms), "
               "details = $9 WHERE id = $1 AND outcome IS NULL AND lease_owner = $2 RETURNING " + rfc3339_of("settled_at"),
               op.id, owner, op.outcome ? std::optional(std::string(name_of(*op.outcome))) : std::nullopt, uid, op.previous_value, op.new_value, op.applied, op.applied_ms, print_json(op.details));
  if (rows.empty()) return false;
  op.settled_at = rows[0][0].c_str();
  return true;
}

void OperationStore::release(Transaction& tx, const std::string& id, const std::string& owner, int in_seconds) {
  query(tx,
        "UPDATE pod_load.operations SET lease_until = clock_timestamp() + make_interval(secs => $3) WHERE id = $1 AND lease_owner = $2 "
        "AND outcome IS NULL",
        id, owner, in_seconds);
}

std::optional<PodOperation> OperationStore::find(Transaction& tx, const std::string& id) {
  return first(query(tx, select("WHERE id = $1"), id));
}

std::vector<PodOperation> OperationStore::claim_expired(Transaction& tx, const std::string& owner, int lease_seconds, int limit,
                                                        int per_cluster, const std::vector<std::string>& except) {
  const pqxx::result rows =
      query(tx,
            std::string("WITH expired AS (SELECT id, place, row_number() OVER (PARTITION BY cluster_id ORDER BY place) AS nth "
                        "FROM pod_load.operations WHERE outcome IS NULL AND lease_until < clock_timestamp() AND cluster_id <> ALL ($5::uuid[])), "
                        "chosen AS (SELECT id FROM expired WHERE nth <= $4 ORDER BY nth, place LIMIT $3) "
                        "UPDATE pod_load.operations SET lease_owner = $1, lease_until = clock_timestamp() + make_interval(secs => $2) "
                        "WHERE id IN (SELECT id FROM pod_load.operations WHERE id IN (SELECT id FROM chosen) AND outcome IS NULL "
                        "AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING ") + kColumns,
            owner, lease_seconds, limit, per_cluster, array_of(except));
  std::vector<PodOperation> operations;
  for (const auto& row : rows) operations.push_back(from_row(row));
  return operations;
}

std::map<std::string, PodOperation> OperationStore::last_removals(Transaction& tx, const std::string& cluster_id,
                                                                  const std::vector<std::string>& uids) {
  std::map<std::string, PodOperation> removals;
  if (uids.empty()) return removals;
  const pqxx::result rows =
      query(tx,
            std::string("SELECT DISTINCT ON (uid) ") + kColumns +
                " FROM pod_load.operations WHERE cluster_id = $1 AND uid = ANY ($2::text[]) AND kind = 'remove' AND applied_at IS NOT NULL "
                "ORDER BY uid, place DESC",
            cluster_id, array_of(uids));
  for (const auto& row : rows) {
    PodOperation operation = from_row(row);
    std::string uid = operation.uid;
    removals.emplace(std::move(uid), std::move(operation));
  }
  return removals;
}

}  // namespace podload::pod_load
