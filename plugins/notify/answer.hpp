// Evaluates a receiver's answer. Its text enters the daemon only here: secrets are removed, and it is cleaned and
// shortened. Pure functions; any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "chat.hpp"
#include "podload/events.hpp"
#include "podload/http_client.hpp"

namespace podload::notify {

struct ReceiverAnswer {
  DeliveryResult::Result result = DeliveryResult::Result::delivered;
  std::string problem;                ///< Why the message was not accepted, in one line; empty if it was.
  std::chrono::milliseconds rest{0};  ///< The pause before the next message.
};

/// `secrets` in the form of secret_parts().
ReceiverAnswer answer_of(const Chat& chat, const HttpResult& result, const std::vector<std::string>& secrets);

}  // namespace podload::notify
