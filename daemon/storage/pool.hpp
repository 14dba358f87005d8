// The connection pool: Database over libpqxx. One thread uses a connection at a time. Any thread.
//
// A broken connection is discarded, because libpqxx 6 would silently reconnect without the session's settings; so are
// all idle connections, which lead to the same server.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/log.hpp"
#include "podload/metrics.hpp"
#include "podload/mutex.hpp"

namespace podload {

class ConnectionPool final : public Database {
 public:
  /// Connects when needed, with at most `size` connections; no statement runs longer than five seconds. Throws
  /// Error{"bad_config_value"} for a connection string that libpq does not accept. `metrics` may be null; it must not be read
  /// once the pool is destroyed.
  ConnectionPool(std::string connection_string, std::size_t size, Log& log, Metrics* metrics = nullptr);
  ~ConnectionPool() override;

 protected:
  void run(const std::function<void(Transaction&)>& work) override;

 private:
  using Connection = std::unique_ptr<pqxx::connection>;
  Connection take();
  void wait_for_connection(MutexLock& lock) PODLOAD_REQUIRES(mutex_);
  void give_back(Connection connection);
  void drop_idle();

  const std::string connection_string_;
  const std::size_t size_;
  Log& log_;
  Histogram* waits_ = nullptr;  ///< Null without metrics.
  Mutex mutex_;
  Condition returned_;
  std::vector<Connection> idle_ PODLOAD_GUARDED_BY(mutex_);
  std::size_t out_ PODLOAD_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_ PODLOAD_GUARDED_BY(mutex_) = 0;
};

enum class DatabaseState { writable, read_only, unavailable };

/// The database's state now. If it is read-only, idle connections are dropped, so that the next ones may find another
/// of the hosts in the connection string.
DatabaseState state_of(Database& database) noexcept;

}  // namespace podload
