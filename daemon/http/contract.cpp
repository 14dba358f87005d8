#include "http/contract.hpp"

#include <algorithm>
#include <charconv>

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "http/known_members.hpp"
#include "http/schema.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const std::string& plugin, const std::string& what) {
  throw Error("bad_api", {{"plugin", plugin}, {"what", what}});
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return segments;
}

bool is_parameter(const std::string& segment) { return segment.starts_with('{'); }

Permission permission_of(const std::string& plugin, const std::string& id, const std::string& name) {
  if (name == "public") return Permission::everyone;
  if (name == "signed-in") return Permission::signed_in;
  if (name == "read") return Permission::read;
  if (name == "write") return Permission::write;
  if (name == "admin") return Permission::admin;
  const std::string known = "public, signed-in, read, write or admin";
  if (name.empty()) refuse(plugin, "operation " + id + " has no x-permission (" + known + ")");
  refuse(plugin, "operation " + id + ": x-permission is " + known + ", not " + name);
}

void refuse_patterns(const std::string& plugin, const Json& value) {
  if (value.is_object() && ((value.contains("pattern") && value["pattern"].is_string()) || value.contains("patternProperties")))
    refuse(plugin, "`pattern` and `patternProperties` are not supported (a long text could crash the daemon); check it in the handler");
  for (const Json& child : value)
    if (child.is_structured()) refuse_patterns(plugin, child);
}

/// Resolves a "#/..." reference in the document; returns `part` itself if it is not a reference.
const Json& resolved(const Json& document, const Json& part) {
  if (!part.is_object() || !part.contains("$ref")) return part;
  return document.at(Json::json_pointer(part["$ref"].get<std::string>().substr(1)));
}

std::string type_name(const Json& schema) {
  return schema.contains("type") && schema["type"].is_string() ? schema["type"].get<std::string>() : "string";
}

void compile_operation(const Json& document, Operation& operation, Faults* faults) {
  const Json& row = document["paths"][operation.path][lower_case(operation.method)];
  Json properties = Json::object();
  Json required = Json::array();
  for (const Json& parameter : row.value("parameters", Json::array())) {
    const Json& declared = resolved(document, parameter);
    const std::string name = declared.at("name").get<std::string>();
    properties[name] = declared.value("schema", Json::object());
    if (declared.value("required", false)) required.push_back(name);
    if (declared.value("in", "") == "query") operation.query_types[name] = type_name(properties[name]);
    if (declared.value("in", "") == "query" && name == "namespace" && declared.value("required", false)) operation.namespace_in_query = true;
  }
  for (const std::string& segment : operation.segments)
    if (is_parameter(segment) && !properties.contains(segment.substr(1, segment.size() - 2)))
      attempt(faults, [&] { refuse(operation.plugin, operation.id + ": the path parameter " + segment + " is not declared"); });
  operation.parameters = Schema::of_part(document, {{"type", "object"}, {"properties", properties}, {"required", required}});
  operation.body_limit = row.value("x-body-limit", std::size_t{0});
  const std::string reaches = text_member(row, "x-reaches", "cluster");
  if (reaches != "cluster" && reaches != "memory") refuse(operation.plugin, operation.id + ": x-reaches is cluster or memory, not " + reaches);
  operation.answers_from_memory = reaches == "memory";
  if (const auto body = row.find("requestBody"); body != row.end()) {
    const Json& schema = body->at("content").at("application/json").at("schema");
    operation.has_body = true;
    operation.body_required = body->value("required", false);
    operation.body = Schema::of_body(document, schema);
    operation.members = std::make_shared<const KnownMembers>(document, schema);
  }
}

Scope scope_of(const Operation& operation, const Json& row) {
  const bool in_cluster = std::find(operation.segments.begin(), operation.segments.end(), "{cluster}") != operation.segments.end();
  const std::string scope = text_member(row, "x-scope");
  if (!scope.empty() && !in_cluster) refuse(operation.plugin, operation.id + ": x-scope needs {cluster} in the path");
  if (scope == "none") return Scope::none;
  if (in_cluster && operation.permission == Permission::everyone)
    refuse(operation.plugin, operation.id + ": a public operation with {cluster} in its path needs `x-scope: none`");
  if (scope == "cluster") return Scope::cluster;
  if (!scope.empty()) refuse(operation.plugin, operation.id + ": x-scope is cluster or none, not " + scope);
  return Scope::grant;
}

