// A JSON body and its schema: a parsed body prints and parses to the same text, and validation does not throw.
#include "check.hpp"
#include "http/schema.hpp"
#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload/parse_json.hpp"

namespace {

/// Has the usual keywords of api.yaml files, and a pattern, which those may not have.
const podload::Schema& schema() {
  static const podload::Schema made(podload::parse_json(R"({
    "type": "object", "required": ["name"], "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
      "force": {"type": "boolean"},
      "seconds": {"type": "integer", "minimum": 0, "maximum": 30},
      "kind": {"type": "string", "enum": ["remove", "restore"]},
      "clusters": {"type": ["array", "null"], "uniqueItems": true, "minItems": 1, "maxItems": 5, "items": {"$ref": "#/definitions/Name"}},
      "grants": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
      "any": {"allOf": [{"type": "object"}, {"type": "object", "required": ["x"]}]}
    },
    "definitions": {"Name": {"type": "string", "maxLength": 63}}
  })"));
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  podload::Json value;
  try {
    value = podload::parse_json({reinterpret_cast<const char*>(data), size});
  } catch (const podload::Error& error) {
    MUST(error.code() == "not_json" || error.code() == "json_too_large");
    return 0;
  }
  const std::string printed = podload::print_json(value);
  MUST(podload::print_json(podload::parse_json(printed)) == printed);
  if (const auto problem = schema().problem_of(value)) MUST(!problem->where.empty() && !problem->what.empty());
  return 0;
}
