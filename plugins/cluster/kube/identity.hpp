// The identity that podload uses for a cluster, so that the cluster's own audit log names the user. Value type and pure
// functions; any thread.
//
// itself: that of the kubeconfig. fixed: one user of the cluster, with the podload user's name in the extra
// `podload.io/user`. named: the podload user, if the name is one of those listed: an unrestricted right to impersonate
// users would allow podload to act as anyone, including the cluster's administrators.
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

  /// {mode, user} or {mode, users}, as in REST.
  Json json() const;
  /// Throws Error{"bad_identity"}.
  static Identity from_json(const Json& value);

  /// "itself", "fixed", "named": as in the table.
  std::string_view mode_name() const;
  static Mode mode_named(std::string_view name);

  /// The headers for a request on behalf of `person`; none in mode itself. Throws KubeError (not_permitted) in mode
  /// named if `person` is not listed.
  std::vector<std::string> headers(const std::string& person) const;

  bool operator==(const Identity&) const = default;
};

}  // namespace podload::cluster
