// The auth plugin: offers Authenticator, answers sign-in, sign-out and "who am I", runs the user
// commands, and ends sessions that have run out.
#include "podload/plugin.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <memory>
#include <ostream>

#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "session_token.hpp"
#include "sessions.hpp"
#include "sign_in.hpp"
#include "user_commands.hpp"

namespace podload::auth {
namespace {

constexpr int kWaitingSignIns = 8;
constexpr auto kSignInPatience = std::chrono::seconds(2);
constexpr auto kSweep = std::chrono::seconds(5);
constexpr int kSweptAtOnce = 200;

/// Everything the plugin is made of, in the order of what needs what.
struct Parts {
  explicit Parts(Host& host)
      : host(host),
        hasher({static_cast<std::size_t>(number(host, "password_memory_kib")) << 10U,
                static_cast<unsigned long long>(number(host, "password_passes"))}),
        slots(number(host, "passwords_at_once"), kWaitingSignIns, kSignInPatience),
        session_store({number(host, "idle_seconds"), number(host, "longest_seconds")}),
        sign_in_store({number(host, "free_failures"), number(host, "longest_wait_seconds")}),
        sessions(host.database(), session_store, host.clock()),
        sign_in(host.database(), user_store, session_store, sign_in_store, hasher, slots),
        commands(host.database(), user_store, session_store, hasher, command_line_actor()) {}

  static int number(Host& host, const char* key) { return host.config().at(key).get<int>(); }

  AuditLog& audit() const {
    AuditLog* const log = host.want<AuditLog>();
    if (log == nullptr) throw Error("no_audit_log");
    return *log;
  }

