// The path and query of a request, decoded once. Free functions; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace podload {

struct Target {
  std::string path;                    ///< Decoded, for the log.
  std::vector<std::string> segments;   ///< Decoded.
  std::map<std::string, std::string, std::less<>> query;
};

/// Reads a raw REQUEST_URI. Throws Error{"bad_path"} for what could be read in two ways: an encoded
/// slash, backslash or NUL, control characters, "//", "." and ".." segments, a trailing slash, a
/// broken percent sign, bytes that are not UTF-8, a query parameter that stands twice.
Target parse_target(std::string_view uri);

}  // namespace podload
