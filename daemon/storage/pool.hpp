// The connection pool: Database over libpqxx. One thread a connection at a time. Any thread.
//
// A connection that broke is thrown away, since libpqxx 6 would silently connect again without
// the session's settings.
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
  /// Connects lazily, `size` connections at most; no statement runs longer than five seconds.
  ConnectionPool(std::string connection_string, std::size_t size, Log& log);
  ~ConnectionPool() override;

 protected:
  void run(const std::function<void(Transaction&)>& work) override;

 private:
  using Connection = std::unique_ptr<pqxx::connection>;
  Connection take();
  void give_back(Connection connection);

  const std::string connection_string_;
  const std::size_t size_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t out_ = 0;
};

/// Whether the database answers at this moment.
bool answers(Database& database) noexcept;

/// `text` with the daemon's limits added: statement and lock timeouts, its name, a connect timeout.
std::string with_limits(const std::string& text);

}  // namespace podload
