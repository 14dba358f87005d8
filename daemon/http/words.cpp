#include "http/words.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <vector>

#include "base/faults.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error("bad_words", {{"file", file}, {"what", what}});
}

/// Appends `text` to `filled` with its {places} filled in; false if one of them has no value.
bool fill_places(std::string_view text, const Json& args, std::string& filled) {
  bool all = true;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    filled += text.substr(0, close == std::string_view::npos ? close : open);
    if (close == std::string_view::npos) break;
    const std::string name(text.substr(open + 1, close - open - 1));
    const std::string value = !args.is_object() || !args.contains(name) ? "" : args[name].is_string() ? args[name].get<std::string>() : print_json(args[name]);
    all = all && !value.empty();
    filled += value;
    text = text.substr(close + 1);
  }
  return all;
}

/// The same, omitting parts in [brackets] that have a place without a value.
std::string fill(std::string_view text, const Json& args) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('[');
    const auto close = open == std::string_view::npos ? open : text.find(']', open);
    fill_places(text.substr(0, close == std::string_view::npos ? close : open), args, filled);
    if (close == std::string_view::npos) break;
    std::string part;
    if (fill_places(text.substr(open + 1, close - open - 1), args, part)) filled += part;
    text = text.substr(close + 1);
  }
  return filled;
}

/// 500 without one: what is never an error needs none.
int status_of(const Json& row, const std::string& code, const std::string& file) {
  if (!row.is_object() || !row.contains("status")) return 500;
  const Json& status = row.at("status");
  if (!status.is_number_integer() || status.get<std::int64_t>() < 200 || status.get<std::int64_t>() > 599)
    refuse(file, "`" + code + "`: status must be a number from 200 to 599");
  return status.get<int>();
}

std::set<std::string> places_of(std::string_view text) {
  std::set<std::string> places;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1))
    if (const auto close = text.find('}', open); close != std::string_view::npos) places.emplace(text.substr(open + 1, close - open - 1));
  return places;
}

/// A place that only one of the texts has; empty without one.
std::string other_place(std::string_view a, std::string_view b) {
  const std::set<std::string> in_a = places_of(a), in_b = places_of(b);
  std::vector<std::string> others;
  std::set_symmetric_difference(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(), std::back_inserter(others));
  return others.empty() ? "" : others.front();
}

}  // namespace

void Words::add(const Json& rows, const std::string& file, Faults* faults) {
  if (rows.is_null()) return;
  attempt(faults, [&] {
    if (!rows.is_object()) refuse(file, "it must be a mapping");
    for (const auto& [code, row] : rows.items()) attempt(faults, [&, &code = code, &row = row] { add_row(code, row, file); });
  });
}

void Words::add_row(const std::string& code, const Json& row, const std::string& file) {
  if (row.is_object())
    for (const auto& [key, value] : row.items())
      if (key != "status" && key != "en" && key != "zh-CN") refuse(file, "`" + code + "`: `" + key + "` is not one of status, en and zh-CN");
  Row words{status_of(row, code, file), text_member(row, "en"), text_member(row, "zh-CN"), file};
  if (words.en.empty() || words.zh.empty()) refuse(file, "`" + code + "` must have en and zh-CN");
  if (const std::string place = other_place(words.en, words.zh); !place.empty())
    refuse(file, "`" + code + "` has {" + place + "} in one language and not in the other");
  const auto [at, added] = rows_.emplace(code, std::move(words));
  if (!added) refuse(file, "`" + code + "` is already defined in " + at->second.file);
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
