// What the daemon writes when it is killed by its own fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT): one line with
// the signal, what the thread was running for which plugin, and the stack. Then the process ends by that signal.
#pragma once

#include <string_view>

namespace podload {

/// From now on a crash writes its line to `fd`, which stays open: as JSON, or as the plain line of LineLog. Called once,
/// by main, before any thread is started. Does nothing in builds with a sanitizer, which reports crashes itself.
void report_crashes(int fd, bool as_json);

/// While it lives, a crash of this thread names the plugin and what it runs (an operation, a job, an event). The texts
/// must outlive it. Scopes nest; the innermost counts. It also gives the thread a stack for the report of a stack
/// overflow. Owned by the stack of one thread.
class RunningPlugin {
 public:
  RunningPlugin(std::string_view plugin, std::string_view what, std::string_view request = {}) noexcept;
  ~RunningPlugin();
  RunningPlugin(const RunningPlugin&) = delete;
  RunningPlugin& operator=(const RunningPlugin&) = delete;

 private:
  friend class CrashLine;
  const std::string_view plugin_, what_, request_;
  const RunningPlugin* const outer_;
};

}  // namespace podload
