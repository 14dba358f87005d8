// The daemon's own log, for operators (not the audit log). Lines carry fields, never secrets. One object for the whole
// process, owned by the host; any thread; does not throw.
#pragma once

#include <string_view>

#include "podload/json.hpp"

namespace podload {

enum class LogLevel { debug, info, warn, error };

class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view message, const Json& fields) noexcept = 0;

  void debug(std::string_view message, const Json& fields = {}) { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, const Json& fields = {}) { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, const Json& fields = {}) { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, const Json& fields = {}) { write(LogLevel::error, message, fields); }
};

}  // namespace podload
