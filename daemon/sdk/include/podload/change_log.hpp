// The log row of a change that is refused: the change records its own success in its own transaction,
// this records what it throws. Owned by whoever changes things; any thread.
#pragma once

#include <exception>

#include "podload/audit_log.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class ChangeLog {
 public:
  ChangeLog(Database& database, Log& log) : database_(database), log_(log) {}

  /// What a row tells of an error: its code and arguments, as they are said again to who reads it.
  static Json told(const Error& error) { return {{"code", error.code()}, {"args", error.args()}}; }

  /// Runs `work`; what it throws is recorded and passed on. `tells` says what a row may tell of an
  /// error whose arguments could quote what must not be kept.
  template <class Work>
  auto logged(const AuditEntry& entry, AuditLog& audit, Work work, Json (*tells)(const Error&) = told) const {
    try {
      return work();
    } catch (const Error& error) {
      refused(entry, audit, "refused", tells(error));
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
    } catch (const std::exception& error) {  // what was refused stays refused
      log_.error("a refusal could not be logged", {{"action", entry.action}, {"what", error.what()}});
    }
  }

  Database& database_;
  Log& log_;
};

}  // namespace podload
