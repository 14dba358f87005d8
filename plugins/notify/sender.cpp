#include "sender.hpp"

#include "envelope.hpp"
#include "message.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "webhook_store.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kMostAtOnce = 8;          // calls of one receiver's host
constexpr std::size_t kLongestReply = 64 << 10;  // an answer is a line

}  // namespace

void Sender::spread(const Event& event) {
  const Json told = {{"id", event.id}, {"name", event.name}, {"at", event.at}, {"data", event.data}};
  host_.database().transact([&](Transaction& tx) {
    for (const Webhook& webhook : WebhookStore::all(tx))
      if (webhook.wants(event)) host_.events().emit(tx, kDue, {{"webhook", webhook.id}, {"name", webhook.name}, {"event", told}});
  });
}

void Sender::deliver(const Event& due) {
  const std::string id = text_member(due.data, "webhook");
  const auto webhook = host_.database().transact([&](Transaction& tx) { return WebhookStore::find(tx, id); });
  if (!webhook || !webhook->enabled) return;  // deleted or switched off meanwhile
  const Json& told = due.data.at("event");
  const Event event{text_member(told, "id"), text_member(told, "name"), text_member(told, "at"), told.at("data"), due.attempt};
  const std::string problem = send(*webhook, event);
  if (!problem.empty()) throw Error("webhook_failed", {{"name", webhook->name}, {"what", problem}});
}

std::string Sender::test(const Webhook& webhook) {
  Event event;
  event.id = new_uuid();
  event.name = "notify.test";
  event.at = rfc3339(host_.clock().now());
  event.data = {{"name", webhook.name}};
  return send(webhook, event);
}

std::string Sender::send(const Webhook& webhook, const Event& event) {
  const auto say = [&](const std::string& code, const Json& args) { return host_.say(webhook.language, code, args); };
  const Target target = webhooks_.target(webhook);
  std::string problem;
  try {
    const WebhookUrl url = check_url(target.url.reveal(), options_.exceptions);  // what was allowed once need not be any more
    HttpRequest request = envelope(webhook.format, target, event, message_of(event, say), host_.clock().now());
    request.tls = options_.tls;
    request.timeout = options_.timeout;
    request.any_address = Exceptions::named(options_.exceptions.any_address, url.host);
    request.plain_http = !url.tls;  // check_url let it pass
    request.group = "webhook " + url.host;
    request.group_limit = kMostAtOnce;
    request.body_limit = kLongestReply;
    problem = problem_of(webhook.format, host_.http().fetch(std::move(request))).value_or("");
  } catch (const Error& error) {
    problem = say(error.code(), error.args());
  }
  host_.database().transact([&](Transaction& tx) { WebhookStore::tried(tx, webhook.id, problem); });
  return problem;
}

}  // namespace podload::notify
