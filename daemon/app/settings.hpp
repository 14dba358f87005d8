// podload.yaml: the host's own rows, and a section for each plugin. Value type.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "config/rows.hpp"
#include "podload/json.hpp"

namespace podload {

struct AppSettings {
  Json host;      ///< The host's rows, checked, defaults filled in.
  Json sections;  ///< The rest, by plugin.

  std::string text(const char* key) const { return host.at(key).get<std::string>(); }
  std::size_t number(const char* key) const { return host.at(key).get<std::size_t>(); }
  std::vector<std::string> texts(const char* key) const { return host.at(key).get<std::vector<std::string>>(); }
};

/// Reads the file; `executable` is where the program lies, for the folders' defaults. Throws what
/// checked_config and read_yaml throw; Error{"writable_by_others"} for a file that its group or others
/// may write, Error{"not_ours"} for one that is neither root's nor this process's user's.
AppSettings read_settings(const std::filesystem::path& file, const std::filesystem::path& executable,
                          const Environment& environment);

/// The process's own environment.
Environment process_environment();

}  // namespace podload
