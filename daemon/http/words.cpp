#include "http/words.hpp"

#include <charconv>

#include "podload/error.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error("bad_words", {{"file", file}, {"what", what}});
}

std::string fill(const std::string& text, const Json& args) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return filled + text.substr(at);
    filled += text.substr(at, open - at);
    const std::string name = text.substr(open + 1, close - open - 1);
    const auto found = args.is_object() ? args.find(name) : args.end();
    if (args.is_object() && found != args.end()) filled += found->is_string() ? found->get<std::string>() : print_json(*found);
    at = close + 1;
  }
  return filled;
}

}  // namespace

void Words::add(const Json& rows, const std::string& file) {
  if (rows.is_null()) return;
  if (!rows.is_object()) refuse(file, "it is no mapping");
  for (const auto& [code, row] : rows.items()) {
    Row words{row.is_object() ? row.value("status", 500) : 500, text_member(row, "en"), text_member(row, "zh-CN"), file};
    if (words.en.empty() || words.zh.empty()) refuse(file, "`" + code + "` lacks en or zh-CN");
    const auto [at, added] = rows_.emplace(code, std::move(words));
    if (!added) refuse(file, "`" + code + "` stands in " + at->second.file + " already");
  }
}

std::string Words::say(std::string_view language, std::string_view code, const Json& args) const {
  const auto found = rows_.find(code);
  if (found == rows_.end()) return std::string(code);
  return fill(language == "en" ? found->second.en : found->second.zh, args);
}

int Words::status(std::string_view code) const {
  const auto found = rows_.find(code);
  return found == rows_.end() ? 500 : found->second.status;
}

std::string language_of(std::string_view header) {
  double best = 0;
  std::string language = "zh-CN";
  while (!header.empty()) {
    const auto comma = header.find(',');
    std::string_view item = header.substr(0, comma);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    double weight = 1;
    if (const auto q = item.find(";q="); q != std::string_view::npos) {
      const std::string_view number = item.substr(q + 3);
      std::from_chars(number.data(), number.data() + number.size(), weight);
    }
    const std::string_view primary = item.substr(0, 2);
    const bool known = primary == "zh" || primary == "en";
    if (known && weight > best) {
      best = weight;
      language = primary == "zh" ? "zh-CN" : "en";
    }
  }
  return language;
}

}  // namespace podload
