#include "plugin_host/abi_of_library.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "podload/plugin.hpp"

using namespace podload;

namespace {

class Nothing final : public Plugin {
 public:
  void start(Host&) override {}
  void stop() override {}
};

/// A file that is deleted again.
class Scratch {
 public:
  explicit Scratch(const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
  ~Scratch() { std::filesystem::remove(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("podload-abi-" + std::to_string(getpid()));
};

}  // namespace

// This program has the section that a plugin's library has.
PODLOAD_PLUGIN(Nothing, "nothing", "1.0.0")

TEST_CASE("the record of a library is read in its file, and is that of its flags") {
  static constexpr AbiRecord kOwn = abi_record();
  const auto found = abi_of_library("/proc/self/exe");
  REQUIRE(found);
  CHECK(*found == kOwn.text);
  CHECK(*found == podload_plugin_v1.abi);
  CHECK(found->starts_with("sdk=" PODLOAD_SDK_VERSION " "));
  CHECK(found->find(" sizeof(Request)=" + std::to_string(sizeof(Request)) + " ") != std::string::npos);
}

TEST_CASE("what is no library, or is cut short, has no record") {
  CHECK_FALSE(abi_of_library("/nonexistent"));
  CHECK_FALSE(abi_of_library(std::filesystem::temp_directory_path()));
  for (const std::string& bytes : {std::string(),
                                   std::string("\x7f"
                                               "ELF"),
                                   std::string("This is no library.\n"), std::string(4096, '\x7f')})
    CHECK_FALSE(abi_of_library(Scratch(bytes).path));
  std::ostringstream program;
  program << std::ifstream("/proc/self/exe", std::ios::binary).rdbuf();
  for (const std::size_t size : {std::size_t(20), std::size_t(64), std::size_t(4096), program.str().size() / 2})
    CHECK_FALSE(abi_of_library(Scratch(program.str().substr(0, size)).path));
  std::string elsewhere = program.str().substr(0, 4096);
  elsewhere.replace(40, 8, 8, '\xff');  // where the table of sections is
  CHECK_FALSE(abi_of_library(Scratch(elsewhere).path));
}

TEST_CASE("what differs is named, and nothing else") {
  const auto differ = [](const char* plugin, const char* host) {
    const AbiDifference found = compare_abi(plugin, host);
    return found.has + " / " + found.needs;
  };
  CHECK(differ("sdk=2.0 compiler=gcc-12", "sdk=2.0 compiler=gcc-12") == " / ");
  CHECK(differ("sdk=2.0 compiler=clang-14 sizeof(map)=48", "sdk=2.0 compiler=gcc-12 sizeof(map)=48") ==
        "compiler=clang-14 / compiler=gcc-12");
  CHECK(differ("sdk=2.0 _GLIBCXX_DEBUG=1 sizeof(map)=72", "sdk=2.0 _GLIBCXX_DEBUG=0 sizeof(map)=48") ==
        "_GLIBCXX_DEBUG=1 sizeof(map)=72 / _GLIBCXX_DEBUG=0 sizeof(map)=48");
  CHECK(differ("sdk=1.4 compiler=gcc-12", "sdk=2.0 compiler=gcc-12 sizeof(map)=48") == "sdk=1.4 / sdk=2.0");
  CHECK(differ("sdk=2.0", "sdk=2.0 sizeof(map)=48") == " / sizeof(map)=48");
  CHECK(differ("", "sdk=2.0 sizeof(map)=48") == " / sdk=2.0 sizeof(map)=48");
}
