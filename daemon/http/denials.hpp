// The log rows of what was refused for want of permission. The first refusal of a kind is written at
// once; the same again within a minute is only counted, and the next row says how often. One user has
// 30 rows in a minute at most; what is left out is said in a row of its own when the minute is over.
// So nobody can bury the log under what they may not do. Owned by the Dispatcher; any thread; does
// not throw.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class Denials {
 public:
  /// Writes nothing where one of the first two is null.
  Denials(AuditLog* audit, Database* database, const Clock& clock, Log& log) : audit_(audit), database_(database), clock_(clock), log_(log) {}

  void record(const Request& request, const Error& error) noexcept;

  /// Writes the rows of what was left out in minutes that are over; called now and then.
  void write_left_out() noexcept;

  /// The row of a refusal, or nothing where it is only counted.
  std::optional<AuditEntry> row_of(const Request& request, const Error& error);
  /// The rows of minutes that are over.
  std::vector<AuditEntry> left_out();

 private:
  struct Repeated {
    SteadyTime written;
    int since = 0;  ///< How often it was only counted since then.
  };
  struct Minute {
    SteadyTime began;
    int rows = 0, left_out = 0;
    AuditEntry last;  ///< Of what was left out.
  };
  void write(const AuditEntry& entry);

  AuditLog* const audit_;
  Database* const database_;
  const Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::map<std::string, Repeated> seen_;   ///< By user, operation and cluster ("?" for one that the user does not see).
  std::map<std::string, Minute> minutes_;  ///< By user.
};

}  // namespace podload
