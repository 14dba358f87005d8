// Text from outside, made fit for a log, a table or a page. Free functions; any thread; do not throw.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podload {

/// At most `most` characters of `text`: what is not UTF-8, control characters and the marks that
/// turn the direction of writing come out as U+FFFD; what was cut off ends in an ellipsis.
std::string clean_text(std::string_view text, std::size_t most);

/// Reads one code point at `at` and moves past it; U+FFFD and one byte for what is not UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// ASCII letters in lower case; all else as it is.
std::string lower_case(std::string_view text);

/// How many code points `text` has.
std::size_t code_points(std::string_view text);

}  // namespace podload
