// Named points at which a test can stop or kill the daemon. Compiled to nothing in a release. Any thread.
//
// A test writes "NAME kill" or "NAME stop" into the file that PODLOAD_FAILPOINT_FILE names; the first thread that reaches
// NAME renames the file to *.reached and then raises the signal.
#pragma once

#ifdef PODLOAD_FAILPOINTS
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace podload::pod_load {

inline void failpoint(const std::string& name) {
  const char* file = std::getenv("PODLOAD_FAILPOINT_FILE");
  if (file == nullptr) return;
  std::string armed, action;
  if (!(std::ifstream(file) >> armed >> action) || armed != name) return;
  if (std::rename(file, (std::string(file) + ".reached").c_str()) != 0) return;  // another thread was first
  std::raise(action == "kill" ? SIGKILL : SIGSTOP);
}

}  // namespace podload::pod_load
#else
namespace podload::pod_load {
inline void failpoint(const char*) {}
}  // namespace podload::pod_load
#endif
