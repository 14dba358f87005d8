// Callers in place of the plugin auth's users. Any thread.
#pragma once

#include <map>
#include <string>

#include "podload/authenticator.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

class People final : public Authenticator {
 public:
  /// The user's id, a UUID: the same for the same name.
  std::string id_of(const std::string& username);

  /// Signs in with a new session, and returns its token for the header Authorization. With `ended`, confirm() finds the session
  /// ended.
  std::string sign_in(Principal principal, bool ended);

  /// Ends that person's sessions.
  void sign_out(const std::string& username);

  std::optional<Principal> authenticate(const Request& request) override;
  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override;
  void confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
               std::string_view name_space) override;

 private:
  struct Session {
    Principal principal;
    bool ended = false;
  };
  Mutex mutex_;
  std::map<std::string, std::string> ids_ PODLOAD_GUARDED_BY(mutex_);  ///< By username.
  std::map<std::string, Session, std::less<>> sessions_
      PODLOAD_GUARDED_BY(mutex_);  ///< By token, which is also the credential.
};

}  // namespace podload::testing
