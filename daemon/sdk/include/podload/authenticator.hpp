// Identifies the caller of a request. Offered by the auth plugin, or by a plugin that replaces it. Any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "podload/database.hpp"
#include "podload/principal.hpp"
#include "podload/request.hpp"

namespace podload {

class Authenticator {
 public:
  static constexpr const char* kInterface = "Authenticator";
  virtual ~Authenticator() = default;

  /// The principal of the request's cookie or token, or nothing if neither is valid. May be cached for up to a second.
  /// Throws DatabaseUnavailable.
  virtual std::optional<Principal> authenticate(const Request& request) = 0;

  /// The principals as the stored rows have them now, in the same order; nothing for one that is no longer signed in.
  /// Called about once a second with those of all open streams, so it reads them together, without a cache, and counts as
  /// no activity. Throws DatabaseUnavailable; then all streams end.
  virtual std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) = 0;

  /// Checks inside a change's own transaction, against the stored rows and not the cache, that the principal is still
  /// signed in and still authorized. Throws SignedOut or Forbidden; callers record them as
  /// denials.
  virtual void confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
                       std::string_view name_space) = 0;
};

}  // namespace podload
