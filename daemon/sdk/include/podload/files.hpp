// Reads whole files. Free functions; any thread.
#pragma once

#include <filesystem>
#include <string>

namespace podload {

/// The contents of `file`. Throws FileUnreadable, also for a folder.
std::string read_file(const std::filesystem::path& file);

}  // namespace podload
