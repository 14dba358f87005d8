// Makes text from outside safe for a log, a table or a page. Free functions; any thread; do not throw.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podload {

/// At most `most` characters of `text`. Invalid UTF-8, control characters and bidirectional control characters become
/// U+FFFD; a text that was cut ends in an ellipsis.
std::string clean_text(std::string_view text, std::size_t most);

/// Reads one code point at `at` and advances `at`; for invalid UTF-8 it returns U+FFFD and advances one byte.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or values past U+10FFFF.
bool is_utf8(std::string_view text);

/// ASCII letters in lower case; everything else unchanged.
std::string lower_case(std::string_view text);

/// The number of code points in `text`.
std::size_t code_points(std::string_view text);

}  // namespace podload
