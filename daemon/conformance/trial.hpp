// Tests that every plugin must pass: it can be read, refuses invalid configuration, migrates twice, starts and stops
// twice, and admits no request without credentials. Used by one thread; plugins run threads of their own.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "house/scratch_installation.hpp"
#include "house/scratch_store.hpp"

namespace podload::conformance {

using testing::ScratchDatabase;
using testing::ScratchInstallation;

class Trial {
 public:
  /// `database` must be new. Reports each test on `out` as it runs.
  Trial(const ScratchInstallation& installation, const ScratchDatabase& database, std::ostream& out)
      : installation_(installation), database_(database), out_(out) {}

  /// Runs all tests and returns a description of each failure. Empty: the plugin conforms.
  std::vector<std::string> run();

 private:
  void refuse_bad_configuration();
  void migrate_twice();
  void start_and_stop();
  void request_without_credentials(Dispatcher& dispatcher, const Contract& contract);
  void hold(bool holds, const std::string& what);
  /// Loads with that configuration; returns the code of the Error that refuses it, empty if none does.
  std::string refusal_of(const Json& section);

  const ScratchInstallation& installation_;
  const ScratchDatabase& database_;
  std::ostream& out_;
  std::vector<std::string> failures_;
};

}  // namespace podload::conformance
