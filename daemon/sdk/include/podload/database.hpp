// PostgreSQL, as the daemon's role: it can use the plugins' tables and change none of them.
//
// Any thread; each call takes a pooled connection for its duration, waits at most two seconds for
// one, and gives it back. Throws Error{"database_unavailable"} (503) where there is none, it
// breaks, it takes no writes (a standby), or a statement exceeds its time: nothing was changed
// then. Throws Error{"commit_unknown"} (503) where the connection broke during COMMIT: it may have
// been carried out. A serialization failure or deadlock is tried again (so `work` may run more
// than once and must have no effect outside the transaction).
// What `work` itself throws rolls back and passes on. pqxx::sql_error other than those passes on
// too: a store that expects one (a unique violation) catches it.
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

/// Runs one statement with parameters ($1, $2, ...). The one place that knows how this version of
/// libpqxx spells it.
template <class... Args>
pqxx::result query(pqxx::transaction_base& tx, const std::string& sql, const Args&... args) {
  return tx.exec_params(sql, args...);
}

/// SQL that has the timestamptz of `expression` as a text: RFC 3339, UTC, milliseconds.
inline std::string rfc3339_of(const std::string& expression) {
  return "to_char((" + expression + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

}  // namespace podload
