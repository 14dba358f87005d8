// The exception that podload throws to end a piece of work.
//
// An Error carries a stable code and arguments. The text for people and the HTTP status are data (words.yaml beside the
// plugin's manifest), looked up in the caller's language when the reply is written. `internal` goes to the log only.
// Value type; any thread.
#pragma once

#include <exception>
#include <optional>
#include <string>

#include "podload/json.hpp"

namespace podload {

class Error : public std::exception {
 public:
  /// `code` is a key in a words.yaml; `args` fill the {places} of its text.
  explicit Error(std::string code, Json args = Json::object(), std::string internal = {});

  const std::string& code() const noexcept { return code_; }
  const Json& args() const noexcept { return args_; }
  const std::string& internal() const noexcept { return internal_; }

  /// The facts behind the error; sent to the caller as "details".
  const Json& details() const noexcept { return details_; }
  Error& with_details(Json details);

  /// Seconds after which a retry makes sense (the Retry-After header).
  std::optional<int> retry_after() const noexcept { return retry_after_; }
  Error& with_retry_after(int seconds);

  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string code_;
  Json args_;
  std::string internal_;
  Json details_;
  std::optional<int> retry_after_;
  std::string what_;
};

/// The text of the exception being handled, whatever its type; for the places that catch everything.
std::string caught_text();

}  // namespace podload
