#include "podload/kube_client.hpp"

namespace podload {

std::string KubeResource::path(std::string_view name_space, std::string_view name) const {
  std::string path = group_path;
  if (namespaced && !name_space.empty()) path += "/namespaces/" + url_part(name_space);
  path += "/" + plural;
  if (!name.empty()) path += "/" + url_part(name);
  return path;
}

std::string url_part(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4U];
      encoded += kHex[byte & 15U];
    }
  }
  return encoded;
}

}  // namespace podload
