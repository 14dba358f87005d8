// The predecessor's log, logs.json, taken over into this one: rows that are marked as imported, with
// the time that they tell. Owned by the command; one thread. Throws what Database throws, and
// Error{"file_unreadable"} or Error{"not_json"} for the file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "log/audit_store.hpp"

namespace podload::audit {

class FlaskLog {
 public:
  struct Refusal {
    int number = 0;   ///< Of the row in the file, from 1
    std::string why;  ///< A code with words
  };
  struct Result {
    int found = 0;
    int added = 0;
    int known = 0;  ///< Imported before
    std::vector<Refusal> refused;
  };

  FlaskLog(Database& database, AuditStore& store) : database_(database), store_(store) {}

  /// `actor` is named in the row that says so.
  Result import(const std::filesystem::path& file, const std::string& actor);

 private:
  Database& database_;
  AuditStore& store_;
};

/// The log's file in the predecessor's folder or its config folder; nothing where there is none.
std::optional<std::filesystem::path> flask_log_file(const std::filesystem::path& folder);

}  // namespace podload::audit
