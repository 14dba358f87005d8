// How each kind of receiver wants a message: body, signature, and what its answer means.
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

#include <optional>
#include <string>

#include "podload/clock.hpp"
#include "podload/http_client.hpp"
#include "webhook.hpp"

namespace podload::notify {

/// The request that carries `text`, which tells of `event`: method, URL, headers, body.
HttpRequest envelope(const std::string& format, const Target& target, const Event& event, const std::string& text, SystemTime now);

/// Why the message was not taken; nothing where it was. Some answer 200 and say no in the body.
std::optional<std::string> problem_of(const std::string& format, const HttpResult& result);

}  // namespace podload::notify
