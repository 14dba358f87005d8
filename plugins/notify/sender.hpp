// Receives events, and sends messages to webhooks. Each webhook has its own queue (podload/events.hpp), so that a
// failing or pausing receiver does not delay others, and its messages come in order. Owned by the plugin; any thread.
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
  /// All of these outlive the Sender.
  struct Tools {
    Database& database;
    Events& events;
    HttpClient& http;
    const Clock& clock;
    std::function<std::string(const std::string& language, const std::string& code, const Json& args)> say;
  };

  /// `webhooks` and `chats` outlive it.
  Sender(Tools tools, Webhooks& webhooks, const Chats& chats, Options options)
      : tools_(std::move(tools)), webhooks_(webhooks), chats_(chats), options_(std::move(options)) {}

  /// Puts the events into the queue of every webhook that wants them, in one transaction.
  DeliveryResult spread(const std::vector<Event>& events);

  /// Sends one webhook as many of the events waiting in its queue (all kDue) as fit one message.
  DeliveryResult deliver(const std::vector<Event>& due);

  /// Sends a test message; returns why it was not accepted, empty if it was.
  std::string test(const Webhook& webhook);

 private:
  ReceiverAnswer send(const Webhook& webhook, const Chat& chat, const Event& event, const std::string& message);
  /// For a webhook whose chat no plugin declares any more: it may come back.
  ReceiverAnswer without_chat(const Webhook& webhook);
  Say say_in(const std::string& language) const;

  const Tools tools_;
  Webhooks& webhooks_;
  const Chats& chats_;
  const Options options_;
};

}  // namespace podload::notify
