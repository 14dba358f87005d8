// The contract: the OpenAPI document joined from the host's fragment and the plugins', its
// operations, and the check of requests against their schemas. Filled at start on one thread, then
// only read; any thread.
#pragma once

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

class KnownMembers;
class Schema;

enum class Permission { everyone, signed_in, read, write, admin };

struct Operation {
  std::string id;
  std::string plugin;
  std::string method;
  std::string path;                    ///< With its {parameters}.
  std::vector<std::string> segments;   ///< Of the path.
  Permission permission = Permission::admin;
  std::string change;                  ///< x-change; empty for reads.
  bool whole_cluster = false;          ///< x-scope: cluster. Namespaces are not enough.
  bool any_host = false;               ///< x-any-host: answers whatever the Host header says (probes ask by address).
  bool has_body = false;
  bool body_required = false;
  std::size_t body_limit = 0;          ///< Bytes; x-body-limit, else 0: as the dispatcher is told.
  std::map<std::string, std::string> query_types;  ///< "boolean", "integer", "string"
  std::shared_ptr<const Schema> parameters;
  std::shared_ptr<const Schema> body;
  std::shared_ptr<const KnownMembers> members;     ///< Of the body.
  Handler handler;
  std::string unavailable;             ///< Why its plugin does not run; empty when it does.
};

class Contract {
 public:
  /// Adds a fragment. Throws Error{"bad_api"} for: an operation without operationId or
  /// x-permission, a change (anything but GET) without x-change, a path that another has, two
  /// components of one name, a `pattern` (std::regex, which valijson uses, recurses one level for
  /// each character and so could be made to end the process).
  void add(const std::string& plugin, const Json& fragment);

  /// Compiles the schemas and orders the routes; after the last add().
  void close();

  /// Null where nothing is bound: throws nothing.
  Operation* find(const std::string& operation_id);
  std::vector<Operation>& operations() { return operations_; }
  const std::vector<Operation>& operations() const { return operations_; }
  const Json& document() const { return document_; }

  /// The operation of that method and path, with the path's parameters; literal parts beat
  /// parameters, from the left. Throws Error{"not_found"} or Error{"method_not_allowed"}.
  const Operation& route(const std::string& method, const std::vector<std::string>& segments,
                         std::map<std::string, std::string, std::less<>>& params) const;

  /// The literals that stand right under `path` in any route ("/api": admin, login, ...).
  std::vector<std::string> literals(std::string_view under) const;

 private:
  Json document_ = Json{{"paths", Json::object()}, {"components", Json::object()}};
  std::vector<Operation> operations_;
};

/// Throws Error{"invalid"} where the parameters or the body do not fit the operation's schemas. On a
/// change also for what api.yaml does not declare: Error{"unknown_parameter"} and
/// Error{"unknown_member"}, naming the nearest that it declares or else all.
void check_parameters(const Operation& operation, const Request& request);
void check_body(const Operation& operation, const Json& body);

}  // namespace podload
