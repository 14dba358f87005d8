// Parses and prints YAML; all YAML is read through these functions. Free functions; any thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

/// Parses one YAML document to JSON. Plain scalars become null, booleans or numbers by the core schema of YAML 1.2;
/// quoted ones stay text. Throws Error{"not_yaml"} for invalid YAML, several documents, aliases (a few can expand to
/// gigabytes), duplicate keys (the first would win silently), keys that are not text, and more than 64 levels.
Json parse_yaml(std::string_view text);

/// Prints JSON as block-style YAML; parse_yaml returns the same value from it. Text of several lines becomes a literal
/// block where that is possible.
std::string print_yaml(const Json& value);

/// Parses a file; the error names it. Also throws Error{"file_unreadable"}.
Json read_yaml(const std::filesystem::path& file);

}  // namespace podload
