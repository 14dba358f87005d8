#include "http/fastcgi_records.hpp"

#include <fastcgi.h>

#include <algorithm>
#include <cstddef>

namespace podload {
namespace {

void add_head(std::string& out, unsigned type, std::uint16_t request_id, std::size_t length) {
  for (const std::size_t byte :
       {std::size_t{FCGI_VERSION_1}, std::size_t{type}, std::size_t{request_id} >> 8, std::size_t{request_id} & 0xFF,
        length >> 8, length & 0xFF, std::size_t{0}, std::size_t{0}})
    out += static_cast<char>(byte);
}

}  // namespace

std::string stdout_records(std::uint16_t request_id, std::string_view content) {
  constexpr std::size_t kMost = FCGI_MAX_LENGTH;
  std::string out;
  out.reserve(content.size() + (content.size() / kMost + 1) * FCGI_HEADER_LEN);
  while (!content.empty()) {
    const std::string_view piece = content.substr(0, kMost);
    add_head(out, FCGI_STDOUT, request_id, piece.size());
    out.append(piece);
    content.remove_prefix(piece.size());
  }
  return out;
}

std::string end_records(std::uint16_t request_id) {
  std::string out;
  add_head(out, FCGI_STDOUT, request_id, 0);
  add_head(out, FCGI_END_REQUEST, request_id, sizeof(FCGI_EndRequestBody));
  out.append(sizeof(FCGI_EndRequestBody), '\0');  // application status 0, FCGI_REQUEST_COMPLETE
  return out;
}

}  // namespace podload
