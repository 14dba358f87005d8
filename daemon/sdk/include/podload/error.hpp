// The exception that podload throws: "this piece of work is over".
//
// An Error carries a stable code and arguments. The words for people and the HTTP status are data
// (words.yaml beside the plugin's manifest), looked up when the reply is written, in the caller's
// language. `internal` goes to the log only. Code never decides by a code: what must be told apart is a
// class of its own, below or beside what throws it, and is caught by its type. Value type; any thread.
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
  /// `code` stands in a words.yaml; `args` fill the {places} of its words.
  explicit Error(std::string code, Json args = Json::object(), std::string internal = {});

  const std::string& code() const noexcept { return code_; }
  const Json& args() const noexcept { return args_; }
  const std::string& internal() const noexcept { return internal_; }

  /// What the error stands on; sent to the caller as "details".
  const Json& details() const noexcept { return details_; }
  Error& with_details(Json details);

  /// After how many seconds trying again makes sense (the Retry-After header).
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

/// The principal may not do it.
class Denied : public Error {
 public:
  using Error::Error;
};

/// It lacks the permission; `where` is the namespace or cluster, "*" for any.
class Forbidden : public Denied {
 public:
  Forbidden(std::string_view permission, std::string_view where) : Denied("forbidden", {{"permission", permission}, {"where", where}}) {}
};

/// Its session or token ended.
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

/// The database does not answer, takes no writes, or took too long. Nothing was committed.
class DatabaseUnavailable : public Error {
 public:
  explicit DatabaseUnavailable(std::string internal) : Error("database_unavailable", Json::object(), std::move(internal)) { with_retry_after(1); }
};

/// What the exception being handled says, whatever was thrown; for the edges that catch all.
std::string caught_text();

}  // namespace podload
