// The texts that report events to people. Pure functions; any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat.hpp"
#include "podload/events.hpp"

namespace podload::notify {

/// Returns the text of a code in the webhook's language (Host::say).
using Say = std::function<std::string(const std::string& code, const Json& args)>;

/// Describes one event, in a few lines of at most 2,000 bytes, which every kind of receiver accepts.
std::string message_of(const Event& event, const Say& say);

/// At most `most` bytes of UTF-8, cut between characters; a text that was cut ends in an ellipsis.
std::string cut(const std::string& text, std::size_t most);

/// Texts combined into one message.
struct Composed {
  std::string text;
  std::size_t count = 0;  ///< How many of the texts it contains, from the first one on.
};

/// As many of `texts` (at least one) as fit one message to such a receiver; the first is cut if necessary.
Composed compose(const Chat& chat, const std::vector<std::string>& texts);

}  // namespace podload::notify
