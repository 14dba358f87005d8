#include "parts.hpp"

#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"

namespace podload::auth {
namespace {

constexpr int kWaitingSignIns = 8;
constexpr auto kSignInMaxWait = std::chrono::seconds(2);

int number(Host& host, const char* key) { return host.config().at(key).get<int>(); }

}  // namespace

Parts::Parts(Host& given)
    : host(given),
      policy({static_cast<std::size_t>(number(host, "min_password_length")), false}),
      hasher({static_cast<std::size_t>(number(host, "password_memory_kib")) << 10U,
              static_cast<unsigned long long>(number(host, "password_passes"))},
             &host.metrics().histogram("password_seconds", "How long the hash of a password takes, without the wait for its turn")),
      slots(number(host, "passwords_at_once"), kWaitingSignIns, kSignInMaxWait),
      session_store({number(host, "idle_seconds"), number(host, "longest_seconds")}),
      sign_in_store({number(host, "free_failures"), number(host, "longest_wait_seconds"), number(host, "free_failures_of_account")}),
      changes(host.database(), host.log()),
      sessions(host.database(), session_store, host.clock()),
      own_password(host.database(), user_store, session_store, api_token_store, sign_in_store, hasher, slots, policy, changes),
      api_tokens(host.database(), api_token_store, host.clock(), changes, own_password),
      credentials(host.database(), sessions, api_tokens, session_store, api_token_store),
      sign_in(host.database(), user_store, session_store, sign_in_store, flood_store, hasher, slots, known_sources, host.events()),
      user_admin(host.database(), user_store, session_store, api_token_store, hasher, slots, policy, changes),
      session_admin(host.database(), user_store, session_store, changes),
      commands(host.database(), user_store, session_store, hasher, policy, command_line_actor()),
      flask_users(host.database(), user_store, hasher, command_line_actor()) {}

AuditLog& Parts::audit() const {
  AuditLog* const log = host.want<AuditLog>();
  if (log == nullptr) throw Error("no_audit_log");
  return *log;
}

ClusterNames Parts::cluster_names() const { return ClusterNames(host.want<ClusterDirectory>()); }

Json Parts::permissions(const Principal& principal) const {
  return permissions_json(principal, principal.grants.empty() ? ClusterNames() : cluster_names());
}

Actor Parts::actor(const Request& request, Level needed) {
  return {AuditEntry::of(request),
          [this, principal = request.the_principal(), needed](Transaction& tx) { credentials.confirm(tx, principal, needed, "", ""); }};
}

Actor Parts::signed_in(const Request& request) const {
  return {AuditEntry::of(request),
          [this, principal = request.the_principal()](Transaction& tx) { credentials.confirm_signed_in(tx, principal); }};
}

const Principal& with_session(const Request& request) {
  if (session_id(request.the_principal().credential).empty()) throw Error("session_needed");
  return request.the_principal();
}

}  // namespace podload::auth
