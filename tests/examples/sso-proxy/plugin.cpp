// sso-proxy: an Authenticator that trusts nginx, which trusts a single-sign-on proxy.
#include "podload/plugin.hpp"

#include <functional>

#include "podload/authenticator.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

class ProxyAuthenticator final : public Authenticator {
 public:
  ProxyAuthenticator(const Json& users, Level others) : others_(others) {
    for (const auto& [name, level] : users.items()) {
      if (!level.is_string() || (level_of(level.get<std::string>()) == Level::none && level != "none"))
        throw Error("bad_config_value", {{"key", "sso-proxy.users." + name}, {"what", "it must be none, read, write or admin"}});
      levels_[name] = level_of(level.get<std::string>());
    }
  }

  std::optional<Principal> authenticate(const Request& request) override {
    // nginx sets this for every request (nginx/fastcgi.conf); a header with this name from a client does not arrive
    // here.
    const std::string name(request.header("x-podload-user"));
    if (name.empty()) return std::nullopt;
    Principal principal;
    principal.username = name;
    principal.user_id = id_of(name);
    principal.level = level(name);
    principal.all_clusters = principal.level != Level::none;
    principal.credential = "sso";
    return principal;
  }

  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
    std::vector<std::optional<Principal>> now(principals.begin(), principals.end());
    for (auto& principal : now) principal->level = level(principal->username);
    return now;
  }

  void confirm(Transaction&, const Principal& principal, Level needed, std::string_view cluster_id, std::string_view name_space) override {
    Principal now = principal;
    now.level = level(principal.username);
    const bool may = cluster_id.empty() ? now.level >= needed : now.may(needed, cluster_id, name_space);
    if (!may) throw Forbidden(level_name(needed), "*");
  }

 private:
  Level level(const std::string& name) const {
    const auto found = levels_.find(name);
    return found == levels_.end() ? others_ : found->second;
  }

  /// The log names users by UUID: this one is made from the name, so that it stays the same.
  static std::string id_of(const std::string& name) {
    std::string id = "00000000-0000-4000-8000-000000000000";
    std::size_t hash = std::hash<std::string>{}(name);
    for (std::size_t at = id.size(); at-- > 24; hash /= 16) id[at] = "0123456789abcdef"[hash % 16];
    return id;
  }

  std::map<std::string, Level> levels_;
  const Level others_;
};

/// The same reply as auth's, so that the console works. The session is the proxy's and never expires here.
Reply current_user(const Principal& principal, const Clock& clock) {
  constexpr auto kDay = std::chrono::hours(24);
  const int seconds = std::chrono::duration_cast<std::chrono::seconds>(kDay).count();
  return Reply::json({{"username", principal.username},
                      {"must_change", false},
                      {"permissions",
                       {{"admin", principal.level >= Level::admin}, {"write", principal.level >= Level::write}, {"read", principal.level >= Level::read},
                        {"all_clusters", principal.all_clusters}, {"clusters", Json::array()}, {"grants", Json::array()}}},
                      {"session", {{"idle_seconds", seconds}, {"idle_left_seconds", seconds}, {"expires_at", rfc3339(clock.now() + kDay)}}}});
}

class SsoProxy final : public Plugin {
 public:
  void start(Host& host) override {
    authenticator_ = std::make_unique<ProxyAuthenticator>(host.config().at("users"), level_of(text_member(host.config(), "others")));
    host.offer<Authenticator>(*authenticator_);
    host.handle("sso_proxy.current_user", [&host](Request& request) { return current_user(request.the_principal(), host.clock()); });
  }
  void stop() noexcept override {}

 private:
  std::unique_ptr<ProxyAuthenticator> authenticator_;
};

}  // namespace
}  // namespace podload

PODLOAD_PLUGIN(podload::SsoProxy, "sso-proxy", "1.0.0")
