// The REST operations of this plugin: they parse and reply. Owned by the plugin; any thread.
#pragma once

#include "podload/host.hpp"
#include "podload/request.hpp"
#include "sender.hpp"
#include "webhooks.hpp"

namespace podload::notify {

class Handlers {
 public:
  Handlers(Host& host, ClusterDirectory& clusters, Webhooks& webhooks, const Chats& chats, Sender& sender)
      : host_(host), clusters_(clusters), webhooks_(webhooks), chats_(chats), sender_(sender) {}

  Reply list(const Request& request);
  Reply add(Request& request);
  Reply change(Request& request);
  Reply remove(const Request& request);
  Reply test(const Request& request);
  Reply formats(const Request& request);

 private:
  WebhookInput input_of(Json& body) const;
  Json shown(const Webhook& webhook) const;
  Actor actor(const Request& request) const;
  AuditLog& audit() const;

  Host& host_;
  ClusterDirectory& clusters_;
  Webhooks& webhooks_;
  const Chats& chats_;
  Sender& sender_;
};

}  // namespace podload::notify
