#include "log/flask_log.hpp"

#include <algorithm>
#include <map>

#include "log/log_time.hpp"
#include "podload/digest.hpp"
#include "podload/error.hpp"
#include "podload/files.hpp"
#include "podload/parse_json.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kLongestAction = 64;

bool is_action(const std::string& name) {
  return !name.empty() && name.size() <= kLongestAction && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Json read(const std::filesystem::path& file) {
  Json rows = parse_json(read_file(file));
  if (!rows.is_array()) throw NotJson();
  return rows;
}

/// The row for the log, or why it is refused.
struct Reading {
  ImportedRow row;
  std::string refused;
};

Reading read_row(const Json& source) {
  Reading reading;
  // The predecessor wrote local time without a zone: UTC+8.
  const auto moment = parse_log_time(text_member(source, "timestamp"));
  reading.row.action = action_name(text_member(source, "action"));
  reading.row.username = text_member(source, "username");
  reading.row.resource = text_member(source, "resource");
  if (!source.is_object()) {
    reading.refused = "import_log_no_row";
  } else if (!moment) {
    reading.refused = "import_log_no_time";
  } else if (!is_action(reading.row.action)) {
    reading.refused = "import_log_no_action";
  } else {
    reading.row.at = utc_micros(moment->begin);
    if (const auto details = source.find("details"); details != source.end() && !details->is_null())
      reading.row.details = {{details->is_structured() ? "imported" : "imported_text", *details}};
    else
      reading.row.details = Json::object();
  }
  return reading;
}

}  // namespace

FlaskLog::Result FlaskLog::import(const std::filesystem::path& file, const std::string& actor) {
  const Json sources = read(file);
  return database_.transact([&](Transaction& tx) {
    Result result;
    std::map<std::string, int> seen;
    const std::string now = store_.now(tx);
    for (const Json& source : sources) {
      ++result.found;
      Reading reading = read_row(source);
      if (reading.refused.empty() && (reading.row.at > now || reading.row.at < kOldestImport))
        reading.refused = "import_log_no_time";
      if (!reading.refused.empty()) {
        result.refused.push_back({result.found, reading.refused});
        continue;
      }
      // Two identical rows count as two.
      const std::string text = print_json(source);
      reading.row.source = sha256(text + "\n" + std::to_string(++seen[text]));
      ++(store_.import(tx, reading.row) ? result.added : result.known);
    }
    AuditEntry entry;
    entry.action = "import_logs";
    entry.outcome = "ok";
    entry.username = actor;
    entry.details = {
        {"rows_found", result.found}, {"rows_added", result.added}, {"rows_refused", result.refused.size()}};
    store_.record(tx, entry);
    return result;
  });
}

std::optional<std::filesystem::path> flask_log_file(const std::filesystem::path& folder) {
  for (const std::filesystem::path& file : {folder / "config" / "logs.json", folder / "logs.json"})
    if (std::filesystem::exists(file)) return file;
  return std::nullopt;
}

}  // namespace podload::audit