  Host& host;
  PasswordHasher hasher;
  Slots slots;
  UserStore user_store;
  SessionStore session_store;
  SignInStore sign_in_store;
  Sessions sessions;
  SignIn sign_in;
  UserCommands commands;
};

Json permissions(const Principal& who, ClusterDirectory* directory) {
  Json names = Json::array();
  const bool all = who.all_clusters || who.level == Level::admin;
  if (!all && directory != nullptr)
    for (const Grant& grant : who.grants)
      if (const auto cluster = directory->find_id(grant.cluster_id); cluster && who.sees(cluster->id))
        names.push_back(cluster->name);
  return {{"admin", who.level >= Level::admin},
          {"write", who.level >= Level::write},
          {"read", who.level >= Level::read},
          {"all_clusters", all},
          {"clusters", std::move(names)}};
}

Reply sign_in(Parts& parts, Request& request) {
  SignInAttempt attempt;
  attempt.username = text_member(request.body, "username");
  attempt.password = Secret(text_member(request.body, "password"));
  attempt.user_agent = request.header("user-agent");
  attempt.old_token_hash = token_hash_of(request);
  attempt.from = AuditEntry::of(request);
  const SignedIn signed_in = parts.sign_in.run(attempt, parts.audit());
  const Principal& who = signed_in.session.principal;
  Reply reply = Reply::json({{"success", true},
                             {"message", parts.host.say(request.language, "signed_in")},
                             {"username", who.username},
                             {"permissions", permissions(who, parts.host.want<ClusterDirectory>())}});
  reply.headers.emplace_back("Set-Cookie", cookie_with(signed_in.token, request.tls));
  return reply;
}

Reply sign_out(Parts& parts, Request& request) {
  parts.sessions.forget(request);
  parts.sign_in.end(*request.principal, AuditEntry::of(request), parts.audit());
  parts.sessions.forget(request);  // another request may have read it again in between
  Reply reply = Reply::json({{"success", true}, {"message", parts.host.say(request.language, "signed_off")}});
  reply.headers.emplace_back("Set-Cookie", cookie_without_token(request.tls));
  return reply;
}

Reply current_user(Parts& parts, Request& request) {
  const auto session = parts.sessions.look(request);
  if (!session) throw Error("signed_out");
  return Reply::json({{"username", session->principal.username},
                      {"permissions", permissions(session->principal, parts.host.want<ClusterDirectory>())},
                      {"session",
                       {{"idle_seconds", parts.session_store.limits().idle_seconds},
                        {"idle_left_seconds", static_cast<int>(std::ceil(std::max(0.0, session->idle_left_seconds)))},
                        {"expires_at", session->expires_at}}}});
}

/// Ends what has run out, with a row in the log each, and takes out what is long over.
void sweep(Parts& parts) {
  AuditLog* const log = parts.host.want<AuditLog>();
  std::size_t ended = 0;
  do {
    ended = parts.host.database().transact([&](Transaction& tx) {
      const auto sessions = parts.session_store.end_run_out(tx, kSweptAtOnce);
      for (const EndedSession& session : sessions) {
        AuditEntry entry;
        entry.action = "session_expired";
        entry.outcome = "ok";
        entry.username = session.username;
        entry.user_id = session.user_id;
        entry.credential = session_credential(session.id);
        entry.address = session.address;
        entry.resource = "user/" + session.username;
        entry.details = {{"code", "session_" + session.why}};
        if (log != nullptr) log->record(tx, entry);
      }
      return sessions.size();
    });
  } while (ended == kSweptAtOnce);
  parts.host.database().transact([&](Transaction& tx) {
    parts.session_store.forget_old(tx);
    parts.sign_in_store.forget_old(tx);
  });
}

Secret password_from_environment() {
  const char* const text = std::getenv("PODLOAD_PASSWORD");
  return Secret(text == nullptr ? "" : text);
}

int add_user(Parts& parts, const Json& args, std::ostream& out) {
  const std::string username = text_member(args, "username");
  const Level level = args.value("admin", false) ? Level::admin : args.value("write", false) ? Level::write : Level::read;
  parts.commands.add(username, password_from_environment(), level, args.value("allow-weak", false), parts.audit());
  out << parts.host.say("en", "user_added", {{"username", username}, {"level", level_name(level)}}) << "\n";
  return 0;
}

int set_password(Parts& parts, const Json& args, std::ostream& out) {
  const std::string username = text_member(args, "username");
  const int ended =
      parts.commands.set_password(username, password_from_environment(), args.value("allow-weak", false), parts.audit());
  out << parts.host.say("en", "user_password_set", {{"username", username}, {"sessions", ended}}) << "\n";
  return 0;
}

int list_users(Parts& parts, std::ostream& out) {
  for (const User& user : parts.commands.all()) {
    out << std::left << std::setw(24) << user.username << " " << std::setw(6) << level_name(user.level) << " ";
    if (user.all_clusters || user.level == Level::admin)
      out << "all clusters";
    else
      out << user.clusters << " listed clusters";
    out << (user.disabled ? ", disabled" : "") << "\n";
  }
  return 0;
}

class AuthPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    parts_ = std::make_unique<Parts>(host);
    Parts& parts = *parts_;
    host.offer<Authenticator>(parts.sessions);
    host.handle("auth.login", [&parts](Request& request) { return sign_in(parts, request); });
    host.handle("auth.logout", [&parts](Request& request) { return sign_out(parts, request); });
    host.handle("auth.current_user", [&parts](Request& request) { return current_user(parts, request); });
    host.command("user add", [&parts](const Json& args, std::ostream& out) { return add_user(parts, args, out); });
    host.command("user password", [&parts](const Json& args, std::ostream& out) { return set_password(parts, args, out); });
    host.command("user list", [&parts](const Json&, std::ostream& out) { return list_users(parts, out); });
    host.every(kSweep, "session sweep", [&parts] { sweep(parts); });
  }
  void stop() noexcept override {}

 private:
  std::unique_ptr<Parts> parts_;  // outlives stop(): other plugins may still hold the Authenticator
};

}  // namespace
}  // namespace podload::auth

PODLOAD_PLUGIN(podload::auth::AuthPlugin, "auth", "1.0.0")
