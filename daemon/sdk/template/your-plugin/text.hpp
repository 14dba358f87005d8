// The text of a note. A free function; any thread.
#pragma once

#include <cstddef>
#include <string>

#include "podload/error.hpp"
#include "podload/text.hpp"

namespace your_plugin {

inline constexpr std::size_t kLongest = 500;  // in characters

/// The text in the body of a request. Throws Error{"your_plugin_too_long"}.
inline std::string checked_text(const podload::Json& body) {
  std::string text = podload::text_member(body, "text");
  const std::size_t length = podload::code_points(text);
  if (length > kLongest) throw podload::Error("your_plugin_too_long", {{"length", length}, {"longest", kLongest}});
  return text;
}

}  // namespace your_plugin
