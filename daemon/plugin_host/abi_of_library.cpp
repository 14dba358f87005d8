#include "plugin_host/abi_of_library.hpp"

#include <link.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

namespace podload {
namespace {

constexpr std::string_view kSection = ".podload_abi";
constexpr std::size_t kLongestRead = 1U << 20;  // of the section names; the record has about a kilobyte

/// `size` bytes at `offset`, or fewer.
std::string bytes_at(std::ifstream& file, std::size_t offset, std::size_t size) {
  std::string bytes(std::min(size, kLongestRead), '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

template <class Struct>
std::optional<Struct> struct_at(std::ifstream& file, std::size_t offset) {
  const std::string bytes = bytes_at(file, offset, sizeof(Struct));
  if (bytes.size() != sizeof(Struct)) return std::nullopt;
  Struct read;
  std::memcpy(&read, bytes.data(), sizeof read);
  return read;
}

/// The text in `bytes` from `offset` to the next zero byte.
std::string text_in(const std::string& bytes, std::size_t offset) {
  return offset < bytes.size() ? bytes.substr(offset, bytes.find('\0', offset) - offset) : std::string();
}

std::vector<std::string> words_of(std::string_view record) {
  std::istringstream stream{std::string(record)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The words of `mine` that `other` lacks.
std::string missing(const std::vector<std::string>& mine, const std::vector<std::string>& other) {
  std::string text;
  for (const std::string& word : mine)
    if (std::find(other.begin(), other.end(), word) == other.end()) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::optional<std::string> abi_of_library(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto head = struct_at<ElfW(Ehdr)>(file, 0);
  if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_shentsize != sizeof(ElfW(Shdr)))
    return std::nullopt;
  const auto section = [&](std::size_t number) {
    return struct_at<ElfW(Shdr)>(file, head->e_shoff + number * sizeof(ElfW(Shdr)));
  };
  const auto names_section = section(head->e_shstrndx);
  if (!names_section) return std::nullopt;
  const std::string names = bytes_at(file, names_section->sh_offset, names_section->sh_size);
  for (std::size_t i = 0; i < head->e_shnum; ++i) {
    const auto found = section(i);
    if (found && text_in(names, found->sh_name) == kSection)
      return text_in(bytes_at(file, found->sh_offset, found->sh_size), 0);
  }
  return std::nullopt;
}

AbiDifference compare_abi(std::string_view plugin, std::string_view host) {
  const std::vector<std::string> has = words_of(plugin), needs = words_of(host);
  if (!has.empty() && !needs.empty() && has.front() != needs.front()) return {has.front(), needs.front()};
  return {missing(has, needs), missing(needs, has)};
}

}  // namespace podload
