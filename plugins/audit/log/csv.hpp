// CSV as RFC 4180 has it, made safe for spreadsheets. Free functions; any thread; throw nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload::audit {

/// One record with its line end. Every cell is quoted. What a spreadsheet would take for a formula gets an
/// apostrophe before it, so that it shows what it says and does nothing: at the start of a cell, and behind
/// every ";", tab and line break in it, where one with other settings begins a cell of its own.
std::string csv_record(const std::vector<std::string>& cells);

/// What a file begins with for Excel to take it as UTF-8.
inline constexpr std::string_view kCsvMark = "\xEF\xBB\xBF";

}  // namespace podload::audit
