// Files, read whole. Free functions; any thread.
#pragma once

#include <filesystem>
#include <string>

namespace podload {

/// A whole file. Throws Error{"file_unreadable"}, for a folder too.
std::string read_file(const std::filesystem::path& file);

}  // namespace podload
