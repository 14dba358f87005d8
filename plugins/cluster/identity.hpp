// In whose name podload speaks to a cluster, so that the cluster's own audit log names the person.
// Value type and pure functions; any thread.
//
// itself: as its kubeconfig says. fixed: as one user of the cluster, with the person's name as the
// extra `podload.io/user`. named: as the person, where the person's name is one of those listed: a
// bare right to impersonate any user would make podload everybody, the cluster's administrators too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podload/json.hpp"

namespace podload::cluster {

struct Identity {
  enum class Mode { itself, fixed, named };
  Mode mode = Mode::itself;
  std::vector<std::string> users;

  /// {mode, user} or {mode, users}, as REST has it.
  Json json() const;
  /// Throws Error{"bad_identity"}.
  static Identity from_json(const Json& value);

  /// "itself", "fixed", "named": as the table has it.
  std::string_view mode_name() const;
  static Mode mode_named(std::string_view name);

  /// The headers of a request that `person` asked for; none where podload speaks for itself. Throws
  /// Error{"person_not_listed"} where the mode is named and the person is not.
  std::vector<std::string> headers(const std::string& person) const;

  bool operator==(const Identity&) const = default;
};

}  // namespace podload::cluster
