// The words of each language, as data: what a code means to people, and to HTTP. Filled at start,
// then only read; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

class Words {
 public:
  /// Adds the rows of a words.yaml. Throws Error{"bad_words"} for a row without both languages, or
  /// a code that another file has already.
  void add(const Json& rows, const std::string& file);

  /// The words of `code`, with {places} filled from `args`, and what stands in [brackets] left out
  /// where a place in it has no value; the code itself where it has no words.
  std::string say(std::string_view language, std::string_view code, const Json& args) const;

  /// The HTTP status of an error's code; 500 where it has none.
  int status(std::string_view code) const;

  bool knows(std::string_view code) const { return rows_.find(code) != rows_.end(); }

 private:
  struct Row {
    int status = 500;
    std::string en, zh;
    std::string file;
  };
  std::map<std::string, Row, std::less<>> rows_;
};

/// "zh-CN" or "en": what an Accept-Language header likes best; zh-CN without one, as the
/// predecessor spoke it.
std::string language_of(std::string_view accept_language);

}  // namespace podload
