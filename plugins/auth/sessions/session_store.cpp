#include "sessions/session_store.hpp"

#include "grants/grant_store.hpp"
#include "grants/rows.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"

namespace podload::auth {
namespace {

constexpr std::string_view kCredentialPrefix = "session:";

// Whether the session `s` is active; $1 and $2 are the two limits in seconds. If last_seen is in the future, the
// database's clock was set back: the session ends instead of lasting longer.
constexpr const char* kLives =
    "s.ended_at IS NULL AND s.last_seen > now() - make_interval(secs => $1)"
    " AND s.created_at > now() - make_interval(secs => $2) AND s.last_seen < now() + interval '1 minute'";

}  // namespace

std::string session_credential(const std::string& id) { return std::string(kCredentialPrefix) + id; }

std::string session_id(const std::string& credential) {
  const bool is_session = credential.starts_with(kCredentialPrefix);
  const std::string id = is_session ? credential.substr(kCredentialPrefix.size()) : std::string();
  return is_uuid(id) ? id : std::string();
}

std::vector<Session> SessionStore::find(Transaction& tx, const std::string& where, const std::string& value) const {
  static const std::string kSelect =
      "SELECT s.id, extract(epoch FROM s.last_seen - now()) + $1, " +
      rfc3339_of("s.created_at + make_interval(secs => $2)") + ", " + GrantStore::principal_columns() +
      " FROM auth.sessions s JOIN auth.users u ON u.id = s.user_id AND NOT u.disabled WHERE " + std::string(kLives) +
      " AND ";
  std::vector<Session> sessions;
  for (const pqxx::row& row : query(tx, kSelect + where, limits_.idle_seconds, limits_.longest_seconds, value)) {
    Session& session = sessions.emplace_back();
    session.id = row[0].c_str();
    session.idle_left_seconds = row[1].as<double>();
    session.expires_at = row[2].c_str();
    session.principal = GrantStore::principal(row, 3);
    session.principal.credential = session_credential(session.id);
  }
  return sessions;
}

std::optional<Session> SessionStore::find_by_token(Transaction& tx, const std::string& token_hash) const {
  return first_of(find(tx, "s.token_hash = decode($3, 'hex')", hex(token_hash)));
}

std::optional<Session> SessionStore::find_by_id(Transaction& tx, const std::string& id) const {
  if (!is_uuid(id)) return std::nullopt;
  return first_of(find(tx, "s.id = $3::uuid", id));
}

std::vector<Session> SessionStore::find_by_ids(Transaction& tx, const std::vector<std::string>& ids) const {
  return find(tx, "s.id = ANY($3::uuid[])", array_of(ids));
}

void SessionStore::add(Transaction& tx, const NewSession& session) const {
  query(tx,
        "INSERT INTO auth.sessions (id, token_hash, user_id, address, user_agent)"
        " VALUES ($1, decode($2, 'hex'), $3, $4, $5)",
        session.id, hex(session.token_hash), session.user_id, session.address, session.user_agent);
}

void SessionStore::touch(Transaction& tx, const std::string& id) const {
  // Does not wait for the disk: a crash loses a second of activity.
  query(tx,
        "UPDATE auth.sessions SET last_seen = now()"
        " FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"
        " WHERE id = $1 AND ended_at IS NULL",
        id);
}

bool SessionStore::end(Transaction& tx, const std::string& id, const std::string& why) const {
  return query(tx, "UPDATE auth.sessions SET ended_at = now(), ended_why = $2 WHERE id = $1 AND ended_at IS NULL", id,
               why)
             .affected_rows() > 0;
}

void SessionStore::end_token(Transaction& tx, const std::string& token_hash, const std::string& user_id,
                             const std::string& why) const {
  query(tx,
        "UPDATE auth.sessions SET ended_at = now(), ended_why = $3"
        " WHERE token_hash = decode($1, 'hex') AND user_id = $2 AND ended_at IS NULL",
        hex(token_hash), user_id, why);
}

int SessionStore::end_others_of(Transaction& tx, const std::string& user_id, const std::string& but,
                                const std::string& why) const {
  const auto ended = query(tx,
                           "UPDATE auth.sessions SET ended_at = now(), ended_why = $3"
                           " WHERE user_id = $1 AND id::text <> $2 AND ended_at IS NULL",
                           user_id, but, why);
  return static_cast<int>(ended.affected_rows());
}

std::vector<LivingSession> SessionStore::living(Transaction& tx, const std::string& column,
                                                const std::string& value) const {
  static const std::string kSql =
      "SELECT s.id, s.user_id, u.username, s.address, s.user_agent, " + rfc3339_of("s.created_at") + ", " +
      rfc3339_of("s.last_seen") +
      " FROM auth.sessions s JOIN auth.users u ON u.id = s.user_id AND NOT u.disabled WHERE " + std::string(kLives);
  const std::string which = column.empty() ? " AND $3 = ''" : " AND " + column + "::text = $3";
  std::vector<LivingSession> sessions;
  for (const pqxx::row& row : query(tx, kSql + which + " ORDER BY s.created_at DESC, s.id", limits_.idle_seconds,
                                    limits_.longest_seconds, value))
    sessions.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str(), row[5].c_str(),
                        row[6].c_str()});
  return sessions;
}

std::vector<LivingSession> SessionStore::all_living(Transaction& tx) const { return living(tx, "", ""); }

std::vector<LivingSession> SessionStore::living_of(Transaction& tx, const std::string& user_id) const {
  return living(tx, "s.user_id", user_id);
}

std::optional<LivingSession> SessionStore::living_with_id(Transaction& tx, const std::string& id) const {
  auto found = living(tx, "s.id", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

int SessionStore::end_all_of(Transaction& tx, const std::string& user_id, const std::string& why) const {
  const auto ended =
      query(tx, "UPDATE auth.sessions SET ended_at = now(), ended_why = $2 WHERE user_id = $1 AND ended_at IS NULL",
            user_id, why);
  return static_cast<int>(ended.affected_rows());
}

std::vector<EndedSession> SessionStore::end_run_out(Transaction& tx, int most) const {
  static const std::string kSql =
      "WITH run_out AS (SELECT s.id FROM auth.sessions s WHERE s.ended_at IS NULL AND NOT (" + std::string(kLives) +
      ") LIMIT $3 FOR UPDATE SKIP LOCKED)"
      " UPDATE auth.sessions s SET ended_at = now(),"
      "  ended_why = CASE WHEN s.created_at > now() - make_interval(secs => $2) THEN 'idle' ELSE 'too_old' END"
      " FROM run_out, auth.users u WHERE s.id = run_out.id AND u.id = s.user_id"
      " RETURNING s.id, s.user_id, u.username, s.address, s.ended_why";
  std::vector<EndedSession> ended;
  for (const pqxx::row& row : query(tx, kSql, limits_.idle_seconds, limits_.longest_seconds, most))
    ended.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str()});
  return ended;
}

void SessionStore::forget_old(Transaction& tx) const {
  query(tx, "DELETE FROM auth.sessions WHERE ended_at < now() - interval '90 days'");
}

}  // namespace podload::auth
