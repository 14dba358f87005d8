#include "object_yaml.hpp"

#include <algorithm>
#include <array>

#include "podload/error.hpp"
#include "podload/json_view.hpp"
#include "podload/text.hpp"

namespace podload::objects {
namespace {

constexpr const char* kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t kLongestPlain = 1024;
constexpr std::array<std::string_view, 5> kWords{"applied", "original", "manifest", "last-config", "lastconfig"};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// "env", "envs", "extraEnv", "environment": a list or a map of variables.
bool names_variables(std::string_view key) {
  const std::string lower = lower_case(key);
  return lower.ends_with("env") || lower.ends_with("envs") || lower == "environment";
}

/// Whether JSON may be (a part of) a manifest; true in case of doubt.
bool is_manifest(JsonView value) {
  bool found = !value.text().empty() && holds_manifest(value.text());
  value.each([&](JsonView item) { found = found || is_manifest(item); });
  value.each_member([&](std::string_view key, JsonView member) {
    const std::string lower = lower_case(key.substr(0, 64));
    const bool named = names_variables(key) || lower == "spec" || lower == "containers" || lower == "data" || lower == "stringdata" || lower == "value";
    found = found || named || is_manifest(member);
  });
  return found;
}

/// Keys under which tools store the manifest that they applied, in any form.
bool keeps_manifest(std::string_view key) {
  const std::string lower = lower_case(key);
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return contains(lower, word); });
}

bool hide_annotations(Json& annotations) {
  bool hidden = false;
  for (auto at = annotations.begin(); at != annotations.end();) {
    const bool manifest = keeps_manifest(at.key()) || !at->is_string() || holds_manifest(at->get_ref<const std::string&>());
    hidden = hidden || manifest;
    at = manifest ? annotations.erase(at) : std::next(at);
  }
  return hidden;
}

/// Hides the values of a list of variables ({name, value}), or of a map from names to values.
bool hide_variables(Json& variables) {
  bool hidden = false;
  if (variables.is_array())
    for (Json& variable : variables)
      if (variable.is_object() && variable.erase("value") > 0) hidden = true;
  if (variables.is_object())
    for (Json& value : variables)
      if (value.is_primitive() && !value.is_null()) {
        value = nullptr;
        hidden = true;
      }
  return hidden;
}

/// At any depth: each kind has its Pod templates at another place, and they have annotations too.
bool hide_values(Json& node) {
  bool hidden = false;
  if (node.is_object()) {
    for (auto& [key, member] : node.items()) {
      if (names_variables(key)) hidden = hide_variables(member) || hidden;
      if (key == "annotations" && member.is_object()) hidden = hide_annotations(member) || hidden;
      hidden = hide_values(member) || hidden;
    }
    if (const auto emptied = node.find("annotations"); emptied != node.end() && emptied->is_object() && emptied->empty()) node.erase(emptied);
  } else if (node.is_array()) {
    for (Json& item : node) hidden = hide_values(item) || hidden;
  }
  return hidden;
}

}  // namespace

bool holds_manifest(std::string_view value) {
  const auto first = value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  value.remove_prefix(first);
  if (value.front() == '{' || value.front() == '[') {
    try {
      return is_manifest(JsonDocument(value).root());
    } catch (const Error&) {
      return true;
    }
  }
  // Compressed (the start of gzip in base64), or JSON in base64.
  if (value.starts_with("H4sI") || value.starts_with("eyJ") || value.starts_with("W3si") || value.starts_with("ewog")) return true;
  // YAML.
  for (const std::string_view mark : {"env:", "spec:", "containers:", "apiVersion:", "data:"})
    if (contains(value, mark)) return true;
  return value.size() > kLongestPlain;
}

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
