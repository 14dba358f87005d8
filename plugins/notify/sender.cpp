#include "sender.hpp"

#include "envelope.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "redact.hpp"
#include "webhook_store.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kMostAtOnce = 32;          // calls to one host: each webhook makes one at a time, and one for a test
constexpr std::size_t kLongestReply = 64 << 10;  // an answer is one line

/// The event within a kDue event.
Event told_of(const Event& due) {
  const Json& event_json = due.data.at("event");
  return {text_member(event_json, "id"), text_member(event_json, "name"), text_member(event_json, "at"), event_json.at("data"), due.attempt};
}

}  // namespace

DeliveryResult Sender::spread(const std::vector<Event>& events) {
  tools_.database.transact([&](Transaction& tx) {
    const std::vector<Webhook> webhooks = WebhookStore::all(tx);
    for (const Event& event : events) {
      const Json event_json = {{"id", event.id}, {"name", event.name}, {"at", event.at}, {"data", event.data}};
      for (const Webhook& webhook : webhooks)
        if (webhook.wants(event))
          tools_.events.enqueue(tx, webhook.id, kDue, {{"webhook", webhook.id}, {"name", webhook.name}, {"event", event_json}});
    }
  });
  return {events.size(), DeliveryResult::Result::delivered, {}, {}};
}

DeliveryResult Sender::deliver(const std::vector<Event>& due) {
  const std::string id = text_member(due.front().data, "webhook");
  const auto webhook = tools_.database.transact([&](Transaction& tx) { return WebhookStore::find(tx, id); });
  if (!webhook || !webhook->enabled) return {due.size(), DeliveryResult::Result::delivered, {}, {}};  // deleted or disabled meanwhile
  const Chat* const chat = chats_.find(webhook->format);
  if (chat == nullptr) {
    const ReceiverAnswer answer = without_chat(*webhook);
    return {1, answer.result, answer.problem, answer.rest};
  }
  std::vector<std::string> texts;
  for (const Event& one : due) {
    texts.push_back(message_of(told_of(one), say_in(webhook->language)));
    if (!chat->merges) break;
  }
  const Composed composed = compose(*chat, texts);
  const ReceiverAnswer answer = send(*webhook, *chat, told_of(due.front()), composed.text);
  return {composed.count, answer.result, answer.problem, answer.rest};
}

std::string Sender::test(const Webhook& webhook) {
  Event event;
  event.id = new_uuid();
  event.name = "notify.test";
  event.at = rfc3339(tools_.clock.now());
  event.data = {{"name", webhook.name}};
  const Chat* const chat = chats_.find(webhook.format);
  if (chat == nullptr) return without_chat(webhook).problem;
  return send(webhook, *chat, event, message_of(event, say_in(webhook.language))).problem;
}

ReceiverAnswer Sender::without_chat(const Webhook& webhook) {
  const ReceiverAnswer answer{DeliveryResult::Result::again,
                              tools_.say(webhook.language, "unknown_webhook_format", {{"format", webhook.format}, {"known", chats_.names()}}), {}};
  tools_.database.transact([&](Transaction& tx) { WebhookStore::tried(tx, webhook.id, answer.problem); });
  return answer;
}

ReceiverAnswer Sender::send(const Webhook& webhook, const Chat& chat, const Event& event, const std::string& message) {
  const Target target = webhooks_.target(webhook);
  ReceiverAnswer answer;
  try {
    const Url url =
        check_url(target.url.reveal(), options_.exceptions);  // a URL that was allowed before may not be any more
    HttpRequest request = envelope(chat, target, event, message, tools_.clock.now());
    request.tls = options_.tls;
    request.timeout = options_.timeout;
    request.any_address = Exceptions::named(options_.exceptions.any_address, url.host);
    request.plain_http = !url.tls;  // check_url has allowed it
    request.group = "webhook " + url.host;
    request.group_limit = kMostAtOnce;
    request.body_limit = kLongestReply;
    const std::vector<std::string> secrets = secret_parts(request.url, target.secret.reveal());
    answer = answer_of(chat, tools_.http.fetch(std::move(request)), secrets);
  } catch (const Error& error) {
    answer = {DeliveryResult::Result::refused, tools_.say(webhook.language, error.code(), error.args()), chat.pace};
  }
  tools_.database.transact([&](Transaction& tx) { WebhookStore::tried(tx, webhook.id, answer.problem); });
  return answer;
}

Say Sender::say_in(const std::string& language) const {
  return [this, language](const std::string& code, const Json& args) { return tools_.say(language, code, args); };
}

}  // namespace podload::notify
