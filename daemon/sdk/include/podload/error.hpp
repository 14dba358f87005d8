// The exception that podload throws to end a piece of work.
//
// An Error carries a stable code and arguments. The text for people and the HTTP status are data (words.yaml beside the
// plugin's manifest), looked up in the caller's language when the reply is written. `internal` goes to the log only.
// Never compare codes: an error that callers must distinguish has a class of its own, and is caught by its type.
// Value type; any thread.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

/// The principal is not allowed to do this.
class Denied : public Error {
 public:
  using Error::Error;
};

/// The principal lacks the permission; `where` is the namespace or cluster, "*" for any.
class Forbidden : public Denied {
 public:
  Forbidden(std::string_view permission, std::string_view where) : Denied("forbidden", {{"permission", permission}, {"where", where}}) {}
};

/// The principal's session or token has ended.
class SignedOut : public Denied {
 public:
  SignedOut() : Denied("signed_out") {}
};

class NotJson : public Error {
 public:
  NotJson() : Error("not_json") {}
};

class FileUnreadable : public Error {
 public:
  FileUnreadable(const std::string& file, const std::string& what) : Error("file_unreadable", {{"file", file}, {"what", what}}) {}
};

/// The database is unreachable, read-only, or took too long. Nothing was committed.
class DatabaseUnavailable : public Error {
 public:
  explicit DatabaseUnavailable(std::string internal) : Error("database_unavailable", Json::object(), std::move(internal)) { with_retry_after(1); }
};

/// The text of the exception being handled, whatever its type; for the places that catch everything.
std::string caught_text();

}  // namespace podload
