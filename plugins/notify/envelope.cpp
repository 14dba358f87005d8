#include "envelope.hpp"

#include <utility>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"

namespace podload::notify {
namespace {

/// A standard webhook's secret is base64 after "whsec_"; any other text is used as it is.
std::string json_key(const std::string& secret) {
  const auto bytes = secret.starts_with("whsec_") ? decode_base64(secret.substr(6)) : std::nullopt;
  return bytes.value_or(secret);
}

std::string part_of(Chat::Signature::Part part, const std::string& timestamp, const std::string& secret) {
  using Part = Chat::Signature::Part;
  if (part == Part::nothing) return {};
  return part == Part::secret ? secret : timestamp + "\n" + secret;
}

/// The timestamp and the signature of chats that take these in the query or the body.
std::pair<std::string, std::string> signed_at(const Chat::Signature& sign, const std::string& secret, SystemTime now) {
  const auto since = now.time_since_epoch();
  const std::string timestamp = std::to_string(sign.milliseconds ? std::chrono::duration_cast<std::chrono::milliseconds>(since).count()
                                                                 : std::chrono::duration_cast<std::chrono::seconds>(since).count());
  return {timestamp, base64(hmac_sha256(part_of(sign.key, timestamp, secret), part_of(sign.over, timestamp, secret)))};
}

Json value_of(const std::string& name, const Event& event, const std::string& text) {
  if (name == "text") return text;
  if (name == "id") return event.id;
  if (name == "event") return event.name;
  return name == "at" ? Json(event.at) : event.data;
}

/// https://www.standardwebhooks.com
void add_standard_headers(HttpRequest& request, const Event& event, const std::string& secret, SystemTime now) {
  const std::string seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  request.headers.push_back("webhook-id: " + event.id);
  request.headers.push_back("webhook-timestamp: " + seconds);
  if (!secret.empty())
    request.headers.push_back("webhook-signature: v1," + base64(hmac_sha256(json_key(secret), event.id + "." + seconds + "." + request.body)));
}

}  // namespace

HttpRequest envelope(const Chat& chat, const Target& target, const Event& event, const std::string& message, SystemTime now) {
  using In = Chat::Signature::In;
  const std::string text = chat.escaped(message);
  const std::string& secret = target.secret.reveal();
  HttpRequest request;
  request.method = "POST";
  request.url = target.url.reveal();
  request.headers = {"Content-Type: " + chat.content_type, "User-Agent: podload"};
  Json body = chat.body;
  for (const auto& [name, at] : chat.puts) body[at] = value_of(name, event, text);
  if (!secret.empty() && (chat.sign.in == In::query || chat.sign.in == In::body)) {
    const auto [timestamp, signature] = signed_at(chat.sign, secret, now);
    if (chat.sign.in == In::query) {
      request.url += request.url.find('?') == std::string::npos ? "?" : "&";
      request.url += percent_encode(chat.sign.timestamp) + "=" + timestamp + "&" + percent_encode(chat.sign.signature) + "=" + percent_encode(signature);
    } else {
      body[Chat::Pointer(chat.sign.timestamp)] = timestamp;
      body[Chat::Pointer(chat.sign.signature)] = signature;
    }
  }
  request.body = print_json(body);
  if (chat.sign.in == In::standard_webhooks) add_standard_headers(request, event, secret, now);
  return request;
}

}  // namespace podload::notify
