// Which answers are asked for again, and after how long: the one rule for all that is asked of an API
// server. Pure functions; any thread.
//
// 429 says that nothing was carried out, whatever was asked; so does 503 with a Retry-After, which is
// believed for reads only. A kept connection that ended before a byte of the reply came belonged to a
// server that was started anew: a read is sent again, a write only if nothing of it had gone out.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "podload/http_client.hpp"

namespace podload::cluster {

/// Of one request, the first try included; and how long all its waiting may take together.
inline constexpr int kMostTries = 3;
inline constexpr std::chrono::milliseconds kLongestWaiting{6000};

struct Again {
  std::chrono::milliseconds delay{0};
  bool fresh = false;  ///< On a new connection.
};

/// `tries` were made, `left` remains of the request's time and of its waiting. Nothing where the
/// answer stands, also where the server wants a longer wait than is left.
std::optional<Again> again(std::string_view method, const HttpResult& result, int tries, std::chrono::milliseconds left);

/// The header Retry-After in seconds; nothing without one, or for a date.
std::optional<int> retry_after_of(const HttpReply& reply);

}  // namespace podload::cluster
