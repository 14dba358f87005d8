// The sentences that tell people of events. Pure functions; any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "format.hpp"
#include "podload/events.hpp"

namespace podload::notify {

/// The words of a code in the webhook's language (Host::say).
using Say = std::function<std::string(const std::string& code, const Json& args)>;

/// One event, in a few lines of at most 2,000 bytes together: as every kind of receiver takes it.
std::string message_of(const Event& event, const Say& say);

/// At most `most` bytes of UTF-8, cut at a character; what was cut off ends in an ellipsis.
std::string cut(const std::string& text, std::size_t most);

/// Texts put together into one message.
struct Composed {
  std::string text;
  std::size_t count = 0;  ///< How many of them it has, from the first one on.
};

/// As many of `texts` (not none) as one message to such a receiver takes; the first one always, cut if need be.
Composed compose(const Format& format, const std::vector<std::string>& texts);

}  // namespace podload::notify
