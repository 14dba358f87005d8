#include "base/crash_report.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PODLOAD_HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PODLOAD_HAS_SANITIZER 1
#endif
#endif

namespace podload {
namespace {

#ifdef PODLOAD_HAS_SANITIZER
constexpr bool kHasSanitizer = true;
#else
constexpr bool kHasSanitizer = false;
#endif
constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr std::size_t kLongestLine = 8192;
constexpr std::size_t kLongestText = 200;  // of a name, in bytes
constexpr int kFrames = 40;
constexpr std::size_t kStack = 64U << 10;  // for the handler

thread_local const RunningPlugin* innermost = nullptr;
int report_fd = -1;
bool json = true;
constexpr unsigned kReportSeconds = 5;  // then SIGALRM ends a report that hangs
std::atomic<pid_t> reporting{0};        ///< The thread whose crash is being reported.

const char* name_of(int signal) {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    default: return "SIGABRT";
  }
}

/// The handler's stack, so that it can report an overflow of the thread's own.
class SignalStack {
 public:
  SignalStack() noexcept {
    stack_t stack{};
    stack.ss_sp = memory_.data();
    stack.ss_size = memory_.size();
    sigaltstack(&stack, nullptr);
  }
  ~SignalStack() {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::array<char, kStack> memory_{};
};

void need_signal_stack() noexcept { static thread_local const SignalStack stack; }

}  // namespace

/// The line, in a buffer of fixed size: a crashed process must not allocate.
class CrashLine {
 public:
  void write(int signal, const RunningPlugin* running) {
    begin();
    field("signal", name_of(signal));
    if (running != nullptr) {
      field("plugin", running->plugin_);
      field("operation", running->what_);
      if (!running->request_.empty()) field("request", running->request_);
    }
    size_before_stack_ = size_;
    stack();
    end();
  }

  /// Writes the line without its stack: reading that has crashed too.
  void end_without_stack() {
    size_ = size_before_stack_;
    end();
  }

 private:
  void end() {
    add(json ? "}\n" : "\n");
    [[maybe_unused]] const ssize_t written = ::write(report_fd, line_.data(), size_);
  }

  void begin() {
    add(json ? "{\"time\":\"" : "");
    time();
    add(json ? "\",\"level\":\"error\",\"message\":\"podloadd crashed\"" : " error podloadd crashed");
  }

  /// As LineLog does: RFC 3339 in UTC, with milliseconds.
  void time() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const std::chrono::sys_seconds seconds{std::chrono::seconds(now.tv_sec)};
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{seconds - day};
    number(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4), add("-");
    number(static_cast<unsigned>(date.month()), 2), add("-");
    number(static_cast<unsigned>(date.day()), 2), add("T");
    number(static_cast<std::uint64_t>(clock.hours().count()), 2), add(":");
    number(static_cast<std::uint64_t>(clock.minutes().count()), 2), add(":");
    number(static_cast<std::uint64_t>(clock.seconds().count()), 2), add(".");
    number(static_cast<std::uint64_t>(now.tv_nsec / 1'000'000), 3), add("Z");
  }

  void stack() {
    std::array<void*, kFrames> frames{};
    const int count = backtrace(frames.data(), kFrames);
    add(json ? ",\"stack\":[" : " stack=");
    for (int i = 0; i < count; ++i) {
      if (i > 0) add(",");
      add(json ? "\"" : "");
      frame(frames[static_cast<std::size_t>(i)]);
      add(json ? "\"" : "");
    }
    add(json ? "]" : "");
  }

  /// "plugin.so+0x1a2b": what addr2line needs.
  void frame(void* address) {
    Dl_info info{};
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return hexadecimal(at);
    // A plugin's file is FOLDER/plugin.so: the folder is its name.
    std::string_view path(info.dli_fname);
    const std::size_t slash = path.rfind('/');
    const std::size_t before = slash == std::string_view::npos || slash == 0 ? slash : path.rfind('/', slash - 1);
    if (before != std::string_view::npos) path.remove_prefix(before + 1);
    text(path);
    add("+");
    hexadecimal(at - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
  }

  void field(std::string_view name, std::string_view value) {
    add(json ? ",\"" : " ");
    add(name);
    add(json ? "\":\"" : "=");
    text(value);
    add(json ? "\"" : "");
  }

  /// Without characters that JSON escapes; names have none.
  void text(std::string_view value) {
    for (const char c : value.substr(0, kLongestText)) {
      const char plain = static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' ? '?' : c;
      add({&plain, 1});
    }
  }

  void number(std::uint64_t value, int digits) {
    std::array<char, 20> text{};
    for (int i = digits - 1; i >= 0; --i, value /= 10) text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    add({text.data(), static_cast<std::size_t>(digits)});
  }

  void hexadecimal(std::uintptr_t value) {
    std::array<char, 2 + 2 * sizeof(value)> text{};
    std::size_t at = text.size();
    do text[--at] = "0123456789abcdef"[value % 16];
    while ((value /= 16) != 0);
    text[--at] = 'x';
    text[--at] = '0';
    add({text.data() + at, text.size() - at});
  }

  void add(std::string_view bytes) {
    const std::size_t room = std::min(bytes.size(), line_.size() - size_);
    std::copy_n(bytes.data(), room, line_.data() + size_);
    size_ += room;
  }

  std::array<char, kLongestLine> line_{};
  std::size_t size_ = 0, size_before_stack_ = 0;
};

namespace {

CrashLine line;  // not on the handler's small stack

void report(int signal) {
  const pid_t self = gettid();
  pid_t none = 0;
  if (reporting.compare_exchange_strong(none, self)) {
    alarm(kReportSeconds);
    line.write(signal, innermost);
  } else if (none == self) {
    line.end_without_stack();
  } else {
    for (;;) pause();  // another thread's report ends the process
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

void report_crashes(int fd, bool as_json) {
  if (kHasSanitizer) return;  // it reports crashes itself
  report_fd = fd;
  json = as_json;
  std::array<void*, 1> first{};
  backtrace(first.data(), 1);  // its first call loads a library
  need_signal_stack();
  struct sigaction action{};
  action.sa_handler = report;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int signal : kSignals) sigaction(signal, &action, nullptr);
}

RunningPlugin::RunningPlugin(std::string_view plugin, std::string_view what, std::string_view request) noexcept
    : plugin_(plugin), what_(what), request_(request), outer_(innermost) {
  need_signal_stack();
  innermost = this;
}

RunningPlugin::~RunningPlugin() { innermost = outer_; }

}  // namespace podload
