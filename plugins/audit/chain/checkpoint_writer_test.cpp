#include "chain/checkpoint_writer.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "chain/chain_testing.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

/// The name of a file that is deleted with the test.
class TemporaryFile {
 public:
  ~TemporaryFile() { std::filesystem::remove(path); }
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("podload-checkpoints-" + new_uuid());
};

}  // namespace

TEST_CASE("A checkpoint is made if something is new", "[database]") {
  ChainedLog log;
  CHECK_FALSE(log.checkpoint());
  log.write(2);
  CHECK_FALSE(log.checkpoint());  // nothing is sealed
  log.seal();
  const auto made = log.checkpoint();
  REQUIRE(made);
  const auto statement = read_statement(made->statement);
  CHECK(statement->ordinal == 1);
  CHECK(statement->rows == 2);
  CHECK(statement->last_row == 2);
  CHECK(log.key.verifies(made->statement, made->signature));
  CHECK_FALSE(log.checkpoint());
  log.write(1);
  log.seal();
  CHECK(log.checkpoint()->ordinal == 2);
}

TEST_CASE("The file gets the missing checkpoints, also after a line that a crash cut off", "[database]") {
  ChainedLog log;
  const TemporaryFile file;
  const CheckpointWriter writer(*log.database, log.chain, log.key);
  writer.copy_to(file.path);
  CHECK_FALSE(std::filesystem::exists(file.path));
  log.write_and_seal(1);
  log.write_and_seal(1);
  writer.copy_to(file.path);
  writer.copy_to(file.path);
  CHECK(read_checkpoint_file(file.path).size() == 2);
  CHECK((std::filesystem::status(file.path).permissions() & std::filesystem::perms(0077)) ==
        std::filesystem::perms::none);

  std::ofstream(file.path, std::ios::app) << "AAAA {\"checkp";
  log.write_and_seal(1);
  writer.copy_to(file.path);
  const auto lines = read_checkpoint_file(file.path);
  REQUIRE(lines.size() == 4);
  CHECK_FALSE(lines[2].checkpoint);
  CHECK(lines[3].checkpoint->ordinal == 3);
}

TEST_CASE("A file that is ahead of the database is reported", "[database]") {
  ChainedLog log;
  const TemporaryFile file;
  const CheckpointWriter writer(*log.database, log.chain, log.key);
  log.write_and_seal(1);
  log.write_and_seal(1);
  writer.copy_to(file.path);
  log.tamper("DELETE FROM audit.checkpoints WHERE ordinal = 2");
  CHECK_THROWS_WITH(writer.copy_to(file.path), Catch::Contains("checkpoints_disagree"));
  log.write_and_seal(1);  // takes the number of the removed one
  CHECK_THROWS_WITH(writer.copy_to(file.path), Catch::Contains("checkpoints_disagree"));
}

TEST_CASE("A file that cannot be written or read is named", "[database]") {
  ChainedLog log;
  log.write_and_seal(1);
  const std::filesystem::path none = "/nowhere/checkpoints";
  CHECK_THROWS_WITH(CheckpointWriter(*log.database, log.chain, log.key).copy_to(none),
                    Catch::Contains("checkpoint_file_failed"));
  CHECK_THROWS_WITH(read_checkpoint_file(none), Catch::Contains("file_unreadable"));
}
