// The records of a FastCGI request: the same request, or the same refusal, however the bytes are cut.
#include <algorithm>
#include <optional>

#include "check.hpp"
#include "http/fastcgi_request.hpp"

namespace {

constexpr std::size_t kBodyKept = 1000;

/// The request of `bytes` in pieces of so many; nothing where they are refused.
std::optional<podload::FastCgiRequest> read(std::string_view bytes, std::size_t piece) {
  podload::FastCgiRequest request(kBodyKept);
  try {
    for (std::size_t at = 0; at < bytes.size() && !request.whole(); at += piece) request.take(bytes.substr(at, piece));
    return request;
  } catch (const podload::BadFastCgi&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto one_by_one = read(bytes, 1), in_pieces = read(bytes, 1 + data[0]);
  if (one_by_one && in_pieces) {
    MUST(one_by_one->whole() == in_pieces->whole());
    MUST(one_by_one->params() == in_pieces->params());
    MUST(one_by_one->body() == in_pieces->body() && one_by_one->body_size() == in_pieces->body_size());
    MUST(one_by_one->body().size() <= kBodyKept);
    MUST(one_by_one->body().empty() || one_by_one->body().size() == one_by_one->body_size());
    std::string reply;
    one_by_one->put_content(bytes, reply);
    one_by_one->put_end(reply);
    MUST(reply.size() >= bytes.size());
  } else if (one_by_one && one_by_one->whole()) {
    // What follows a whole request may be refused only where a piece holds both.
    MUST(data[0] > 0);
  }
  return 0;
}
