// podload-conformance PLUGIN: tests the plugin in that folder, on a scratch database of the server that
// PODLOAD_TEST_DATABASE names (a superuser's libpq string). Exits with 0 if it conforms, 1 if it does not, 77 if no server
// is named.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "conformance/trial.hpp"
#include "podload/error.hpp"

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) {
    std::cerr << "podload-conformance PLUGIN: the plugin's folder\n";
    return 2;
  }
  const char* const server = std::getenv("PODLOAD_TEST_DATABASE");
  if (server == nullptr || *server == '\0') {
    std::cerr << "skipped: PODLOAD_TEST_DATABASE names no PostgreSQL\n";
    return 77;
  }
  try {
    using namespace podload::conformance;
    const fs::path prefix = fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
    podload::testing::ScratchInstallation installation(argv[1], prefix);
    installation.add_others();
    const podload::testing::ScratchDatabase database(server);
    return Trial(installation, database, std::cout).run().empty() ? 0 : 1;
  } catch (const podload::Error& error) {
    std::cerr << "podload-conformance: " << error.code() << " " << error.args().dump() << "\n";
  } catch (const std::exception& error) {  // the program's edge
    std::cerr << "podload-conformance: " << error.what() << "\n";
  }
  return 1;
}
