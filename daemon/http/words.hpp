// The texts of error codes and other codes in each language, with their HTTP status, as data. Filled at start, then
// read-only; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

class Faults;

class Words {
 public:
  /// Adds the rows of a words.yaml. Throws Error{"bad_words"} for a row without both languages, or a code that another
  /// file has already; with `faults` these are added to them, and the other rows are taken.
  void add(const Json& rows, const std::string& file, Faults* faults = nullptr);

  /// The text of `code` with {places} filled from `args`, omitting parts in [brackets] that have a place without a
  /// value. Returns the code itself if it has no text.
  std::string say(std::string_view language, std::string_view code, const Json& args) const;

  /// The HTTP status of an error's code; 500 if it has none.
  int status(std::string_view code) const;

  bool knows(std::string_view code) const { return rows_.find(code) != rows_.end(); }

 private:
  struct Row {
    int status = 500;
    std::string en, zh;
    std::string file;
  };
  void add_row(const std::string& code, const Json& row, const std::string& file);

  std::map<std::string, Row, std::less<>> rows_;
};

/// "zh-CN" or "en": the preferred language of an Accept-Language header; zh-CN without one, like podload's predecessor.
std::string language_of(std::string_view accept_language);

}  // namespace podload
