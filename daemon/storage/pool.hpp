// The connection pool: Database over libpqxx. A connection is used by one thread at a time. Any thread.
//
// A connection that broke is thrown away, since libpqxx 6 would silently connect again without
// the session's settings; and with it all idle ones, which lead to the same server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/log.hpp"

namespace podload {

class ConnectionPool final : public Database {
 public:
  /// Connects lazily, `size` connections at most; no statement runs longer than five seconds. Throws
  /// Error{"bad_config_value"} for a connection string that libpq does not understand.
  ConnectionPool(std::string connection_string, std::size_t size, Log& log);
  ~ConnectionPool() override;

 protected:
  void run(const std::function<void(Transaction&)>& work) override;

 private:
  using Connection = std::unique_ptr<pqxx::connection>;
  Connection take();
  void give_back(Connection connection);
  void drop_idle();

  const std::string connection_string_;
  const std::size_t size_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t out_ = 0;
};

enum class DatabaseState { writable, read_only, away };

/// What the database can do at this moment. One that takes no writes is left for another, where the
/// connection string has several hosts.
DatabaseState state_of(Database& database) noexcept;

}  // namespace podload
