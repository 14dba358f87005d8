#include "http/known_members.hpp"

#include <algorithm>
#include <set>

#include "http/schema.hpp"
#include "podload/error.hpp"

namespace podload {

/// One alternative of an anyOf or oneOf.
struct KnownMembers::Branch {
  std::unique_ptr<Schema> schema;
  const Node* node = nullptr;
};

/// A schema merged with its $ref and allOf.
struct KnownMembers::Node {
  std::set<std::string> types;  ///< Empty: any.
  std::map<std::string, Nodes> properties;
  Nodes others;       ///< Schemas of additionalProperties.
  Nodes items;
  bool open = false;  ///< additionalProperties is true or a schema.
  bool closed = false;  ///< additionalProperties is false, or there are properties.
  std::vector<std::vector<Branch>> choices;

  bool can_be(const Json& value) const {
    const std::string type = value.is_object() ? "object" : value.is_array() ? "array" : "other";
    return types.empty() || types.contains(type) || (type == "other" && !types.contains("object") && !types.contains("array"));
  }
};

namespace {

constexpr const char* kUnclear[] = {"patternProperties", "propertyNames", "dependencies", "dependentSchemas", "if", "not"};

[[noreturn]] void refuse(const std::string& what) { throw Error("bad_api", {{"plugin", "?"}, {"what", what}}); }

const Json& referenced(const Json& document, const Json& schema) {
  return document.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
}

std::string joined(const std::string& where, const std::string& name) { return where.empty() ? name : where + "." + name; }

}  // namespace

KnownMembers::KnownMembers(const Json& document, const Json& schema) : root_(node_of(document, schema)) { made_.clear(); }

KnownMembers::~KnownMembers() = default;

const KnownMembers::Node* KnownMembers::node_of(const Json& document, const Json& schema) {
  const auto [at, added] = made_.emplace(&schema, nullptr);
  if (!added) return at->second;  // a recursive schema
  Node& node = nodes_.emplace_back();
  at->second = &node;
  merge(document, schema, node);
  return &node;
}

void KnownMembers::merge(const Json& document, const Json& schema, Node& into) {
  if (!schema.is_object()) return;
  for (const char* keyword : kUnclear)
    if (schema.contains(keyword))
      refuse(std::string("a body's schema has `") + keyword + "`, so that it is not clear which members are known; use properties, allOf and anyOf");
  if (schema.contains("$ref")) merge(document, referenced(document, schema), into);
  if (const auto parts = schema.find("allOf"); parts != schema.end())
    for (const Json& part : *parts) merge(document, part, into);
  if (const auto types = schema.find("type"); types != schema.end())
    for (const Json& type : types->is_array() ? *types : Json::array({*types})) into.types.insert(type.get<std::string>());
  if (const auto properties = schema.find("properties"); properties != schema.end()) {
    into.closed = true;
    for (const auto& [name, value] : properties->items()) into.properties[name].push_back(node_of(document, value));
  }
  if (const auto others = schema.find("additionalProperties"); others != schema.end()) {
    const bool refused = others->is_boolean() && !others->get<bool>();
    (refused ? into.closed : into.open) = true;
    if (others->is_object()) into.others.push_back(node_of(document, *others));
  }
  if (const auto items = schema.find("items"); items != schema.end()) {
    if (items->is_array()) refuse("a body's schema has a list of `items`; give one schema for all of them");
    into.items.push_back(node_of(document, *items));
  }
  for (const char* keyword : {"anyOf", "oneOf"}) {
    const auto found = schema.find(keyword);
    if (found == schema.end()) continue;
    std::vector<Branch> branches;
    for (const Json& branch : *found) branches.push_back({Schema::of_body(document, branch), node_of(document, branch)});
    into.choices.push_back(std::move(branches));
  }
}

std::optional<KnownMembers::Unknown> KnownMembers::unknown_in(const Json& value) const { return look({root_}, 0, value, ""); }

/// Checks the choices of `nodes` from `group` on, and then the members inside.
std::optional<KnownMembers::Unknown> KnownMembers::look(const Nodes& nodes, std::size_t group, const Json& value, const std::string& where) const {
  std::vector<const std::vector<Branch>*> groups;
  for (const Node* node : nodes)
    for (const std::vector<Branch>& choice : node->choices) groups.push_back(&choice);
  if (group == groups.size()) return look_inside(nodes, value, where);
  std::vector<const Branch*> taken;
  for (const Branch& branch : *groups[group])
    if (!branch.schema->problem_of(value)) taken.push_back(&branch);
  if (taken.empty())  // the body will be refused; a misspelt member may be the reason
    for (const Branch& branch : *groups[group])
      if (branch.node->can_be(value)) taken.push_back(&branch);
  std::optional<Unknown> first;
  for (const Branch* branch : taken) {
    Nodes with = nodes;  // the branch's own choices come after the existing ones
    with.push_back(branch->node);
    auto unknown = look(with, group + 1, value, where);
    if (!unknown) return std::nullopt;
    if (!first) first = std::move(unknown);
  }
  return first;
}

std::optional<KnownMembers::Unknown> KnownMembers::look_inside(const Nodes& nodes, const Json& value, const std::string& where) const {
  if (value.is_array()) {
    Nodes inner;
    for (const Node* node : nodes) inner.insert(inner.end(), node->items.begin(), node->items.end());
    for (std::size_t i = 0; !inner.empty() && i < value.size(); ++i)
      if (auto unknown = look(inner, 0, value[i], joined(where, std::to_string(i)))) return unknown;
    return std::nullopt;
  }
  if (!value.is_object()) return std::nullopt;
  const bool open = std::any_of(nodes.begin(), nodes.end(), [](const Node* node) { return node->open; });
  const bool closed = std::any_of(nodes.begin(), nodes.end(), [](const Node* node) { return node->closed; });
  for (const auto& [name, member] : value.items()) {
    Nodes inner;
    for (const Node* node : nodes) {
      const auto found = node->properties.find(name);
      if (found != node->properties.end()) inner.insert(inner.end(), found->second.begin(), found->second.end());
    }
    if (inner.empty()) {
      if (closed && !open) {
        std::set<std::string> known;
        for (const Node* node : nodes)
          for (const auto& [declared, schemas] : node->properties) known.insert(declared);
        return Unknown{joined(where, name), name, {known.begin(), known.end()}};
      }
      for (const Node* node : nodes) inner.insert(inner.end(), node->others.begin(), node->others.end());
    }
    if (!inner.empty())
      if (auto unknown = look(inner, 0, member, joined(where, name))) return unknown;
  }
  return std::nullopt;
}

std::vector<std::string> KnownMembers::names() const {
  std::vector<std::string> names;
  for (const auto& [name, schemas] : root_->properties) names.push_back(name);
  return names;
}

}  // namespace podload
