#include "csv.hpp"

#include <algorithm>
#include <array>

namespace podload::audit {
namespace {

/// What begins a formula, also in the wide forms of Chinese and Japanese input, and what spreadsheets
/// skip before one.
constexpr std::array<std::string_view, 11> kBegins{
    "=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0", "\t", "\r", "\n"};

bool would_run(std::string_view cell) {
  const auto first = cell.find_first_not_of(' ');
  if (first == std::string_view::npos) return false;
  cell = cell.substr(first);
  return std::any_of(kBegins.begin(), kBegins.end(), [&](std::string_view begin) { return cell.starts_with(begin); });
}

}  // namespace

std::string csv_record(const std::vector<std::string>& cells) {
  std::string record;
  for (const std::string& cell : cells) {
    record += record.empty() ? "\"" : ",\"";
    if (would_run(cell)) record += '\'';
    for (const char c : cell) {
      if (c == '"') record += '"';
      record += c;
    }
    record += '"';
  }
  return record + "\r\n";
}

}  // namespace podload::audit
