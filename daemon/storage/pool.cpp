#include "storage/pool.hpp"

#include <poll.h>

#include <exception>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr auto kWaitForConnection = std::chrono::seconds(2);
constexpr int kTries = 4;  // of a transaction that lost against another

Error unavailable(const std::exception& error) {
  return Error("database_unavailable", Json::object(), error.what()).with_retry_after(1);
}

/// Whether the server has gone since: an idle connection has nothing to say but its own end.
bool is_stale(const pqxx::connection& connection) {
  pollfd socket{connection.sock(), POLLIN, 0};
  return !connection.is_open() || poll(&socket, 1, 0) != 0;
}

}  // namespace

// No JIT: statements here take milliseconds, and where PostgreSQL overestimates one it compiled for a
// hundred times as long as it then ran.
std::string with_limits(const std::string& text) {
  return text +
         " connect_timeout=2 application_name=podloadd"
         " options='-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000 -c jit=off'";
}

bool answers(Database& database) noexcept {
  try {
    database.transact([](Transaction& tx) { tx.exec("SELECT 1"); });
    return true;
  } catch (const std::exception&) {  // whatever it is, it is no answer
    return false;
  }
}

ConnectionPool::ConnectionPool(std::string connection_string, std::size_t size, Log& log)
    : connection_string_(with_limits(connection_string)), size_(size), log_(log) {}

ConnectionPool::~ConnectionPool() = default;

ConnectionPool::Connection ConnectionPool::take() {
  {
    std::unique_lock lock(mutex_);
    const bool got = returned_.wait_for(lock, kWaitForConnection, [&] { return !idle_.empty() || out_ < size_; });
    if (!got) throw Error("database_unavailable", Json::object(), "every connection is in use").with_retry_after(1);
    ++out_;
    while (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      if (!is_stale(*connection)) return connection;
    }
  }
  try {
    return std::make_unique<pqxx::connection>(connection_string_);
  } catch (const std::exception& error) {
    give_back(nullptr);
    throw unavailable(error);
  }
}

void ConnectionPool::give_back(Connection connection) {
  const std::lock_guard lock(mutex_);
  --out_;
  if (connection && connection->is_open()) idle_.push_back(std::move(connection));
  returned_.notify_one();
}

void ConnectionPool::run(const std::function<void(Transaction&)>& work) {
  for (int attempt = 1;; ++attempt) {
    Connection connection = take();
    try {
      Transaction tx(*connection);
      work(tx);
      tx.commit();
      give_back(std::move(connection));
      return;
    } catch (const pqxx::serialization_failure&) {
      give_back(std::move(connection));
      if (attempt >= kTries) throw;
    } catch (const pqxx::deadlock_detected&) {
      give_back(std::move(connection));
      if (attempt >= kTries) throw;
    } catch (const pqxx::in_doubt_error& error) {
      give_back(nullptr);
      log_.warn("a COMMIT's answer was lost", {{"error", error.what()}});
      throw unavailable(error);
    } catch (const pqxx::broken_connection& error) {
      give_back(nullptr);
      throw unavailable(error);
    } catch (const pqxx::sql_error& error) {
      give_back(std::move(connection));
      const std::string state = error.sqlstate();
      // 57014: the statement took too long; 55P03: a lock did; 57P01..03: the server stops or starts;
      // 53xxx: it lacks memory, disk or connections.
      if (state == "57014" || state == "55P03" || state.starts_with("57P") || state.starts_with("53")) throw unavailable(error);
      throw;
    } catch (...) {
      give_back(std::move(connection));
      throw;
    }
  }
}

}  // namespace podload
