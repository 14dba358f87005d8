// PostgreSQL with the daemon's role, which may use the plugins' tables but not alter them.
//
// Any thread. Each call takes a pooled connection for its duration and waits at most two seconds for one. Throws
// DatabaseUnavailable (503) if there is no connection, it breaks, it is read-only (a standby), or a statement
// exceeds its time limit: nothing was changed. Throws Error{"commit_unknown"} (503) if the connection broke during
// COMMIT: the change may have been made. A serialization failure or deadlock is retried, so `work` may run more than
// once and must have no effect outside the transaction. An exception from `work` rolls back and is rethrown. So is any
// other pqxx::sql_error: a store that expects one (a unique violation) catches it.
#pragma once

#include <functional>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <type_traits>

namespace podload {

using Transaction = pqxx::work;

class Database {
 public:
  virtual ~Database() = default;

  /// Runs `work(Transaction&)` and commits; returns what it returned.
  template <class Work>
  auto transact(Work&& work) {
    using Result = std::invoke_result_t<Work&, Transaction&>;
    if constexpr (std::is_void_v<Result>) {
      run([&](Transaction& tx) { work(tx); });
    } else {
      std::optional<Result> result;
      run([&](Transaction& tx) { result.emplace(work(tx)); });
      return std::move(*result);
    }
  }

 protected:
  virtual void run(const std::function<void(Transaction&)>& work) = 0;
};

/// Runs one statement with parameters ($1, $2, ...). The only place that depends on the libpqxx version's API.
template <class... Args>
pqxx::result query(pqxx::transaction_base& tx, const std::string& sql, const Args&... args) {
  return tx.exec_params(sql, args...);
}

/// SQL that formats the timestamptz `expression` as RFC 3339 in UTC with milliseconds.
inline std::string rfc3339_of(const std::string& expression) {
  return "to_char((" + expression + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

}  // namespace podload
