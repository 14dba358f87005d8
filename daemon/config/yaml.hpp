// YAML as JSON: the only door through which YAML comes in. Free functions; any thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

/// One YAML document as JSON. Plain scalars become null, booleans, numbers as YAML 1.2's core
/// schema has them; quoted ones stay text. Throws Error{"not_yaml"} for what is no YAML, several
/// documents, aliases (a few of them can grow to gigabytes), duplicate keys (the first would win
/// silently), keys that are no text, and more than 64 levels.
Json parse_yaml(std::string_view text);

/// JSON as YAML in blocks; parse_yaml reads it back to the same value. Text that spans lines is
/// written as it is read (a literal block).
std::string print_yaml(const Json& value);

/// The same of a file; the error names it. Throws Error{"file_unreadable"} too.
Json read_yaml(const std::filesystem::path& file);

}  // namespace podload
