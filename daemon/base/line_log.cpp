#include "base/line_log.hpp"

#include <unistd.h>

#include <array>

namespace podload {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};

/// A field's value in a plain line: quoted only if necessary, never with a line break.
std::string plain(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const bool simple = !text.empty() && text.find_first_of(" \"\\=\n\r\t") == std::string::npos;
    if (simple) return text;
  }
  return print_json(value);
}

}  // namespace

void LineLog::write(LogLevel level, std::string_view message, const Json& fields) noexcept {
  if (level < least_) return;
  try {
    const std::string_view name = kLevels[static_cast<std::size_t>(level)];
    std::string line;
    if (format_ == Format::json) {
      Json object = {{"time", rfc3339(clock_.now())}, {"level", name}, {"message", message}};
      if (fields.is_object()) object.update(fields);
      line = print_json(object);
    } else {
      line = rfc3339(clock_.now()) + " " + std::string(name) + " " + std::string(message);
      if (fields.is_object())
        for (const auto& [key, value] : fields.items()) line += " " + key + "=" + plain(value);
    }
    line += '\n';
    // A failing log must not stop the work, and there is no other place to report it.
    [[maybe_unused]] const ssize_t written = ::write(fd_, line.data(), line.size());
  } catch (...) {  // out of memory: the line is lost
  }
}

void NamedLog::write(LogLevel level, std::string_view message, const Json& fields) noexcept {
  try {
    Json named = fields.is_object() ? fields : Json::object();
    named["plugin"] = plugin_;
    log_.write(level, message, named);
  } catch (...) {
    log_.write(level, message, fields);
  }
}

}  // namespace podload
