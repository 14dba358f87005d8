// The sentence that tells people of an event. Pure functions; any thread.
#pragma once

#include <functional>
#include <string>

#include "podload/events.hpp"

namespace podload::notify {

/// The words of a code in the webhook's language (Host::say).
using Say = std::function<std::string(const std::string& code, const Json& args)>;

std::string message_of(const Event& event, const Say& say);

}  // namespace podload::notify
