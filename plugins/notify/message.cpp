#include "message.hpp"

#include <algorithm>

#include "podload/text.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kLongest = 1500;  // DingTalk takes 20 kB, WeCom's text 2048 bytes
constexpr std::size_t kLongestReason = 300;

}  // namespace

std::string message_of(const Event& event, const Say& say) {
  std::string code = "notify_" + event.name;
  std::replace(code.begin(), code.end(), '.', '_');
  if (const std::string kind = text_member(event.data, "kind"); !kind.empty()) code += "_" + kind;
  std::string text = say(code, event.data);
  if (const std::string outcome = text_member(event.data, "outcome"); !outcome.empty()) text += "\n" + say("outcome_" + outcome, event.data);
  if (const auto refusal = event.data.find("refusal"); refusal != event.data.end())
    text += "\n" + say(text_member(*refusal, "code"), refusal->value("args", Json::object()));
  if (const std::string reason = text_member(event.data, "reason"); !reason.empty())
    text += "\n" + say("notify_reason", {{"reason", clean_text(reason, kLongestReason)}});
  // Line by line: clean_text takes a line break for what it is not.
  std::string clean;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    clean += (clean.empty() ? "" : "\n") + clean_text(text.substr(at, end - at), kLongest / 3);
    at = end + 1;
  }
  return clean;
}

}  // namespace podload::notify
