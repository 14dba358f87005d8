// What is wrong with files that are checked: all of it, where `podloadd plugin check` asks; otherwise the first ends the
// check. A check that can go on after a fault takes a `Faults*`, and runs each of its parts through attempt(). One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "podload/error.hpp"

namespace podload {

class Faults {
 public:
  struct Fault {
    std::string plugin;  ///< Empty if it is of no single one.
    std::string file;    ///< Within the plugin's folder.
    Error error;
  };

  /// Faults that follow are of that file.
  void in(std::string plugin, std::string file) {
    plugin_ = std::move(plugin);
    file_ = std::move(file);
  }
  void add(const Error& error) { all_.push_back({plugin_, file_, error}); }
  const std::vector<Fault>& all() const { return all_; }

 private:
  std::string plugin_, file_;
  std::vector<Fault> all_;
};

/// The same for the pointer that checks have; nothing without one.
inline void checks_in(Faults* faults, const std::string& plugin, const std::string& file) {
  if (faults != nullptr) faults->in(plugin, file);
}

/// Runs a part of a check. The Error that it throws is added to `faults`; without them it is thrown on.
template <class Part>
void attempt(Faults* faults, const Part& part) {
  if (faults == nullptr) {
    part();
    return;
  }
  try {
    part();
  } catch (const Error& error) {
    faults->add(error);
  }
}

}  // namespace podload
