#include "podload/files.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

TEST_CASE("A file is read whole, also an empty one; a folder and a missing file are refused") {
  const auto folder = std::filesystem::temp_directory_path() / new_uuid();
  std::filesystem::create_directory(folder);
  const std::string text("a\0b\n", 4);
  std::ofstream(folder / "some", std::ios::binary) << text;
  std::ofstream(folder / "empty", std::ios::binary).flush();
  CHECK(read_file(folder / "some") == text);
  CHECK(read_file(folder / "empty").empty());
  CHECK(testing::code_of([&] { read_file(folder); }) == "file_unreadable");
  CHECK(testing::code_of([&] { read_file(folder / "none"); }) == "file_unreadable");
  std::filesystem::remove_all(folder);
}
