// The contract: the OpenAPI document merged from the fragments of the host and the plugins, its operations, and the
// validation of requests against their schemas. Filled at start on one thread, then read-only; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/json.hpp"
#include "podload/request.hpp"

namespace podload {

class Faults;
class KnownMembers;
class Schema;

enum class Permission { everyone, signed_in, read, write, admin };

/// What a path with {cluster} concerns: x-scope.
enum class Scope {
  grant,    ///< The default: what a grant for the cluster, or for one of its namespaces, opens.
  cluster,  ///< The whole cluster. Access to single namespaces is not enough.
  none,     ///< {cluster} is a text: the host neither looks the cluster up nor counts the request as one to it.
};

struct Operation {
  std::string id;
  std::string plugin;
  std::string method;
  std::string path;                    ///< Including its {parameters}.
  std::vector<std::string> segments;   ///< The parts of the path.
  Permission permission = Permission::admin;
  std::string change;                  ///< x-change; empty for reads.
  Scope scope = Scope::grant;
  bool any_host = false;               ///< x-any-host: allowed with any Host header (probes use the address).
  bool has_body = false;
  bool body_required = false;
  bool answers_from_memory = false;    ///< x-reaches: memory: its handler takes a place when it waits for the cluster.
  bool streams = false;                ///< Its reply is text/event-stream.
  bool namespace_in_query = false;     ///< A required query parameter `namespace` counts like {namespace} in the path.
  std::size_t body_limit = 0;          ///< In bytes, from x-body-limit; 0: the dispatcher's default.
  std::map<std::string, std::string> query_types;  ///< "boolean", "integer", "string"
  std::shared_ptr<const Schema> parameters;
  std::shared_ptr<const Schema> body;
  std::shared_ptr<const KnownMembers> members;     ///< The members that the body may have.
  Handler handler;
  std::string unavailable;             ///< Why its plugin does not run; empty if it does.
  std::optional<std::size_t> concurrency;  ///< How many handlers of its plugin may run at once; nothing: the default share.
  std::chrono::seconds time{60};       ///< After which a handler that has not returned is logged.
};

class Contract {
 public:
  /// Adds a fragment. Throws Error{"bad_api"} for an operation without operationId or x-permission, a public one with
  /// {cluster} in its path and without `x-scope: none`, a change (anything but GET) without x-change, a path or component that exists already, and a `pattern` (std::regex, which valijson
  /// uses, recurses once per character, so that an input could crash the process). An unknown key that begins with x- is
  /// one too. With `faults` these are added to them, and what can be taken is.
  void add(const std::string& plugin, const Json& fragment, Faults* faults = nullptr);

  /// Compiles the schemas and sorts the routes; call it after the last add(). Throws Error{"bad_api"} for an invalid
  /// schema and for two paths that match the same requests; with `faults`, as above.
  void close(Faults* faults = nullptr);

  /// The operation with that id, or null.
  Operation* find(const std::string& operation_id);
  std::vector<Operation>& operations() { return operations_; }
  const std::vector<Operation>& operations() const { return operations_; }
  const Json& document() const { return document_; }

  /// Finds the operation for a method and path and fills in the path's parameters. Literal segments take precedence
  /// over parameters, from left to right. Throws Error{"not_found"} or Error{"method_not_allowed"}.
  const Operation& route(const std::string& method, const std::vector<std::string>& segments,
                         std::map<std::string, std::string, std::less<>>& params) const;

  /// The literal segments directly below `under` in all routes ("/api": admin, login, ...).
  std::vector<std::string> literals(std::string_view under) const;

 private:
  void add_operation(const std::string& plugin, const std::string& path, const std::string& method, const Json& row, Faults* faults);

  Json document_ = Json{{"paths", Json::object()}, {"components", Json::object()}};
  std::vector<Operation> operations_;
};

/// Throw Error{"invalid"} if the parameters or the body do not match the operation's schemas; check_parameters then sets
/// request.parameters. For a change they also
/// throw Error{"unknown_parameter"} and Error{"unknown_member"} for what api.yaml does not declare; the error names the
/// nearest declared name, or else all.
void check_parameters(const Operation& operation, Request& request);
void check_body(const Operation& operation, const Json& body);

}  // namespace podload
