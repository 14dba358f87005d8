// CSV by RFC 4180, made safe for spreadsheets. Free functions; any thread; throw nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload::audit {

/// One record with its line end. Every cell is quoted. Text that a spreadsheet would run as a formula gets an
/// apostrophe in front, so that it is only shown: at the start of a cell, and after every ";", tab and line break in
/// it, where a spreadsheet with other settings starts a new cell.
std::string csv_record(const std::vector<std::string>& cells);

/// The start of a file, by which Excel recognizes UTF-8.
inline constexpr std::string_view kCsvMark = "\xEF\xBB\xBF";

}  // namespace podload::audit
