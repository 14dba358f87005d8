#include "podload/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "podload/error.hpp"

namespace podload {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  // An empty file has nothing to copy. A folder can be opened and fails when read.
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || !text)
    throw FileUnreadable(file.string(), std::strerror(errno));
  return text.str();
}

}  // namespace podload
