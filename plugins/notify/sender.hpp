// Hears events, and sends each webhook its messages. What a webhook is to be told waits in a queue of its
// own (podload/events.hpp), so that one receiver that fails or rests delays no other, and its messages
// come in order. Owned by the plugin; any thread.
#pragma once

#include <functional>
#include <memory>

#include "answer.hpp"
#include "message.hpp"
#include "podload/clock.hpp"
#include "podload/database.hpp"
#include "webhooks.hpp"

namespace podload::notify {

class Sender {
 public:
  struct Options {
    Exceptions exceptions;
    std::shared_ptr<const TlsIdentity> tls;
    std::chrono::milliseconds timeout{5000};
  };
  /// What it works with; all outlive it.
  struct Tools {
    Database& database;
    Events& events;
    HttpClient& http;
    const Clock& clock;
    std::function<std::string(const std::string& language, const std::string& code, const Json& args)> say;
  };

  Sender(Tools tools, Webhooks& webhooks, Options options) : tools_(std::move(tools)), webhooks_(webhooks), options_(std::move(options)) {}

  /// Puts the events into the queue of every webhook that wants them, all in one transaction.
  Heard spread(const std::vector<Event>& events);

  /// Tells one webhook as many of the events that wait in its queue (all kDue) as one message takes.
  Heard deliver(const std::vector<Event>& due);

  /// Sends a message that only tries the way; why it was not taken, empty where it was.
  std::string test(const Webhook& webhook);

 private:
  Answer send(const Webhook& webhook, const Event& event, const std::string& message);
  Say say_in(const std::string& language) const;

  const Tools tools_;
  Webhooks& webhooks_;
  const Options options_;
};

}  // namespace podload::notify
