#include "log/csv.hpp"

#include <algorithm>
#include <array>

#include "podload/text.hpp"

namespace podload::audit {
namespace {

/// Characters that start a formula, also the wide forms of Chinese and Japanese input.
constexpr std::array<char32_t, 8> kBegins{U'=', U'+', U'-', U'@', U'\uFF1D', U'\uFF0B', U'\uFF0D', U'\uFF20'};

/// Where a spreadsheet may start a new cell despite the quotes: with ";" as its separator it treats the quotes of a
/// file with "," as text.
constexpr std::string_view kSeparators = ";\t\r\n";

/// Characters that spreadsheets skip, or may skip, before a formula: white space, controls, zero-width marks, quotes.
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

/// Puts an apostrophe before every formula at the start of the cell or of a part that may become a cell.
std::string defused(std::string_view cell) {
  std::string text;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::string_view rest = cell.substr(at);
    if (would_run(rest)) text += '\'';
    const std::size_t end = std::min(rest.find_first_of(kSeparators), rest.size());
    text += rest.substr(0, end + 1);  // including the separator, if any
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