/// A key of OpenAPI may be one that podload does not read; one that begins with x- is meant for it.
void refuse_unknown_keys(const Operation& operation, const Json& row) {
  static const std::vector<std::string> kKeys{"x-permission", "x-change", "x-scope", "x-reaches", "x-body-limit", "x-any-host"};
  for (const auto& [key, value] : row.items())
    if (key.starts_with("x-") && std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      refuse(operation.plugin, operation.id + ": `" + key + "` is not known" + did_you_mean(key, kKeys));
}

bool is_stream(const Json& row) {
  const Json responses = row.value("responses", Json::object());
  return std::any_of(responses.begin(), responses.end(), [](const Json& reply) { return reply.contains("content") && reply["content"].contains("text/event-stream"); });
}

/// A mapping of mappings under `key`; empty if it is missing or, with `faults`, something else.
Json mapping_in(const Json& fragment, const char* key, const std::string& plugin, Faults* faults) {
  const Json found = fragment.value(key, Json::object());
  bool fits = found.is_object();
  for (const Json& part : found) fits = fits && part.is_object();
  if (!fits) attempt(faults, [&] { refuse(plugin, std::string(key) + ": must be a mapping of mappings"); });
  return fits ? found : Json::object();
}

/// Converts a query value to its declared type; an unsuitable text stays a text, which then fails the schema.
Json typed(const std::string& text, const std::string& type) {
  if (type == "boolean" && (text == "true" || text.empty())) return true;
  if (type == "boolean" && text == "false") return false;
  std::int64_t number = 0;
  if (type == "integer") {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && stop == text.data() + text.size()) return number;
  }
  return text;
}

constexpr std::size_t kShownName = 64;  // of an unknown name, in characters

