#include "kube/retry.hpp"

#include <algorithm>
#include <charconv>

namespace podload::cluster {
namespace {

constexpr std::chrono::milliseconds kDefaultDelay{1000}, kShortest{100};

}  // namespace

std::optional<Again> again(std::string_view method, const HttpResult& result, int tries, std::chrono::milliseconds left) {
  if (tries >= kMostTries) return std::nullopt;
  if (result.failure) {
    const bool safe = result.failure->stale && (method == "GET" || !result.failure->sent);
    return safe && tries == 1 ? std::optional(Again{std::chrono::milliseconds(0), true}) : std::nullopt;
  }
  const auto retry_after = retry_after_of(result.reply);
  const bool not_now = result.reply.status == 429 || (result.reply.status == 503 && retry_after && method == "GET");
  if (!not_now) return std::nullopt;
  const std::chrono::milliseconds delay = retry_after ? std::max<std::chrono::milliseconds>(std::chrono::seconds(*retry_after), kShortest) : kDefaultDelay;
  // There must be time left for an answer.
  return delay + kShortest <= left ? std::optional(Again{delay, false}) : std::nullopt;
}

std::optional<int> retry_after_of(const HttpReply& reply) {
  const auto header = reply.headers.find("retry-after");
  if (header == reply.headers.end()) return std::nullopt;
  int seconds = 0;
  const char* end = header->second.data() + header->second.size();
  const auto [stop, error] = std::from_chars(header->second.data(), end, seconds);
  return error == std::errc() && stop == end && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

}  // namespace podload::cluster
