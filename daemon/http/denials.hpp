// The log rows of what was refused for want of permission. The first refusal of a kind is written at
// once; the same again within a minute is only counted, and the next row says how often: nobody can
// bury the log under what they may not do. Owned by the Dispatcher; any thread; does not throw.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "podload/audit_log.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class Denials {
 public:
  /// Writes nothing where one of the two is null.
  Denials(AuditLog* audit, Database* database, Log& log) : audit_(audit), database_(database), log_(log) {}

  void record(const Request& request, const Error& error) noexcept;

 private:
  struct Repeated {
    std::chrono::steady_clock::time_point written;
    int since = 0;
  };
  /// How often it was only counted since the last row; -1 where it is only counted now too.
  int due(const std::string& kind);

  AuditLog* const audit_;
  Database* const database_;
  Log& log_;
  std::mutex mutex_;
  std::map<std::string, Repeated> seen_;  ///< By user, operation and cluster.
};

}  // namespace podload
