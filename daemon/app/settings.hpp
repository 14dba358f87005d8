// podload.yaml: the host's own rows, and one section per plugin. Value type.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "config/rows.hpp"
#include "podload/json.hpp"

namespace podload {

struct AppSettings {
  Json host;      ///< The host's rows, validated, with defaults filled in.
  Json sections;  ///< The other sections, by plugin.

  std::string text(const char* key) const { return host.at(key).get<std::string>(); }
  std::size_t number(const char* key) const { return host.at(key).get<std::size_t>(); }
  std::vector<std::string> texts(const char* key) const { return host.at(key).get<std::vector<std::string>>(); }
};

/// Reads the file; `executable` is the program's path, from which the folders' defaults follow. Throws what
/// checked_config and read_yaml throw; Error{"writable_by_others"} if its group or others may write the file, and
/// Error{"not_ours"} if it is owned by neither root nor this process's user.
AppSettings read_settings(const std::filesystem::path& file, const std::filesystem::path& executable,
                          const Environment& environment);

/// The process's environment.
Environment process_environment();

}  // namespace podload
