// Who is asking? Offered by the auth plugin, or by one that takes its place. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "podload/database.hpp"
#include "podload/principal.hpp"
#include "podload/request.hpp"

namespace podload {

class Authenticator {
 public:
  static constexpr const char* kInterface = "Authenticator";
  virtual ~Authenticator() = default;

  /// The principal of the request's cookie or token; nothing for nobody. What it remembers is at
  /// most a second old. Throws Error{"database_unavailable"}.
  virtual std::optional<Principal> authenticate(const Request& request) = 0;

  /// Checks again, inside a change's own transaction and against the rows themselves, that the
  /// principal is still signed in and still may. Throws Error{"signed_out"} or Error{"forbidden"}.
  virtual void confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
                       std::string_view name_space) = 0;
};

}  // namespace podload
