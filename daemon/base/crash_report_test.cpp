#include "base/crash_report.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "podload/parse_json.hpp"

using namespace podload;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

struct Crash {
  std::string line;
  int signal = 0;
};

/// The line of a process that crashes in `work`, and the signal that ended it.
Crash crash_of(bool as_json, const std::function<void()>& work) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE}) ::signal(signal, SIG_DFL);  // not Catch2's
    report_crashes(ends[1], as_json);
    work();
    _exit(0);
  }
  close(ends[1]);
  Crash crash;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = read(ends[0], piece.data(), piece.size())) > 0;) crash.line.append(piece.data(), static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  crash.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return crash;
}

void write_to(volatile int* address) { *address = 1; }

// NOLINTNEXTLINE(misc-no-recursion): a stack overflow is its purpose
int deeper(int depth) {
  std::array<volatile char, 4096> frame{};
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : deeper(depth + 1) + frame[0];
}

}  // namespace

TEST_CASE("a crash names the signal, the plugin, its operation, the request and the stack, in one line of JSON") {
  const Crash crash = crash_of(true, [] {
    const RunningPlugin outer("outer", "job");
    {
      const RunningPlugin ended("ended", "ended.one");
    }
    const RunningPlugin inner("oncall", "oncall.delete", "r1");
    write_to(nullptr);
  });
  CHECK(crash.signal == SIGSEGV);
  CHECK(crash.line.find('\n') == crash.line.size() - 1);
  const Json line = parse_json(crash.line);
  CHECK(line["message"] == "podloadd crashed");
  CHECK(line["level"] == "error");
  CHECK(line["signal"] == "SIGSEGV");
  CHECK(line["plugin"] == "oncall");
  CHECK(line["operation"] == "oncall.delete");
  CHECK(line["request"] == "r1");
  CHECK(line["time"].get<std::string>().size() == std::string("2026-11-26T02:31:36.616Z").size());
  REQUIRE(line["stack"].size() > 2);
  CHECK(line["stack"][0].get<std::string>().find("base_test+0x") != std::string::npos);
}

TEST_CASE("the plugin around an ended scope is named, and none outside") {
  const Crash after = crash_of(true, [] {
    const RunningPlugin outer("outer", "outer.job");
    {
      const RunningPlugin ended("ended", "ended.one");
    }
    std::abort();
  });
  CHECK(after.signal == SIGABRT);
  CHECK(parse_json(after.line)["plugin"] == "outer");
  const Crash none = crash_of(true, [] { raise(SIGFPE); });
  CHECK(none.signal == SIGFPE);
  CHECK_FALSE(parse_json(none.line).contains("plugin"));
}

TEST_CASE("a stack overflow in a plugin's thread is reported too") {
  const Crash crash = crash_of(true, [] {
    std::thread([] {
      const RunningPlugin running("deep", "deep.list");
      deeper(0);
    }).join();
  });
  CHECK(crash.signal == SIGSEGV);
  CHECK(parse_json(crash.line)["plugin"] == "deep");
}

TEST_CASE("a name with characters of JSON keeps the line readable; the plain form has the same fields") {
  const Crash odd = crash_of(true, [] {
    const RunningPlugin running("a\"b\\c\nd", "odd.one");
    write_to(nullptr);
  });
  CHECK(parse_json(odd.line)["plugin"] == "a?b?c?d");
  const Crash plain = crash_of(false, [] {
    const RunningPlugin running("oncall", "oncall.delete");
    write_to(nullptr);
  });
  CHECK(plain.line.find(" error podloadd crashed signal=SIGSEGV plugin=oncall operation=oncall.delete stack=") != std::string::npos);
}

TEST_CASE("a thread that blocks all other signals is reported too, and one of two that crash at once") {
  const Crash crash = crash_of(true, [] {
    std::thread([] {
      sigset_t all;
      sigfillset(&all);
      for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fault);
      pthread_sigmask(SIG_SETMASK, &all, nullptr);
      const RunningPlugin running("quiet", "quiet.list");
      write_to(nullptr);
    }).join();
  });
  CHECK(parse_json(crash.line)["plugin"] == "quiet");
  const Crash two = crash_of(true, [] {
    std::thread other([] { write_to(nullptr); });
    std::thread another([] { write_to(nullptr); });
    other.join();
    another.join();
  });
  CHECK(two.signal == SIGSEGV);
  CHECK(parse_json(two.line)["signal"] == "SIGSEGV");  // one line, whole
}

#endif
