// Builds the request for each kind of receiver: body and signature. answer.hpp evaluates the answers.
//
//   dingtalk  https://open.dingtalk.com/document/robots/custom-robot-access, and .../customize-robot-security-settings:
//             timestamp (ms) and sign in the query; base64 of HMAC-SHA256 of "TIMESTAMP\nSECRET" with the secret
//   feishu    https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: timestamp (s) and sign in the
//             body; base64 of HMAC-SHA256 of nothing, with "TIMESTAMP\nSECRET" as the key
//   wecom     https://developer.work.weixin.qq.com/document/path/91770: the key in the URL, no signature
//   slack     https://api.slack.com/messaging/webhooks: the secret is the URL, no signature
//   json      https://www.standardwebhooks.com: webhook-id, webhook-timestamp, webhook-signature
//
// Pure functions; any thread.
#pragma once

#include <string>

#include "podload/clock.hpp"
#include "podload/http_client.hpp"
#include "webhook.hpp"

namespace podload::notify {

/// The request that carries `message` about `event` (and others, if the format merges events): method, URL, headers,
/// body. Escapes the message.
HttpRequest envelope(const std::string& format, const Target& target, const Event& event, const std::string& message, SystemTime now);
}  // namespace podload::notify
