#include "tokens/api_token_store.hpp"

#include "grants/grant_store.hpp"
#include "grants/rows.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"
#include "tokens/api_token.hpp"

namespace podload::auth {

std::vector<LivingToken> ApiTokenStore::find(Transaction& tx, const std::string& where,
                                             const std::string& value) const {
  static const std::string kSelect =
      "SELECT t.id, t.name, " + rfc3339_of("t.expires_at") +
      ", extract(epoch FROM t.expires_at - now()),"
      " coalesce(t.last_used_at < now() - interval '1 minute', true), t.level, t.all_clusters, t.clusters, " +
      GrantStore::principal_columns() +
      " FROM auth.api_tokens t JOIN auth.users u ON u.id = t.user_id AND NOT u.disabled"
      " WHERE t.revoked_at IS NULL AND t.expires_at > now() AND ";
  std::vector<LivingToken> tokens;
  for (const pqxx::row& row : query(tx, kSelect + where, value)) {
    LivingToken& token = tokens.emplace_back();
    token.id = row[0].c_str();
    token.name = row[1].c_str();
    token.expires_at = row[2].c_str();
    token.left_seconds = row[3].as<double>();
    token.use_is_news = row[4].as<bool>();
    token.principal = narrowed(GrantStore::principal(row, 8),
                               {level_of(row[5].c_str()), row[6].as<bool>(), GrantStore::read(row[7])});
    token.principal.credential = api_token_credential(token.id);
  }
  return tokens;
}

std::optional<LivingToken> ApiTokenStore::find_by_hash(Transaction& tx, const std::string& hash) const {
  return first_of(find(tx, "t.token_hash = decode($1, 'hex')", hex(hash)));
}

std::optional<LivingToken> ApiTokenStore::find_by_id(Transaction& tx, const std::string& id) const {
  if (!is_uuid(id)) return std::nullopt;
  return first_of(find(tx, "t.id = $1::uuid", id));
}

std::vector<LivingToken> ApiTokenStore::find_by_ids(Transaction& tx, const std::vector<std::string>& ids) const {
  return find(tx, "t.id = ANY($1::uuid[])", array_of(ids));
}

void ApiTokenStore::add(Transaction& tx, const NewApiToken& token) const {
  query(tx,
        "INSERT INTO auth.api_tokens (id, token_hash, user_id, name, level, all_clusters, clusters, expires_at)"
        " VALUES ($1, decode($2, 'hex'), $3, $4, $5, $6, $7::jsonb, now() + make_interval(days => $8))",
        token.id, hex(token.token_hash), token.user_id, token.name, std::string(level_name(token.scope.level)),
        token.scope.all_clusters, GrantStore::print(token.scope.listed), token.days);
}

bool ApiTokenStore::revoke(Transaction& tx, const std::string& id) const {
  return query(tx, "UPDATE auth.api_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", id)
             .affected_rows() > 0;
}

int ApiTokenStore::revoke_all_of(Transaction& tx, const std::string& user_id) const {
  return static_cast<int>(
      query(tx, "UPDATE auth.api_tokens SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL", user_id).affected_rows());
}

void ApiTokenStore::lock_owner(Transaction& tx, const std::string& user_id) const {
  query(tx, "SELECT FROM auth.users WHERE id = $1 FOR NO KEY UPDATE", user_id);
}

void ApiTokenStore::write_use(Transaction& tx, const std::string& id, const std::string& address) const {
  query(tx,
        "UPDATE auth.api_tokens SET last_used_at = now(), last_used_from = $2"
        " FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried WHERE id = $1",
        id, address);
}

std::vector<ApiToken> ApiTokenStore::select(Transaction& tx, const std::string& where, const std::string& value) const {
  static const std::string kSelect =
      "SELECT t.id, u.username, u.id, t.name, t.level, t.all_clusters, t.clusters, " + rfc3339_of("t.created_at") +
      ", " + rfc3339_of("t.expires_at") + ", " + rfc3339_of("t.last_used_at") +
      ", t.last_used_from, t.expires_at <= now()"
      " FROM auth.api_tokens t JOIN auth.users u ON u.id = t.user_id WHERE t.revoked_at IS NULL AND ";
  std::vector<ApiToken> tokens;
  for (const pqxx::row& row : query(tx, kSelect + where + " ORDER BY t.created_at DESC, t.id", value)) {
    ApiToken token;
    token.id = row[0].c_str();
    token.username = row[1].c_str();
    token.user_id = row[2].c_str();
    token.name = row[3].c_str();
    token.scope = {level_of(row[4].c_str()), row[5].as<bool>(), GrantStore::read(row[6])};
    token.created_at = row[7].c_str();
    token.expires_at = row[8].c_str();
    token.last_used_at = row[9].c_str();  // empty for null, like the next
    token.last_used_from = row[10].c_str();
    token.expired = row[11].as<bool>();
    tokens.push_back(std::move(token));
  }
  return tokens;
}

std::vector<ApiToken> ApiTokenStore::all(Transaction& tx, const std::string& user_id) const {
  return select(tx, user_id.empty() ? "$1 = ''" : "t.user_id = $1::uuid", user_id);
}

std::optional<ApiToken> ApiTokenStore::get(Transaction& tx, const std::string& id) const {
  auto found = select(tx, "t.id = $1::uuid", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

void ApiTokenStore::forget_old(Transaction& tx) const {
  query(tx, "DELETE FROM auth.api_tokens WHERE least(expires_at, revoked_at) < now() - interval '90 days'");
}

}  // namespace podload::auth
