// Which members a request's body may have: those that its schema declares, at every level. JSON Schema
// itself takes what it does not know, and so a misspelt `dry_run` would change something for real.
//
// An object's members are known where its schema has `properties`, of its own or by $ref, allOf, or
// the branch of an anyOf or oneOf that it fits; others are unknown, unless that schema has
// `additionalProperties` (true, or a schema). An object without any `properties` is free in form.
// Made at start; then any thread.
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
  /// `schema` is a part of `document`, in which "#/..." references are looked up; neither is kept.
  /// Throws Error{"bad_api"} for a keyword that would make it unclear which members are known:
  /// patternProperties, propertyNames, dependencies, if, not, a list of `items`.
  KnownMembers(const Json& document, const Json& schema);
  ~KnownMembers();
  KnownMembers(const KnownMembers&) = delete;
  KnownMembers& operator=(const KnownMembers&) = delete;

  struct Unknown {
    std::string where;               ///< "permissions.dryrun", "clusters.2.level"
    std::string name;                ///< Its last part.
    std::vector<std::string> known;  ///< Beside it.
  };
  /// The first member that no schema declares, or nothing.
  std::optional<Unknown> unknown_in(const Json& value) const;

  /// The members of the body itself.
  std::vector<std::string> names() const;

 private:
  struct Node;
  struct Branch;
  using Nodes = std::vector<const Node*>;

  const Node* node_of(const Json& document, const Json& schema);
  void merge(const Json& document, const Json& schema, Node& into);
  std::optional<Unknown> look(const Nodes& nodes, std::size_t group, const Json& value, const std::string& where) const;
  std::optional<Unknown> look_inside(const Nodes& nodes, const Json& value, const std::string& where) const;

  std::deque<Node> nodes_;  ///< Stay where they are, as they point to each other.
  std::map<const Json*, const Node*> made_;  ///< By their place in the document, while it is read.
  const Node* root_ = nullptr;
};

}  // namespace podload
