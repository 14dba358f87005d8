// Log rows for requests that are denied for lack of permission. The first denial of a kind is written at once; repeats
// within a minute are only counted, and the next row has the count. Each user gets at most 30 rows per minute; another
// row at the end of the minute counts the omitted ones. So nobody can flood the log with denied requests. Owned by the
// Dispatcher; any thread; does not throw.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class Denials {
 public:
  /// Writes nothing if `audit` or `database` is null.
  Denials(AuditLog* audit, Database* database, const Clock& clock, Log& log) : audit_(audit), database_(database), clock_(clock), log_(log) {}

  void record(const Request& request, const Error& error) noexcept;

  /// Writes the rows that count omitted denials of past minutes; called periodically.
  void write_left_out() noexcept;

  /// The row for a denial, or nothing if it is only counted.
  std::optional<AuditEntry> row_of(const Request& request, const Error& error);
  /// The rows of past minutes.
  std::vector<AuditEntry> left_out();

 private:
  struct Repeated {
    SteadyTime written;
    int since = 0;  ///< Denials that were only counted since then.
  };
  struct Minute {
    SteadyTime began;
    int rows = 0, left_out = 0;
    AuditEntry last;  ///< The last omitted denial.
  };
  void write(const AuditEntry& entry);

  AuditLog* const audit_;
  Database* const database_;
  const Clock& clock_;
  Log& log_;
  Mutex mutex_;
  std::map<std::string, Repeated> seen_ PODLOAD_GUARDED_BY(mutex_);   ///< By user, operation and cluster ("?" for a cluster that the user does not see).
  std::map<std::string, Minute> minutes_ PODLOAD_GUARDED_BY(mutex_);  ///< By user.
};

}  // namespace podload
