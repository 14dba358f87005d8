// Which answers are retried, and after what delay: the only rule for requests to API servers. Pure functions; any
// thread.
//
// 429 means that nothing was carried out, for every method; so does 503 with Retry-After, which is trusted for reads
// only. A kept connection that ended before the first byte of the reply belonged to a server that was restarted: a read
// is sent again, a write only if none of it was sent.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "podload/http_client.hpp"

namespace podload::cluster {

/// Per request, including the first attempt; and the limit for all its waits together.
inline constexpr int kMostTries = 3;
inline constexpr std::chrono::milliseconds kLongestWaiting{6000};

struct Again {
  std::chrono::milliseconds delay{0};
  bool fresh = false;  ///< Use a new connection.
};

/// `tries` attempts were made; `left` remains of the request's time and of its waits. Nothing if the answer is final,
/// also if the server wants a longer wait than is left.
std::optional<Again> again(std::string_view method, const HttpResult& result, int tries, std::chrono::milliseconds left);

/// The header Retry-After in seconds; nothing if it is missing or a date.
std::optional<int> retry_after_of(const HttpReply& reply);

}  // namespace podload::cluster
