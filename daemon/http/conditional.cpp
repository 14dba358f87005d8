#include "http/conditional.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "podload/shared_text.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `each` with the elements of a comma-separated list until it returns true; whether it did. An ETag of podload
/// has no comma.
template <class Each>
bool any_element(std::string_view list, const Each& each) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (each(trimmed(list.substr(0, comma)))) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

/// The weak comparison: nginx marks the ETag of what it compresses as weak.
bool has_etag(std::string_view if_none_match, std::string_view etag) {
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  return any_element(if_none_match, [&](std::string_view tag) { return tag == "*" || opaque(tag) == opaque(etag); });
}

bool is_zero(std::string_view weight) {
  return weight.starts_with("q=0") && weight.substr(3).find_first_not_of(".0") == std::string_view::npos;
}

bool accepts_gzip(std::string_view accept_encoding) {
  return any_element(accept_encoding, [](std::string_view coding) {
    const std::size_t semicolon = coding.find(';');
    const std::string name = lower_case(trimmed(coding.substr(0, semicolon)));
    const std::string weight = semicolon == std::string_view::npos ? "" : lower_case(trimmed(coding.substr(semicolon + 1)));
    return name == "gzip" && !is_zero(weight);
  });
}

}  // namespace

Reply conditional(const Request& request, Reply reply) {
  const auto shared = std::exchange(reply.shared, nullptr);
  if (request.method == "GET" && reply.status == 200 && !reply.more) {
    const std::string etag = shared ? shared->etag() : etag_of(reply.body);
    reply.headers.emplace_back("ETag", etag);
    if (has_etag(request.header("if-none-match"), etag)) {
      reply.status = 304;
      reply.content_type.clear();
      reply.body.clear();
      return reply;
    }
  }
  if (!shared) return reply;
  const bool packed = accepts_gzip(request.header("accept-encoding"));
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (packed) reply.headers.emplace_back("Content-Encoding", "gzip");
  reply.body = packed ? shared->gzip() : shared->plain();
  return reply;
}

}  // namespace podload
