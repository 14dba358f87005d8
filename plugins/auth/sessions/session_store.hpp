// Sessions in PostgreSQL. Whether one is active is always decided by the database's clock. Owned by the plugin; any
// thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/principal.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

struct SessionLimits {
  int idle_seconds = 600;
  int longest_seconds = 43200;
};

/// An active session and its user, from the current rows.
struct Session {
  std::string id;
  Principal principal;
  double idle_left_seconds = 0;
  std::string expires_at;  ///< RFC 3339
};

struct NewSession {
  std::string id;
  std::string token_hash;  ///< 32 bytes
  std::string user_id;
  std::string address;
  std::string user_agent;
};

/// What its owner and administrators may see of a session.
struct LivingSession {
  std::string id;
  std::string user_id;
  std::string username;
  std::string address;
  std::string user_agent;
  std::string created_at;  ///< RFC 3339, like the next.
  std::string last_seen;
};

struct EndedSession {
  std::string id;
  std::string user_id;
  std::string username;
  std::string address;
  std::string why;  ///< "idle", "too_old"
};

/// The session's name as a credential in the log, and the reverse (empty for other credentials).
std::string session_credential(const std::string& id);
std::string session_id(const std::string& credential);

class SessionStore {
 public:
  explicit SessionStore(SessionLimits limits) : limits_(limits) {}

  const SessionLimits& limits() const noexcept { return limits_; }

  /// The session, if it is active and its user exists and is not disabled.
  std::optional<Session> find_by_token(Transaction& tx, const std::string& token_hash) const;
  std::optional<Session> find_by_id(Transaction& tx, const std::string& id) const;
  /// Those of the sessions that are active, in any order. The ids are UUIDs.
  std::vector<Session> find_by_ids(Transaction& tx, const std::vector<std::string>& ids) const;

  void add(Transaction& tx, const NewSession& session) const;

  /// Records user activity now.
  void touch(Transaction& tx, const std::string& id) const;

  /// Ends the session; false if it had ended already.
  bool end(Transaction& tx, const std::string& id, const std::string& why) const;
  /// Ends that token's session if it belongs to that user.
  void end_token(Transaction& tx, const std::string& token_hash, const std::string& user_id,
                 const std::string& why) const;
  int end_all_of(Transaction& tx, const std::string& user_id, const std::string& why) const;
  /// Ends all except the one with the id `but` (if that is empty, all).
  int end_others_of(Transaction& tx, const std::string& user_id, const std::string& but, const std::string& why) const;

  /// Active sessions, the latest first.
  std::vector<LivingSession> all_living(Transaction& tx) const;
  std::vector<LivingSession> living_of(Transaction& tx, const std::string& user_id) const;
  std::optional<LivingSession> living_with_id(Transaction& tx, const std::string& id) const;

  /// Marks at most `most` expired sessions as ended; each is returned to one caller only.
  std::vector<EndedSession> end_run_out(Transaction& tx, int most) const;

  /// Deletes the rows of sessions that ended 90 days ago.
  void forget_old(Transaction& tx) const;

 private:
  std::vector<Session> find(Transaction& tx, const std::string& where, const std::string& value) const;
  std::vector<LivingSession> living(Transaction& tx, const std::string& column, const std::string& value) const;

  const SessionLimits limits_;
};

}  // namespace podload::auth
