#include "storage/migrations.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"
#include "storage/pool.hpp"

using namespace podload;

namespace {

/// A folder of migrations with files of the plugin `m`.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "podload-migrations-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    std::filesystem::create_directory(path_ / "m");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  Folder& write(const std::string& name, const std::string& sql) {
    std::ofstream(path_ / "m" / name, std::ios::binary) << sql;
    return *this;
  }
  std::filesystem::path file(const std::string& name) const { return path_ / "m" / name; }
  std::vector<Migration> read() const { return read_migrations(path_, "m", "migrations_m"); }

  /// The file that is wrong and what is wrong with it, joined by a colon.
  std::string problem() const {
    try {
      read();
    } catch (const Error& error) {
      CHECK(error.code() == "bad_migration");
      const std::filesystem::path named = text_member(error.args(), "file");
      CHECK(named.parent_path() == path_ / "m");
      return named.filename().string() + ": " + text_member(error.args(), "what");
    }
    return "none";
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a plugin's files are read in order, with the checksum of their bytes; others are ignored") {
  Folder folder;
  CHECK(folder.read().empty());
  folder.write("0002_second.sql", "SELECT 2;\r\n")
      .write("0001_first.sql", "SELECT 1;")
      .write("README.md", "x")
      .write("0003_draft.sql.bak", "x");
  std::filesystem::create_directory(folder.file("0004"));
  const std::vector<Migration> found = folder.read();
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "0001_first.sql");
  CHECK(found[0].sql == "SELECT 1;");
  CHECK(found[1].name == "0002_second.sql");
  CHECK(found[1].number == 2);
  CHECK(found[1].plugin == "m");
  CHECK(found[1].schema == "migrations_m");
  CHECK(found[1].sql == "SELECT 2;\r\n");
  CHECK(found[1].checksum == hex(sha256("SELECT 2;\r\n")));
  CHECK(read_migrations(folder.file(".."), "another", "migrations_m").empty());
}

TEST_CASE("a name other than NNNN_name.sql is refused") {
  for (const char* name :
       {"1_a.sql", "0001.sql", "0001-a.sql", "00001_a.sql", "000a_a.sql", "first.sql", "+001_a.sql"}) {
    INFO(name);
    CHECK(Folder().write(name, "x").problem() == std::string(name) + ": its name is not NNNN_name.sql");
  }
}

TEST_CASE("a gap, a duplicate number and a first number other than 1 are refused") {
  CHECK(Folder().write("0001_a.sql", "x").write("0003_c.sql", "x").problem() ==
        "0003_c.sql: its number is not the next one");
  CHECK(Folder().write("0001_a.sql", "x").write("0001_b.sql", "x").problem() ==
        "0001_b.sql: its number is not the next one");
  CHECK(Folder().write("0000_a.sql", "x").problem() == "0000_a.sql: its number is not the next one");
  CHECK(Folder().write("0002_a.sql", "x").problem() == "0002_a.sql: its number is not the next one");
}

TEST_CASE("a file that cannot be read is refused, not taken for an empty one") {
  const Folder gone;
  std::filesystem::create_symlink(gone.file("nowhere"), gone.file("0001_gone.sql"));
  CHECK(gone.problem() == "0001_gone.sql: it cannot be read");
  const Folder folder;
  std::filesystem::create_directory(folder.file("0001_folder.sql"));
  CHECK(folder.problem() == "0001_folder.sql: it cannot be read");
}

