#include "message.hpp"

#include <algorithm>

#include "podload/text.hpp"

namespace podload::notify {
namespace {

// Bytes. Three lines and a reason together have at most 2,000; the lowest limit is WeCom's 2,048.
constexpr std::size_t kLongest = 2000;
constexpr std::size_t kLongestReason = 600;
constexpr std::size_t kLongestLine = 460;
constexpr std::string_view kEllipsis = "\u2026";

/// Text from users or other programs may have line breaks: they become U+FFFD.
std::string line(std::string_view text, std::size_t most) { return cut(clean_text(text, most), most); }

}  // namespace

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  if (most < kEllipsis.size()) return {};
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    next_code_point(text, at);
    if (at + kEllipsis.size() > most) break;
    end = at;
  }
  return text.substr(0, end).append(kEllipsis);
}

std::string message_of(const Event& event, const Say& say) {
  std::string code = "notify_" + event.name;
  std::replace(code.begin(), code.end(), '.', '_');
  if (const std::string kind = text_member(event.data, "kind"); !kind.empty()) code += "_" + kind;
  std::string text = line(say(code, event.data), kLongestLine);
  if (const std::string outcome = text_member(event.data, "outcome"); !outcome.empty())
    text += "\n" + line(say("outcome_" + outcome, event.data), kLongestLine);
  if (const auto refusal = event.data.find("refusal"); refusal != event.data.end())
    text += "\n" + line(say(text_member(*refusal, "code"), refusal->value("args", Json::object())), kLongestLine);
  if (const std::string reason = text_member(event.data, "reason"); !reason.empty())
    text += "\n" + line(say("notify_reason", {{"reason", clean_text(reason, kLongestReason)}}), kLongestReason);
  return cut(text, kLongest);
}

Composed compose(const Chat& chat, const std::vector<std::string>& texts) {
  const auto fits = [&](const std::string& text) { return chat.escaped(text).size() <= chat.most_bytes; };
  Composed made{texts.front(), 1};
  for (std::size_t most = made.text.size(); !fits(made.text) && most > 0;) {
    most -= std::min(most, std::max<std::size_t>(1, chat.escaped(made.text).size() - chat.most_bytes) / 6 + 1);
    made.text = cut(texts.front(), most);
  }
  while (chat.merges && made.count < texts.size()) {
    std::string longer = made.text + "\n\n" + texts[made.count];
    if (!fits(longer)) break;
    made.text = std::move(longer);
    ++made.count;
  }
  return made;
}

}  // namespace podload::notify
