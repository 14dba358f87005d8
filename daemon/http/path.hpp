// Decodes the path and query of a request, once. Free functions; any thread.
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

/// Parses a raw REQUEST_URI. Throws Error{"bad_path"} for anything ambiguous: an encoded slash, backslash or NUL,
/// control characters, "//", "." and ".." segments, a trailing slash, an invalid percent escape, bytes that are not
/// UTF-8, a repeated query parameter.
Target parse_target(std::string_view uri);

}  // namespace podload
