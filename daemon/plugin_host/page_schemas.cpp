#include "plugin_host/page_schemas.hpp"

#include <algorithm>

namespace podload {
namespace {

constexpr int kDeepest = 8;  // of references and allOf: an api.yaml may refer to itself

/// The part that a "#/..." reference in the plugin's own api.yaml means; the part itself without one.
const Json& resolved(const Json& api, const Json& part) {
  const Json* at = &part;
  for (int depth = 0; depth < kDeepest && at->is_object() && at->contains("$ref"); ++depth) {
    const std::string reference = text_member(*at, "$ref");
    if (!reference.starts_with("#/")) break;
    const Json::json_pointer pointer(reference.substr(1));
    if (!api.contains(pointer)) break;  // the host's or another plugin's
    at = &api.at(pointer);
  }
  return *at;
}

const Json& operation_row(const Json& api, const Operation& operation) {
  static const Json kNone = Json::object();
  if (!api.is_object() || !api.contains("paths")) return kNone;
  for (const Json& methods : api.at("paths"))
    for (const Json& row : methods)
      if (row.is_object() && text_member(row, "operationId") == operation.id) return row;
  return kNone;
}

Json json_schema(const Json& part) {
  return part.value("content", Json::object()).value("application/json", Json::object()).value("schema", Json::object());
}

struct Member {
  Json schema;
  bool is_required = false;
};

/// A member of an object's schema, through references and allOf; null without it.
Member member_of(const Json& api, const Json& given, const std::string& name, int depth = 0) {
  Member member;
  if (depth > kDeepest) return member;
  const Json& schema = resolved(api, given);
  if (!schema.is_object()) return member;
  if (const auto all = schema.find("allOf"); all != schema.end())
    for (const Json& part : *all) {
      Member found = member_of(api, part, name, depth + 1);
      if (!found.schema.is_null()) member.schema = std::move(found.schema);
      member.is_required = member.is_required || found.is_required;
    }
  const Json properties = schema.value("properties", Json::object());
  if (properties.contains(name)) member.schema = resolved(api, properties.at(name));
  const Json required = schema.value("required", Json::array());
  member.is_required = member.is_required || std::find(required.begin(), required.end(), Json(name)) != required.end();
  return member;
}

bool has_type(const Json& schema, const char* type) {
  const Json types = schema.is_object() ? schema.value("type", Json()) : Json();
  return types == type || (types.is_array() && std::find(types.begin(), types.end(), Json(type)) != types.end());
}

const char* type_of(const Json& schema) {
  if (has_type(schema, "boolean")) return "boolean";
  if (has_type(schema, "integer") || has_type(schema, "number")) return "number";
  if (schema.is_object() && schema.value("format", "") == "date-time") return "time";
  return "text";
}

}  // namespace

Json column_type(const Json& api, const Operation& list, const std::string& member) {
  const Json good = operation_row(api, list).value("responses", Json::object()).value("200", Json::object());
  const Json rows = resolved(api, json_schema(resolved(api, good)));
  const Json item = rows.is_object() ? rows.value("items", Json::object()) : Json::object();
  return {{"type", type_of(member_of(api, item, member).schema)}};
}

Json field_type(const Json& api, const Operation& change, const std::string& member) {
  const Json& row = operation_row(api, change);
  Member found = member_of(api, json_schema(row.value("requestBody", Json::object())), member);
  const Json parameters = row.value("parameters", Json::array());
  for (const Json& given : parameters) {
    const Json& parameter = resolved(api, given);
    if (text_member(parameter, "name") == member && text_member(parameter, "in") == "path") found = {parameter.value("schema", Json::object()), true};
  }
  Json field = {{"type", type_of(found.schema)}, {"required", found.schema.is_null() || found.is_required}};
  if (found.schema.is_object() && found.schema.contains("enum")) field["choices"] = found.schema.at("enum");
  return field;
}

}  // namespace podload
