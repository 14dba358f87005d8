// What every plugin is tried for, whoever wrote it: that it is read, refuses bad configuration, migrates
// twice, starts and stops twice, and lets nobody in. Used by one thread; plugins run threads of their own.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "conformance/scratch_installation.hpp"
#include "conformance/scratch_store.hpp"

namespace podload::conformance {

class Trial {
 public:
  /// `database` must be new. Each trial is told on `out` as it goes.
  Trial(const ScratchInstallation& installation, const ScratchDatabase& database, std::ostream& out)
      : installation_(installation), database_(database), out_(out) {}

  /// Tries everything; what did not hold, in words. Empty: it conforms.
  std::vector<std::string> run();

 private:
  void refuse_bad_configuration();
  void migrate_twice();
  void start_and_stop();
  void ask_as_nobody(PluginHost& host, const HostTools& tools);
  void hold(bool holds, const std::string& what);
  /// Loads with that configuration; the code of the Error that refuses it, empty where none does.
  std::string refusal_of(const Json& section);

  const ScratchInstallation& installation_;
  const ScratchDatabase& database_;
  std::ostream& out_;
  std::vector<std::string> failures_;
};

}  // namespace podload::conformance
