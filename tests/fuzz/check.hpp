// A condition that a fuzz target requires: ends the program, and with it the run, if it is false.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "podload/text.hpp"

#define MUST(condition)                                                                    \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                        \
    }                                                                                      \
  } while (false)

namespace podload::fuzz {

/// Whether every byte of the text is valid UTF-8 and no character is a control character.
inline bool is_clean(std::string_view text) { return clean_text(text, text.size() + 1) == text; }

}  // namespace podload::fuzz
