// Configuration rows: data that declares what can be configured, and the check against it. Value types and free
// functions; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "podload/json.hpp"

namespace podload {

struct ConfigRow {
  enum class Type { text, integer, boolean, list, map };
  std::string key;
  Type type = Type::text;
  Json default_value;
  std::string help;
  bool secret = false;
  std::string env;  ///< A second environment variable, beside PODLOAD_<SECTION>_<KEY>.
  std::optional<std::int64_t> minimum, maximum;

  /// Parses a row of a plugin.yaml. Throws Error{"bad_manifest"}.
  static ConfigRow from_json(const Json& row, const std::string& plugin);
};

/// Returns the value of an environment variable, or nothing; passed in so that tests need no environment.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Checks `given` (a mapping or null) against the rows. Environment variables override it and defaults fill the gaps.
/// `section` names it in errors and in PODLOAD_<SECTION>_<KEY>; empty for the host's own. Throws
/// Error{"unknown_config_key"}, naming the nearest key, and Error{"bad_config_value"}.
Json checked_config(const std::vector<ConfigRow>& rows, const Json& given, const std::string& section,
                    const Environment& environment);

}  // namespace podload
