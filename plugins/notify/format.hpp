// The properties of each kind of receiver: the length and rate of messages, and the meaning of answers. A table of
// values; any thread.
//
//   dingtalk  https://open.dingtalk.com/document/robots/custom-robot-access: a body of 20,000 bytes, 20 messages
//             a minute, then nothing is taken for ten minutes
//   wecom     https://developer.work.weixin.qq.com/document/path/91770: a text of 2,048 bytes, 20 messages a minute
//   feishu    https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: a body of 20 kB, 100 messages a
//             minute and 5 a second
//   slack     https://docs.slack.dev/apis/web-api/rate-limits: a text of 40,000 characters, one message per second
//   json      programs: one event per request, as fast as they answer
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace podload::notify {

struct Format {
  std::string name;
  std::size_t most_bytes;          ///< Of a message's text after escaping.
  bool merges;                     ///< One message may contain several events.
  std::chrono::milliseconds pace;  ///< The least time between two messages.
  std::chrono::seconds ban;        ///< The pause after too many messages, if the answer does not give one.
  std::string code;                ///< The member of an answer that is 0 if the message was accepted; empty: the status decides.
  std::vector<int> too_fast;       ///< Codes for too many messages.
  std::vector<int> refused;        ///< Codes that no further attempt will change.
  std::string (*escaped)(std::string text);  ///< Escapes a text so that it mentions nobody.
};

/// Throws std::logic_error for a name that the API does not accept.
const Format& format_of(const std::string& name);

}  // namespace podload::notify
