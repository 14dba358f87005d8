#include "storage/pool.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

namespace {

testing::QuietLog quiet;

/// The superuser's connection string.
std::string server() {
  const char* given = std::getenv("PODLOAD_TEST_DATABASE");
  if (given == nullptr || *given == '\0') throw std::runtime_error("PODLOAD_TEST_DATABASE is not set; cases tagged [database] need it");
  return given;
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  return address;
}

/// A proxy for one connection to PostgreSQL; if `lose` is set, it cuts the connection once COMMIT has been executed.
class Between {
 public:
  explicit Between(std::string real) : real_(std::move(real)), folder_(make_folder()) {
    const sockaddr_un address = address_of(folder_ + "/.s.PGSQL.5432");
    REQUIRE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(listener_, 8) == 0);
    thread_ = std::thread([this] { pass_on(); });
  }
  ~Between() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    std::filesystem::remove_all(folder_);
  }
  Between(const Between&) = delete;
  Between& operator=(const Between&) = delete;

  const std::string& folder() const { return folder_; }
  std::atomic<bool> lose{false};

 private:
  static std::string make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "podload-pool.XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    return name;
  }

  void pass_on() {
    for (;;) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      const int postgres = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_un address = address_of(real_);
      if (connect(postgres, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) pass_between(client, postgres);
      close(client);
      close(postgres);
    }
  }

  void pass_between(int client, int postgres) {
    std::array<char, 65536> buffer{};
    bool committed = false;
    for (;;) {
      std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {postgres, POLLIN, 0}}};
      poll(ends.data(), ends.size(), -1);
      for (std::size_t i = 0; i < 2; ++i) {
        if (ends[i].revents == 0) continue;
        const ssize_t got = recv(ends[i].fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) return;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        if (i == 1 && committed) return;  // the answer to COMMIT
        if (i == 0 && lose && bytes.find("COMMIT") != std::string_view::npos) committed = true;
        send(ends[1 - i].fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      }
    }
  }

  const std::string real_, folder_;
  const int listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::thread thread_;
};

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "done";
}

std::string one(Database& database, const std::string& sql) {
  return database.transact([&](Transaction& tx) { return std::string(tx.exec(sql)[0][0].c_str()); });
}

}  // namespace

TEST_CASE("every session has its limits, and a broken connection is replaced", "[database]") {
  const std::string text = server();
  ConnectionPool pool(text, 2, quiet);
  CHECK(one(pool, "SHOW statement_timeout") == "5s");
  CHECK(one(pool, "SHOW lock_timeout") == "3s");
  CHECK(one(pool, "SHOW jit") == "off");
  const std::string before = one(pool, "SELECT pg_backend_pid()");
  CHECK(code_of([&] { one(pool, "SELECT pg_terminate_backend(pg_backend_pid())"); }) == "database_unavailable");
  CHECK(one(pool, "SELECT pg_backend_pid()") != before);
}

TEST_CASE("a read-only database is replaced by another host, and nothing was changed", "[database]") {
  const std::string text = server();
  ConnectionPool pool(text, 2, quiet);
  CHECK(state_of(pool) == DatabaseState::writable);
  const std::string before = one(pool, "SELECT pg_backend_pid()");
  CHECK(code_of([&] { one(pool, "SET TRANSACTION READ ONLY; CREATE TABLE pool_test (x integer); SELECT 1"); }) == "database_unavailable");
  CHECK(one(pool, "SELECT pg_backend_pid()") != before);

  ConnectionPool read_only(text + " target_session_attrs=any options='-c default_transaction_read_only=on'", 2, quiet);
  const std::string its = one(read_only, "SELECT pg_backend_pid()");
  CHECK(state_of(read_only) == DatabaseState::read_only);
  CHECK(one(read_only, "SELECT pg_backend_pid()") != its);
  ConnectionPool wanting(text + " options='-c default_transaction_read_only=on'", 2, quiet);
  CHECK(code_of([&] { one(wanting, "SELECT 1"); }) == "database_unavailable");
  ConnectionPool nowhere(text + " host=/nonexistent", 2, quiet);
  CHECK(state_of(nowhere) == DatabaseState::unavailable);
}

TEST_CASE("SQLSTATEs of an unavailable server are distinguished from a statement's own", "[database]") {
  const std::string text = server();
  ConnectionPool pool(text, 2, quiet);
  const auto raised = [&](const std::string& state) {
    return code_of([&] {
      try {
        one(pool, "DO $$ BEGIN RAISE SQLSTATE '" + state + "'; END $$; SELECT 1");
      } catch (const pqxx::sql_error&) {
        throw Error("sql_error");
      }
    });
  };
  for (const char* state : {"25006", "57P01", "57P02", "57P03", "08006", "53300", "28000", "28P01", "3D000", "57014", "55P03"}) CHECK(raised(state) == "database_unavailable");
  for (const char* state : {"22012", "P0001", "42501"}) CHECK(raised(state) == "sql_error");
}

TEST_CASE("a COMMIT whose answer is lost is reported as commit_unknown", "[database]") {
  const std::string text = server();
  ConnectionPool direct(text, 1, quiet);
  const std::string folder = one(direct, "SHOW unix_socket_directories"), port = one(direct, "SHOW port");
  Between between(folder + "/.s.PGSQL." + port);
  one(direct, "DROP TABLE IF EXISTS public.pool_test; CREATE TABLE public.pool_test (x integer); SELECT 1");
  ConnectionPool pool(text + " host=" + between.folder() + " port=5432", 1, quiet);
  CHECK(one(pool, "SELECT 1") == "1");
  between.lose = true;
  CHECK(code_of([&] { one(pool, "INSERT INTO public.pool_test VALUES (1) RETURNING x"); }) == "commit_unknown");
  between.lose = false;
  CHECK(one(pool, "SELECT count(*) FROM public.pool_test") == "1");
  one(direct, "DROP TABLE public.pool_test; SELECT 1");
}

TEST_CASE("a transaction that waits for a connection is measured, one that does not is not", "[database]") {
  testing::RememberingMetrics metrics;
  ConnectionPool pool(server(), 1, quiet, &metrics);
  CHECK(one(pool, "SELECT 1") == "1");
  CHECK(metrics.observed("podload_database_wait_seconds") == 0);
  CHECK(metrics.value("podload_database_connections{state=idle}") == 1);
  std::thread second;
  pool.transact([&](Transaction&) {
    second = std::thread([&] { one(pool, "SELECT 2"); });
    while (metrics.value("podload_database_waiting") == 0) std::this_thread::yield();
    CHECK(metrics.value("podload_database_connections{state=in_use}") == 1);
  });
  second.join();
  CHECK(metrics.observed("podload_database_wait_seconds") == 1);
  CHECK(metrics.value("podload_database_wait_seconds") > 0);
}
