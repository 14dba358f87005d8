// Finds members of a request's body that its schema does not declare, at any level. JSON Schema itself accepts unknown
// members, so that a misspelt `dry_run` would make a real change.
//
// An object's members are known if its schema has `properties`, directly or by $ref, allOf, or the branch of an anyOf
// or oneOf that it matches; other members are unknown, unless that schema has `additionalProperties` (true, or a
// schema). An object without any `properties` is free-form. Built at start; then any thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "podload/json.hpp"

namespace podload {

class Schema;

class KnownMembers {
 public:
  /// `schema` is a part of `document`, in which "#/..." references are resolved; it keeps neither. Throws
  /// Error{"bad_api"} for a keyword that makes it unclear which members are known: patternProperties, propertyNames,
  /// dependencies, if, not, a list of `items`.
  KnownMembers(const Json& document, const Json& schema);
  ~KnownMembers();
  KnownMembers(const KnownMembers&) = delete;
  KnownMembers& operator=(const KnownMembers&) = delete;

  struct Unknown {
    std::string where;               ///< "permissions.dryrun", "clusters.2.level"
    std::string name;                ///< Its last part.
    std::vector<std::string> known;  ///< The members known at that place.
  };
  /// The first member that no schema declares, or nothing.
  std::optional<Unknown> unknown_in(const Json& value) const;

  /// The members that the body itself may have.
  std::vector<std::string> names() const;

 private:
  struct Node;
  struct Branch;
  using Nodes = std::vector<const Node*>;

  const Node* node_of(const Json& document, const Json& schema);
  void merge(const Json& document, const Json& schema, Node& into);
  std::optional<Unknown> look(const Nodes& nodes, std::size_t group, const Json& value, const std::string& where) const;
  std::optional<Unknown> look_inside(const Nodes& nodes, const Json& value, const std::string& where) const;

  std::deque<Node> nodes_;  ///< A deque, because they point to each other.
  std::map<const Json*, const Node*> made_;  ///< By their place in the document, during construction.
  const Node* root_ = nullptr;
};

}  // namespace podload
