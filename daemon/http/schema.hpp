// A compiled JSON schema (draft-7 keywords). The only code that uses valijson. Immutable; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "podload/json.hpp"

namespace podload {

class Schema {
 public:
  /// `root` is the schema; "#/..." references are resolved in it. Throws Error{"bad_api"}.
  explicit Schema(const Json& root);
  ~Schema();

  /// A part of an OpenAPI document, which refers to "#/components/schemas/...".
  static std::unique_ptr<Schema> of_part(const Json& document, const Json& part);
  /// The same for a request's body. It accepts unknown members, because KnownMembers finds and names them better than
  /// `additionalProperties: false` does.
  static std::unique_ptr<Schema> of_body(const Json& document, const Json& part);

  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  struct Problem {
    std::string where;  ///< "force", "permissions.admin"; "body" for the whole
    std::string what;
  };
  /// The first mismatch, or nothing.
  std::optional<Problem> problem_of(const Json& value) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace podload