std::vector<std::string> parameter_names(const Operation& operation) {
  std::vector<std::string> names;
  for (const auto& [name, type] : operation.query_types) names.push_back(name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The error carries suggestions: the nearest known name, here or (`elsewhere`) in the other part of the request, or
/// else all names. The error's text omits empty arguments.
Error unknown(const std::string& code, const std::string& shown, const std::string& name, const std::vector<std::string>& known,
              const std::string& elsewhere) {
  std::string nearest = near_miss(name, known);
  if (nearest.empty()) nearest = elsewhere;
  return Error(code, {{"name", clean_text(shown, kShownName)}, {"nearest", nearest}, {"known", nearest.empty() ? listed(known) : ""}});
}

void refuse_unknown_parameters(const Operation& operation, const Request& request) {
  for (const auto& [name, value] : request.query) {
    if (operation.query_types.contains(name)) continue;
    const std::string in_body = operation.members ? near_miss(name, operation.members->names()) : "";
    throw unknown("unknown_parameter", name, name, parameter_names(operation), in_body.empty() ? "" : "{\"" + in_body + "\": …}");
  }
}

void check(const Schema& schema, const Json& value) {
  if (const auto problem = schema.problem_of(value)) throw Error("invalid", {{"where", problem->where}, {"what", problem->what}});
}

}  // namespace

void Contract::add(const std::string& plugin, const Json& fragment, Faults* faults) {
  checks_in(faults, plugin, "api.yaml");
  if (!fragment.is_object()) return attempt(faults, [&] { refuse(plugin, "it must be a mapping"); });
  attempt(faults, [&] { refuse_patterns(plugin, fragment); });
  for (const char* member : {"openapi", "info", "security"})
    if (fragment.contains(member)) document_[member] = fragment[member];
  const Json components = mapping_in(fragment, "components", plugin, faults);
  for (const auto& [group, parts] : components.items())
    for (const auto& [name, part] : parts.items())
      attempt(faults, [&, &group = group, &name = name, &part = part] {
        if (document_["components"][group].contains(name)) refuse(plugin, "the component " + group + "/" + name + " exists already");
        document_["components"][group][name] = part;
      });
  const Json paths = mapping_in(fragment, "paths", plugin, faults);
  for (const auto& [path, methods] : paths.items())
    for (const auto& [method, row] : methods.items())
      attempt(faults, [&, &path = path, &method = method, &row = row] {
        try {
          add_operation(plugin, path, method, row, faults);
        } catch (const Json::exception& error) {
          refuse(plugin, method + " " + path + ": " + error.what());
        }
      });
}

void Contract::add_operation(const std::string& plugin, const std::string& path, const std::string& method, const Json& row, Faults* faults) {
  Operation operation;
  operation.id = text_member(row, "operationId");
  operation.plugin = plugin;
  operation.path = path;
  operation.segments = split(path);
  operation.method = method;
  std::transform(method.begin(), method.end(), operation.method.begin(), [](unsigned char c) { return std::toupper(c); });
  if (operation.id.empty()) return attempt(faults, [&] { refuse(plugin, operation.method + " " + path + " has no operationId"); });
  if (find(operation.id) != nullptr) return attempt(faults, [&] { refuse(plugin, "the operationId " + operation.id + " exists already"); });
  attempt(faults, [&] { operation.permission = permission_of(plugin, operation.id, text_member(row, "x-permission")); });
  operation.change = text_member(row, "x-change");
  operation.any_host = row.value("x-any-host", false);
  attempt(faults, [&] { operation.scope = scope_of(operation, row); });
  operation.streams = is_stream(row);
  attempt(faults, [&] {
    if (operation.streams && (operation.method != "GET" || operation.permission == Permission::everyone))
      refuse(plugin, operation.id + ": a stream (text/event-stream) is the reply to a GET, and its x-permission is not public");
  });
  attempt(faults, [&] {
    if ((operation.method == "GET") != operation.change.empty())
      refuse(plugin, "operation " + operation.id + ": a change must have x-change (its name in the audit log), a GET must not");
  });
  attempt(faults, [&] { refuse_unknown_keys(operation, row); });
  attempt(faults, [&] {
    if (document_["paths"].contains(path) && document_["paths"][path].contains(method))
      refuse(plugin, operation.method + " " + path + " belongs to the plugin " +
                         std::find_if(operations_.begin(), operations_.end(), [&](const Operation& other) {
                           return other.path == operation.path && other.method == operation.method;
                         })->plugin + " already");
    Json& documented = document_["paths"][path][method] = row;
    if (operation.method == "GET" && !operation.streams) documented["responses"]["304"] = {{"description", "The request's If-None-Match has the ETag of this reply"}};
    operations_.push_back(operation);
  });
}

void Contract::close(Faults* faults) {
  for (Operation& operation : operations_) {
    checks_in(faults, operation.plugin, "api.yaml");
    attempt(faults, [&] {
      try {
        compile_operation(document_, operation, faults);
      } catch (const Json::exception& error) {
        refuse(operation.plugin, operation.id + ": " + error.what());
      } catch (const Error& error) {
        if (text_member(error.args(), "plugin") != "?") throw;
        refuse(operation.plugin, operation.id + ": " + text_member(error.args(), "what"));  // a schema does not know its plugin
      }
    });
  }
  // Literals before parameters, from left to right: the first route that matches is then the right one.
  std::stable_sort(operations_.begin(), operations_.end(), [](const Operation& a, const Operation& b) {
    return std::lexicographical_compare(
        a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
        [](const std::string& x, const std::string& y) { return !is_parameter(x) && is_parameter(y); });
  });
  for (auto a = operations_.begin(); a != operations_.end(); ++a)
    for (auto b = std::next(a); b != operations_.end(); ++b) {
      const bool same = a->method == b->method && a->segments.size() == b->segments.size() &&
                        std::equal(a->segments.begin(), a->segments.end(), b->segments.begin(), [](const auto& x, const auto& y) {
                          return x == y || (is_parameter(x) && is_parameter(y));
                        });
      if (!same) continue;
      checks_in(faults, b->plugin, "api.yaml");
      attempt(faults, [&] { refuse(b->plugin, b->method + " " + b->path + " is the same path as " + a->path + " of the plugin " + a->plugin); });
    }
}

Operation* Contract::find(const std::string& operation_id) {
  const auto found = std::find_if(operations_.begin(), operations_.end(), [&](const Operation& o) { return o.id == operation_id; });
  return found == operations_.end() ? nullptr : &*found;
}

const Operation& Contract::route(const std::string& method, const std::vector<std::string>& segments,
                                 std::map<std::string, std::string, std::less<>>& params) const {
  bool path_known = false;
  const std::string& wanted = method == "HEAD" ? std::string("GET") : method;
  for (const Operation& operation : operations_) {
    if (operation.segments.size() != segments.size()) continue;
    const bool fits = std::equal(segments.begin(), segments.end(), operation.segments.begin(),
                                 [](const std::string& given, const std::string& row) { return is_parameter(row) || row == given; });
    if (!fits) continue;
    path_known = true;
    if (operation.method != wanted) continue;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (is_parameter(operation.segments[i]))
        params[operation.segments[i].substr(1, operation.segments[i].size() - 2)] = segments[i];
    return operation;
  }
  if (path_known) throw Error("method_not_allowed", {{"method", method}});
  throw Error("not_found");
}

std::vector<std::string> Contract::literals(std::string_view under) const {
  const std::vector<std::string> prefix = split(under);
  std::vector<std::string> names;
  for (const Operation& operation : operations_) {
    if (operation.segments.size() <= prefix.size() || !std::equal(prefix.begin(), prefix.end(), operation.segments.begin())) continue;
    const std::string& name = operation.segments[prefix.size()];
    if (!is_parameter(name) && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

void check_parameters(const Operation& operation, Request& request) {
  if (!operation.change.empty()) refuse_unknown_parameters(operation, request);
  Json values = Json::object();
  for (const auto& [name, value] : request.params) values[name] = value;
  for (const auto& [name, type] : operation.query_types)
    if (const auto found = request.query.find(name); found != request.query.end()) values[name] = typed(found->second, type);
  check(*operation.parameters, values);
  request.parameters = std::move(values);
}

void check_body(const Operation& operation, const Json& body) {
  if (const auto found = operation.members->unknown_in(body)) {
    const std::string parameter = near_miss(found->name, parameter_names(operation));
    throw unknown("unknown_member", found->where, found->name, found->known, parameter.empty() ? "" : "?" + parameter);
  }
  check(*operation.body, body);
}

}  // namespace podload
