#include "accounts/api_tokens.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "sessions/session_token.hpp"
#include "tokens/api_token.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostOfOneUser = 50;

void check_name(const std::string& name) {
  const bool blank = name.find_first_not_of(' ') == std::string::npos;
  if (blank || clean_text(name, kLongestName) != name) throw Error("bad_token_name");
}

}  // namespace

std::optional<LivingToken> ApiTokens::look(const std::string& hash, const std::string& address) {
  if (hash.empty()) return std::nullopt;
  const SteadyTime now = clock_.steady();
  if (auto found = cache_.find(hash, now, [](const LivingToken&) { return true; })) return std::move(found->value);
  auto token = database_.transact([&](Transaction& tx) {
    auto found = store_.find_by_hash(tx, hash);
    if (found && found->use_is_news) store_.write_use(tx, found->id, address);
    return found;
  });
  if (token)
    cache_.put(hash, *token, now);
  else
    cache_.forget(hash);
  return token;
}

MadeToken ApiTokens::make(const Principal& owner, const RequestedToken& requested, const ClusterNames& names,
                          const Actor& actor, AuditLog& log) const {
  AuditEntry entry = actor.entry;
  entry.resource = "user/" + owner.username;
  return changes_.logged(entry, log, [&] {
    check_name(requested.name);
    if (owner.level < requested.scope.level)
      throw Forbidden(level_name(requested.scope.level), "*");
    const User user = own_password_.prove(owner, requested.current_password, entry.address);
    MadeToken made;
    made.text = new_api_token();
    const NewApiToken token{new_uuid(), token_hash(made.text.reveal()), owner.user_id, requested.name, requested.scope,
                            requested.days};
    made.row = database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      store_.lock_owner(tx, owner.user_id);
      own_password_.still_holds(tx, user);
      if (store_.all(tx, owner.user_id).size() >= kMostOfOneUser)
        throw Error("too_many_tokens", {{"most", kMostOfOneUser}});
      store_.add(tx, token);
      ApiToken row = *store_.get(tx, token.id);
      AuditEntry done = entry;
      done.outcome = "ok";
      Json after = permissions_in_log(requested.scope, names);
      after["expires_at"] = row.expires_at;
      done.details = {{"token", token.id}, {"token_name", token.name}, {"after", std::move(after)}};
      log.record(tx, done);
      return row;
    });
    return made;
  });
}

std::vector<ApiToken> ApiTokens::all(const std::string& user_id) const {
  return database_.transact([&](Transaction& tx) { return store_.all(tx, user_id); });
}

void ApiTokens::revoke(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const {
  AuditEntry entry = actor.entry;
  entry.resource = "token/" + (is_uuid(id) ? id : std::string("?"));
  changes_.logged(entry, log, [&] {
    if (!is_uuid(id)) throw Error("unknown_token");
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      const auto token = store_.get(tx, id);
      const bool theirs = token && (owner.empty() || token->user_id == owner);
      if (!theirs || !store_.revoke(tx, id)) throw Error("unknown_token");
      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"token_name", token->name}, {"token_of", token->username}};
      log.record(tx, done);
    });
  });
}

}  // namespace podload::auth
