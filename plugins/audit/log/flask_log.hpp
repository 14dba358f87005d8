// Imports the predecessor's log, logs.json, as rows that are marked as imported and keep their time. Owned by the
// command; one thread. Throws what Database throws, and Error{"file_unreadable"} or Error{"not_json"} for the file.
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
    std::string why;  ///< A code of words.yaml
  };
  struct Result {
    int found = 0;
    int added = 0;
    int known = 0;  ///< Imported before
    std::vector<Refusal> refused;
  };

  FlaskLog(Database& database, AuditStore& store) : database_(database), store_(store) {}

  /// `actor` is named in the row that logs the import.
  Result import(const std::filesystem::path& file, const std::string& actor);

 private:
  Database& database_;
  AuditStore& store_;
};

/// The log's file in the predecessor's folder or its config folder; nothing if there is none.
std::optional<std::filesystem::path> flask_log_file(const std::filesystem::path& folder);

}  // namespace podload::audit
