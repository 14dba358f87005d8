// Builds the request for a kind of receiver, as its row says: body and signature. answer.hpp evaluates the answers.
//
// Pure functions; any thread.
#pragma once

#include <string>

#include "chat.hpp"
#include "podload/clock.hpp"
#include "podload/http_client.hpp"
#include "webhook.hpp"

namespace podload::notify {

/// The request that carries `message` about `event` (and others, if the chat merges events): method, URL, headers,
/// body. Escapes the message.
HttpRequest envelope(const Chat& chat, const Target& target, const Event& event, const std::string& message, SystemTime now);
}  // namespace podload::notify
