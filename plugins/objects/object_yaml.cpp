#include "object_yaml.hpp"

namespace podload::objects {
namespace {

constexpr const char* kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/// Takes `value` out of every {name, value} of every list called env, at any depth: Pod templates
/// stand in other places in every kind.
bool hide_values(Json& node) {
  bool hidden = false;
  if (node.is_object()) {
    for (auto& [key, member] : node.items()) {
      if (key == "env" && member.is_array())
        for (Json& variable : member)
          if (variable.is_object() && variable.contains("name") && variable.erase("value") > 0) hidden = true;
      hidden = hide_values(member) || hidden;
    }
  } else if (node.is_array()) {
    for (Json& item : node) hidden = hide_values(item) || hidden;
  }
  return hidden;
}

}  // namespace

Json shown_object(Json object, bool with_values, bool& hidden) {
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    metadata->erase("managedFields");
    if (const auto annotations = metadata->find("annotations"); annotations != metadata->end() && annotations->is_object()) {
      annotations->erase(kLastApplied);
      if (annotations->empty()) metadata->erase("annotations");
    }
  }
  hidden = !with_values && hide_values(object);
  return object;
}

}  // namespace podload::objects
