// The auth plugin: offers Authenticator, serves the operations on users, sessions and tokens, runs the user commands,
// and ends expired sessions.
#include "podload/plugin.hpp"

#include <chrono>
#include <memory>

#include "parts.hpp"

namespace podload::auth {
namespace {

constexpr auto kSweep = std::chrono::seconds(5);

class AuthPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    parts_ = std::make_unique<Parts>(host);
    Parts& parts = *parts_;
    host.offer<Authenticator>(parts.credentials);
    handle_sign_in(parts);
    handle_users(parts);
    handle_sessions(parts);
    handle_api_tokens(parts);
    add_commands(parts);
    host.metrics().collect([&parts](Metrics::Reading& reading) {
      reading.gauge("password_waiting", "Sign-ins that wait until a password can be checked", static_cast<double>(parts.slots.waiting()));
    });
    host.every(kSweep, "session sweep", [&parts] { sweep(parts); });
  }
  void stop() noexcept override {}

 private:
  std::unique_ptr<Parts> parts_;  // outlives stop(): other plugins may still hold the Authenticator
};

}  // namespace
}  // namespace podload::auth

PODLOAD_PLUGIN(podload::auth::AuthPlugin, "auth", "1.0.0")
