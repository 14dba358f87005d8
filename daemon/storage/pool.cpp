#include "storage/pool.hpp"

#include <poll.h>

#include <exception>
#include <string_view>

#include "podload/error.hpp"
#include "storage/connection_settings.hpp"

namespace podload {
namespace {

constexpr auto kWaitForConnection = std::chrono::seconds(2);
constexpr int kTries = 4;  // attempts at a transaction that lost a conflict with another

enum class Meaning { of_the_statement, too_slow_or_full, server_is_away };

Meaning meaning_of(std::string_view state) {
  // 25006: it is read-only (after a failover another server takes writes). 57P: it stops or starts; 08: the connection;
  // 28, 3D000: it does not know the role or the database (a pooler reports this about the server behind it).
  for (const std::string_view begin : {"25006", "57P", "08", "28", "3D000"})
    if (state.starts_with(begin)) return Meaning::server_is_away;
  // 57014: the statement timed out; 55P03: a lock did; 53: out of memory, disk or connections.
  for (const std::string_view begin : {"57014", "55P03", "53"})
    if (state.starts_with(begin)) return Meaning::too_slow_or_full;
  return Meaning::of_the_statement;
}

/// Whether the server has closed the connection: an idle connection has nothing else to read.
bool is_stale(const pqxx::connection& connection) {
  pollfd socket{connection.sock(), POLLIN, 0};
  return !connection.is_open() || poll(&socket, 1, 0) != 0;
}

}  // namespace

DatabaseState state_of(Database& database) noexcept {
  try {
    const bool writable = database.transact([](Transaction& tx) {
      return tx.exec("SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'")[0][0].as<bool>();
    });
    if (writable) return DatabaseState::writable;
  } catch (const std::exception&) {  // any failure counts as no answer
    return DatabaseState::unavailable;
  }
  try {
    // The pool's connections lead to a read-only server; this makes the pool drop them.
    database.transact([](Transaction& tx) { tx.exec("DO $$ BEGIN RAISE SQLSTATE '25006' USING MESSAGE = 'the database takes no writes'; END $$"); });
  } catch (const std::exception&) {  // on purpose
  }
  return DatabaseState::read_only;
}

ConnectionPool::ConnectionPool(std::string connection_string, std::size_t size, Log& log, Metrics* metrics)
    : connection_string_(podload::connection_string(connection_string, "database")), size_(size), log_(log) {
  if (metrics == nullptr) return;
  waits_ = &metrics->histogram("podload_database_wait_seconds", "How long transactions waited for a connection of the pool, where all were in use");
  metrics->collect([this](Metrics::Reading& reading) {
    const MutexLock lock(mutex_);
    reading.gauge("podload_database_connections", "Connections of the pool", static_cast<double>(out_), {{"state", "in_use"}});
    reading.gauge("podload_database_connections", "Connections of the pool", static_cast<double>(idle_.size()), {{"state", "idle"}});
    reading.gauge("podload_database_waiting", "Transactions that wait for a connection of the pool", static_cast<double>(waiting_));
  });
}

ConnectionPool::~ConnectionPool() = default;

void ConnectionPool::wait_for_connection(MutexLock& lock) {
  const auto free = [&]() PODLOAD_REQUIRES(mutex_) { return !idle_.empty() || out_ < size_; };
  if (free()) return;
  const auto began = std::chrono::steady_clock::now();
  ++waiting_;
  const bool got = returned_.wait_for(lock, kWaitForConnection, free);
  --waiting_;
  if (waits_ != nullptr) waits_->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  if (!got) throw DatabaseUnavailable("every connection is in use");
}

ConnectionPool::Connection ConnectionPool::take() {
  {
    MutexLock lock(mutex_);
    wait_for_connection(lock);
    ++out_;
    while (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      if (!is_stale(*connection)) return connection;
    }
  }
  try {
    auto connection = std::make_unique<pqxx::connection>(connection_string_);
    set_limits(*connection);
    return connection;
  } catch (const std::exception& error) {
    give_back(nullptr);
    throw DatabaseUnavailable(error.what());
  }
}

void ConnectionPool::drop_idle() {
  std::vector<Connection> dropped;  // closed after the lock is released
  const MutexLock lock(mutex_);
  dropped.swap(idle_);
}

void ConnectionPool::give_back(Connection connection) {
  const MutexLock lock(mutex_);
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
      drop_idle();
      log_.warn("the reply to a COMMIT was lost", {{"error", error.what()}});
      throw Error("commit_unknown", Json::object(), error.what());
    } catch (const pqxx::broken_connection& error) {
      give_back(nullptr);
      drop_idle();
      throw DatabaseUnavailable(error.what());
    } catch (const pqxx::sql_error& error) {
      const Meaning meaning = meaning_of(error.sqlstate());
      give_back(meaning == Meaning::server_is_away ? nullptr : std::move(connection));
      if (meaning == Meaning::server_is_away) drop_idle();
      if (meaning != Meaning::of_the_statement) throw DatabaseUnavailable(error.what());
      throw;
    } catch (...) {
      give_back(std::move(connection));
      throw;
    }
  }
}

}  // namespace podload
