#include "http/schema.hpp"

#include <stdexcept>

#define VALIJSON_USE_EXCEPTIONS 1  // without it, valijson ends the process at an invalid schema
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "podload/error.hpp"

namespace podload {

struct Schema::Compiled {
  valijson::Schema schema;
};

namespace {

/// valijson resolves "#/components/..." against the root, so the root carries the components.
Json root_of(const Json& document, const Json& part) {
  return {{"components", {{"schemas", document.at("components").value("schemas", Json::object())}}}, {"allOf", Json::array({part})}};
}

void take_unknown_members(Json& schema) {
  if (schema.is_object() && schema.contains("additionalProperties") && schema["additionalProperties"] == false) schema.erase("additionalProperties");
  for (Json& child : schema)
    if (child.is_structured()) take_unknown_members(child);
}

}  // namespace

std::unique_ptr<Schema> Schema::of_part(const Json& document, const Json& part) { return std::make_unique<Schema>(root_of(document, part)); }

std::unique_ptr<Schema> Schema::of_body(const Json& document, const Json& part) {
  Json root = root_of(document, part);
  take_unknown_members(root);
  return std::make_unique<Schema>(root);
}

Schema::Schema(const Json& root) : compiled_(std::make_unique<Compiled>()) {
  try {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(root), compiled_->schema);
  } catch (const std::exception& error) {
    throw Error("bad_api", {{"plugin", "?"}, {"what", std::string("a schema: ") + error.what()}});
  }
}

Schema::~Schema() = default;

std::optional<Schema::Problem> Schema::problem_of(const Json& value) const {
  // Strong types: the text "false" is not a boolean.
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  const valijson::adapters::NlohmannJsonAdapter target(value);
  valijson::ValidationResults results;
  if (validator.validate(compiled_->schema, target, &results)) return std::nullopt;
  // The root's allOf is reported last and says the least; the first error is the innermost.
  valijson::ValidationResults::Error error;
  if (!results.popError(error)) return Problem{"body", "it does not fit"};
  std::string where;
  for (const std::string& part : error.context) {
    if (part == "<root>") continue;
    std::string name = part;
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
    where += (where.empty() ? "" : ".") + name;
  }
  return Problem{where.empty() ? "body" : where, error.description};
}

}  // namespace podload
