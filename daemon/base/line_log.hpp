// The daemon's log: one line per message on a file descriptor, as JSON or plain text. Each line is one write(2), so the
// lines of several threads and daemons do not mix. Any thread.
#pragma once

#include <string>

#include "podload/clock.hpp"
#include "podload/log.hpp"

namespace podload {

class LineLog final : public Log {
 public:
  enum class Format { json, plain };

  /// The caller owns `fd`.
  LineLog(int fd, Format format, LogLevel least, const Clock& clock) noexcept
      : fd_(fd), format_(format), least_(least), clock_(clock) {}

  void write(LogLevel level, std::string_view message, const Json& fields) noexcept override;

 private:
  const int fd_;
  const Format format_;
  const LogLevel least_;
  const Clock& clock_;
};

/// A log that adds the field "plugin" to the lines of another log.
class NamedLog final : public Log {
 public:
  NamedLog(Log& log, std::string plugin) : log_(log), plugin_(std::move(plugin)) {}
  void write(LogLevel level, std::string_view message, const Json& fields) noexcept override;

 private:
  Log& log_;
  const std::string plugin_;
};

}  // namespace podload
