#include "envelope.hpp"

#include <openssl/hmac.h>

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/kube_client.hpp"
#include "podload/text.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kLongestAnswer = 200;

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
  return text;
}

/// Slack reads <...> as commands ("<!channel>").
std::string for_slack(std::string text) { return replaced(replaced(replaced(std::move(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;"); }

/// Feishu reads <at ...> as a call for people, and has no way to escape it.
std::string for_feishu(std::string text) { return replaced(std::move(text), "<", "\uFF1C"); }

/// A standard webhook's secret is base64 behind "whsec_"; any other text is taken as it is.
std::string json_key(const std::string& secret) {
  std::string bytes;
  if (secret.starts_with("whsec_") && decode_base64(secret.substr(6), bytes)) return bytes;
  return secret;
}

}  // namespace

HttpRequest envelope(const std::string& format, const Target& target, const Event& event, const std::string& text, SystemTime now) {
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
    body = {{"msg_type", "text"}, {"content", {{"text", for_feishu(text)}}}};
    if (!secret.empty()) {
      body["timestamp"] = seconds;
      body["sign"] = base64(hmac_sha256(seconds + "\n" + secret, ""));
    }
  } else if (format == "slack") {
    body = {{"text", for_slack(text)}};
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

std::optional<std::string> problem_of(const std::string& format, const HttpResult& result) {
  if (result.failure) return clean_text(result.failure->text, kLongestAnswer);
  const HttpReply& reply = result.reply;
  if (reply.status < 200 || reply.status > 299) return "HTTP " + std::to_string(reply.status) + " " + clean_text(reply.body, kLongestAnswer);
  if (format == "slack" || format == "json") return std::nullopt;
  const Json answer = Json::parse(reply.body, nullptr, false);
  const char* const member = format == "feishu" ? "code" : "errcode";
  if (answer.is_object() && answer.contains(member) && answer[member] == 0) return std::nullopt;
  return clean_text(reply.body, kLongestAnswer);
}

}  // namespace podload::notify