namespace {

/// The superuser's connection string.
std::string server() {
  const char* given = std::getenv("PODLOAD_TEST_DATABASE");
  if (given == nullptr || *given == '\0')
    throw std::runtime_error("PODLOAD_TEST_DATABASE is not set; cases tagged [database] need it");
  return given;
}

/// A database of its own, because a database has one history of migrations.
class Scratch {
 public:
  Scratch() {
    pqxx::connection link(server());
    {
      pqxx::work tx(link);
      tx.exec("SELECT pg_advisory_xact_lock(78201)");  // other test programs create the roles too
      for (const std::string role : {"podload_owner", "podloadd"})
        if (tx.exec("SELECT FROM pg_roles WHERE rolname = '" + role + "'").empty())
          tx.exec("CREATE ROLE " + role + " LOGIN");
      tx.commit();
    }
    pqxx::nontransaction(link).exec("CREATE DATABASE " + name_ + " OWNER podload_owner");
  }
  ~Scratch() {
    pqxx::connection link(server());
    pqxx::nontransaction(link).exec("DROP DATABASE " + name_ + " WITH (FORCE)");
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string as(const std::string& role) const {
    return server() + " dbname=" + name_ + " options='-c role=" + role + "'";
  }

  /// What apply_migrations prints, or the error's code, file and reason.
  std::string apply(const std::vector<Migration>& migrations) const {
    std::ostringstream out;
    try {
      const int count = apply_migrations(as("podload_owner"), migrations, out);
      CHECK(count == std::ranges::count(out.str(), '\n'));
    } catch (const Error& error) {
      out << error.code() << " " << text_member(error.args(), "plugin") << "/" << text_member(error.args(), "file")
          << " " << text_member(error.args(), "what");
    }
    return out.str();
  }
  /// The code and the file of the daemon's refusal; empty if it has none.
  std::string check(const std::vector<Migration>& migrations) {
    try {
      check_migrations(daemon_, migrations);
    } catch (const Error& error) {
      return error.code() + " " + text_member(error.args(), "plugin") + "/" + text_member(error.args(), "file");
    }
    return {};
  }
  /// The rows' first column in one line.
  std::string read(const std::string& sql, const std::string& role = "podload_owner") const {
    pqxx::connection link(as(role));
    pqxx::nontransaction tx(link);
    std::string all;
    for (const auto& row : tx.exec(sql)) all += (all.empty() ? "" : " ") + std::string(row[0].c_str());
    return all;
  }

 private:
  const std::string name_ = "podload_migrations_" + std::to_string(getpid()) + "_test";
  testing::QuietLog log_;
  ConnectionPool daemon_{as("podloadd"), 1, log_};
};

constexpr const char* kCreate = "CREATE TABLE migrations_m.a (x integer); GRANT SELECT ON migrations_m.a TO podloadd;";
constexpr const char* kInsert = "INSERT INTO migrations_m.a VALUES (1);";

}  // namespace

TEST_CASE("each file is applied once, in a schema of its plugin that the daemon may use", "[database]") {
  Scratch scratch;
  Folder folder;
  folder.write("0001_create.sql", kCreate);
  CHECK(scratch.apply(folder.read()) == "applied m/0001_create.sql\n");
  folder.write("0002_insert.sql", kInsert);
  CHECK(scratch.apply(folder.read()) == "applied m/0002_insert.sql\n");
  CHECK(scratch.apply(folder.read()).empty());
  CHECK(scratch.read("SELECT x FROM migrations_m.a", "podloadd") == "1");
  CHECK(scratch.read("SELECT name || checksum FROM podload.migrations WHERE number = 2") ==
        "0002_insert.sql" + hex(sha256(kInsert)));
  CHECK(scratch.check(folder.read()).empty());
}

TEST_CASE("two programs that migrate at the same time apply each file once", "[database]") {
  const Scratch scratch;
  Folder folder;
  folder.write("0001_create.sql", kCreate).write("0002_insert.sql", kInsert);
  const std::vector<Migration> migrations = folder.read();
  std::vector<std::future<std::string>> printed;
  for (int i = 0; i < 4; ++i) {
    printed.push_back(std::async(std::launch::async, [&] {
      std::ostringstream out;
      apply_migrations(scratch.as("podload_owner"), migrations, out);
      return out.str();
    }));
  }
  std::string all;
  for (auto& one : printed) all += one.get();
  CHECK(all == "applied m/0001_create.sql\napplied m/0002_insert.sql\n");
  CHECK(scratch.read("SELECT x FROM migrations_m.a") == "1");
}

TEST_CASE("a file that changed after it was applied is refused, and so are those after it", "[database]") {
  Scratch scratch;
  Folder folder;
  folder.write("0001_create.sql", kCreate);
  scratch.apply(folder.read());
  folder.write("0001_create.sql", std::string(kCreate) + "\n").write("0002_insert.sql", kInsert);
  CHECK(scratch.apply(folder.read()) == "migration_changed m/0001_create.sql ");
  CHECK(scratch.check(folder.read()) == "migration_changed m/0001_create.sql");
  CHECK(scratch.read("SELECT x FROM migrations_m.a").empty());
}

TEST_CASE("a file that fails is rolled back and named; those before it stay, and it can be corrected", "[database]") {
  Scratch scratch;
  Folder folder;
  folder.write("0001_create.sql", kCreate)
      .write("0002_insert.sql", std::string(kInsert) + " SELECT nothing FROM nowhere;")
      .write("0003_more.sql", kInsert);
  const std::string failed = scratch.apply(folder.read());
  INFO(failed);
  CHECK(failed.starts_with("applied m/0001_create.sql\nmigration_failed m/0002_insert.sql "));
  CHECK(failed.find("nowhere") != std::string::npos);
  CHECK(scratch.read("SELECT x FROM migrations_m.a").empty());
  CHECK(scratch.read("SELECT number FROM podload.migrations") == "1");
  CHECK(scratch.check(folder.read()) == "not_migrated m/0002_insert.sql");
  folder.write("0002_insert.sql", kInsert);
  CHECK(scratch.apply(folder.read()) == "applied m/0002_insert.sql\napplied m/0003_more.sql\n");
}

TEST_CASE("the daemon refuses a database that lacks a file, or was never migrated", "[database]") {
  Scratch scratch;
  Folder folder;
  folder.write("0001_create.sql", kCreate);
  CHECK(scratch.check({}).empty());
  CHECK(scratch.check(folder.read()) == "not_migrated m/0001_create.sql");
  scratch.apply(folder.read());
  folder.write("0002_insert.sql", kInsert);
  CHECK(scratch.check(folder.read()) == "not_migrated m/0002_insert.sql");
  Migration other = folder.read().front();
  other.plugin = "n";
  CHECK(scratch.check({other}) == "not_migrated n/0001_create.sql");
}

TEST_CASE("a server that cannot be reached is reported as such", "[database]") {
  std::ostringstream out;
  CHECK(testing::code_of([&] { apply_migrations(server() + " host=/nonexistent", {}, out); }) ==
        "database_unavailable");
}
