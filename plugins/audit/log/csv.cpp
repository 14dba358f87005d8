#include "log/csv.hpp"

#include <algorithm>
#include <array>

#include "podload/text.hpp"

namespace podload::audit {
namespace {

/// What begins a formula, also in the wide forms of Chinese and Japanese input.
constexpr std::array<char32_t, 8> kBegins{U'=', U'+', U'-', U'@', U'\uFF1D', U'\uFF0B', U'\uFF0D', U'\uFF20'};

/// Where a spreadsheet may begin a new cell, whatever the quotes say: with ";" as its separator it takes
/// the quotes of a file with "," for text.
constexpr std::string_view kSeparators = ";\t\r\n";

/// What spreadsheets skip before a formula, or may: white space, controls, marks without width, quotes.
bool skipped(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF || c == 0xFFFD || c == U'"';
}

bool would_run(std::string_view cell) {
  for (std::size_t at = 0; at < cell.size();) {
    const char32_t c = next_code_point(cell, at);
    if (!skipped(c)) return std::find(kBegins.begin(), kBegins.end(), c) != kBegins.end();
  }
  return false;
}

/// An apostrophe before whatever would be a formula at the start of the cell, or of what may become one.
std::string defused(std::string_view cell) {
  std::string text;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::string_view rest = cell.substr(at);
    if (would_run(rest)) text += '\'';
    const std::size_t end = std::min(rest.find_first_of(kSeparators), rest.size());
    text += rest.substr(0, end + 1);  // with the separator, where there is one
    at += end + 1;
  }
  return text;
}

}  // namespace

std::string csv_record(const std::vector<std::string>& cells) {
  std::string record;
  for (const std::string& cell : cells) {
    record += record.empty() ? "\"" : ",\"";
    for (const char c : defused(cell)) {
      if (c == '"') record += '"';
      record += c;
    }
    record += '"';
  }
  return record + "\r\n";
}

}  // namespace podload::audit
