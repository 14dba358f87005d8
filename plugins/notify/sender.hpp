// Hears events, and sends each webhook its message. An event of its own for each webhook keeps one
// that fails from having the others told twice (docs/adr/0011). Owned by the plugin; any thread.
#pragma once

#include <memory>

#include "podload/host.hpp"
#include "webhooks.hpp"

namespace podload::notify {

class Sender {
 public:
  struct Options {
    Exceptions exceptions;
    std::shared_ptr<const TlsIdentity> tls;
    std::chrono::milliseconds timeout{5000};
  };

  Sender(Host& host, Webhooks& webhooks, Options options) : host_(host), webhooks_(webhooks), options_(std::move(options)) {}

  /// Has every webhook that wants it told of that event.
  void spread(const Event& event);

  /// Tells one webhook. Throws Error{"webhook_failed"} where it did not take it.
  void deliver(const Event& due);

  /// Sends a message that only tries the way; why it was not taken, empty where it was.
  std::string test(const Webhook& webhook);

 private:
  std::string send(const Webhook& webhook, const Event& event);

  Host& host_;
  Webhooks& webhooks_;
  const Options options_;
};

}  // namespace podload::notify
