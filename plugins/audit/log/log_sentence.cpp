#include "log/log_sentence.hpp"

#include <string_view>
#include <vector>

namespace podload::audit {
namespace {

/// The text of `code`, or `otherwise` if it has none.
std::string text_or(const Say& say, const std::string& code, const Json& args, const std::string& otherwise) {
  std::string words = say(code, args);
  return words == code ? otherwise : words;
}

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : print_json(value); }

std::string joined(const std::vector<std::string>& parts, const std::string& separator) {
  std::string sentence;
  for (std::string part : parts) {
    for (const std::string_view stop : {".", "\u3002"})
      if (part.ends_with(stop)) part.resize(part.size() - stop.size());
    if (part.empty()) continue;
    if (!sentence.empty()) sentence += separator;
    sentence += part;
  }
  return sentence;
}

}  // namespace

std::string log_sentence(const AuditEntry& entry, const Say& say) {
  std::vector<std::string> parts;
  const Json& details = entry.details;
  if (entry.phase == AuditEntry::Phase::attempt)
    parts.push_back(text_or(say, "outcome_attempt", Json::object(), "attempt"));
  else if (!entry.outcome.empty())
    parts.push_back(text_or(say, "outcome_" + entry.outcome, details, entry.outcome));

  if (!entry.reason.empty()) parts.push_back(text_or(say, "detail_reason", {{"value", entry.reason}}, "reason: " + entry.reason));

  if (details.is_object()) {
    if (const std::string code = text_member(details, "code"); !code.empty()) {
      const auto args = details.find("args");
      parts.push_back(text_or(say, code, args == details.end() ? Json::object() : *args, code));
    }
    for (const auto& [key, value] : details.items()) {
      if (key == "code" || key == "args" || value.is_structured() || value.is_null()) continue;
      parts.push_back(text_or(say, "detail_" + key, {{"value", value}}, key + ": " + plain(value)));
    }
  }
  return joined(parts, text_or(say, "log_separator", Json::object(), "; "));
}

}  // namespace podload::audit
