// Logs changes that fail: a change records its own success in its own transaction; this records the error that it
// throws. Owned by the plugin that makes the changes; any thread.
#pragma once

#include <exception>

#include "podload/audit_log.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class ChangeLog {
 public:
  ChangeLog(Database& database, Log& log) : database_(database), log_(log) {}

  /// What a log row keeps of an error: its code and arguments, from which readers get its text in their language.
  static Json details_of(const Error& error) { return {{"code", error.code()}, {"args", error.args()}}; }

  /// Runs `work`, records an exception and rethrows it. `details` selects what the row keeps of an error, for errors
  /// whose arguments could quote something that must not be stored.
  template <class Work>
  auto logged(const AuditEntry& entry, AuditLog& audit, Work work, Json (*details)(const Error&) = details_of) const {
    try {
      return work();
    } catch (const Error& error) {
      refused(entry, audit, "refused", details(error));
      throw;
    } catch (const std::exception&) {
      refused(entry, audit, "failed", Json::object());
      throw;
    }
  }

 private:
  void refused(AuditEntry entry, AuditLog& audit, const char* outcome, const Json& details) const {
    entry.outcome = outcome;
    entry.details.update(details);
    try {
      database_.transact([&](Transaction& tx) { audit.record(tx, entry); });
    } catch (const std::exception& error) {  // the refusal stands even if it cannot be logged
      log_.error("a refusal could not be logged", {{"action", entry.action}, {"what", error.what()}});
    }
  }

  Database& database_;
  Log& log_;
};

}  // namespace podload
