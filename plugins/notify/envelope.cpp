#include "envelope.hpp"

#include <openssl/hmac.h>

#include "format.hpp"
#include "podload/ids.hpp"
#include "podload/kube_client.hpp"

namespace podload::notify {
namespace {

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

/// A standard webhook's secret is base64 after "whsec_"; any other text is used as it is.
std::string json_key(const std::string& secret) {
  std::string bytes;
  if (secret.starts_with("whsec_") && decode_base64(secret.substr(6), bytes)) return bytes;
  return secret;
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
      request.url += "timestamp=" + stamp + "&sign=" + url_part(base64(hmac_sha256(secret, stamp + "\n" + secret)));
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
