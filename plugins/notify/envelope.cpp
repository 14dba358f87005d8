#include "envelope.hpp"

#include "format.hpp"
#include "podload/digest.hpp"
#include "podload/encoding.hpp"

namespace podload::notify {
namespace {

/// A standard webhook's secret is base64 after "whsec_"; any other text is used as it is.
std::string json_key(const std::string& secret) {
  const auto bytes = secret.starts_with("whsec_") ? decode_base64(secret.substr(6)) : std::nullopt;
  return bytes.value_or(secret);
}

}  // namespace

HttpRequest envelope(const std::string& format, const Target& target, const Event& event, const std::string& message, SystemTime now) {
  const std::string text = format_of(format).escaped(message);
  const auto since = now.time_since_epoch();
  const std::string seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  const std::string& secret = target.secret.reveal();
  HttpRequest request;
  request.method = "POST";
  request.url = target.url.reveal();
  request.headers = {"Content-Type: application/json; charset=utf-8", "User-Agent: podload"};
  Json body;
  if (format == "dingtalk") {
    body = {{"msgtype", "text"}, {"text", {{"content", text}}}};
    if (!secret.empty()) {
      const std::string stamp = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
      request.url += request.url.find('?') == std::string::npos ? "?" : "&";
      request.url += "timestamp=" + stamp + "&sign=" + percent_encode(base64(hmac_sha256(secret, stamp + "\n" + secret)));
    }
  } else if (format == "wecom") {
    body = {{"msgtype", "text"}, {"text", {{"content", text}}}};
  } else if (format == "feishu") {
    body = {{"msg_type", "text"}, {"content", {{"text", text}}}};
    if (!secret.empty()) {
      body["timestamp"] = seconds;
      body["sign"] = base64(hmac_sha256(seconds + "\n" + secret, ""));
    }
  } else if (format == "slack") {
    body = {{"text", text}};
  } else {
    body = {{"id", event.id}, {"type", event.name}, {"timestamp", event.at}, {"message", text}, {"data", event.data}};
  }
  request.body = print_json(body);
  if (format == "json") {
    request.headers.push_back("webhook-id: " + event.id);
    request.headers.push_back("webhook-timestamp: " + seconds);
    if (!secret.empty())
      request.headers.push_back("webhook-signature: v1," + base64(hmac_sha256(json_key(secret), event.id + "." + seconds + "." + request.body)));
  }
  return request;
}

}  // namespace podload::notify
