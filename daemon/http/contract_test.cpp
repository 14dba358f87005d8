#include "http/contract.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/request.hpp"

using namespace podload;

namespace {

Json operation(const char* id, std::initializer_list<const char*> parameters = {}) {
  Json row = {{"operationId", id}, {"x-permission", "read"}, {"parameters", Json::array()}};
  for (const char* name : parameters) row["parameters"].push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  return row;
}

Contract made() {
  Contract contract;
  contract.add("a", {{"paths",
                      {{"/api/clusters", {{"get", operation("clusters")}}},
                       {"/api/{cluster}/nodes", {{"get", operation("nodes", {"cluster"})}}},
                       {"/api/{cluster}/namespaces", {{"get", operation("namespaces", {"cluster"})}}},
                       {"/api/{cluster}/{namespace}/pods", {{"get", operation("pods", {"cluster", "namespace"})}}},
                       {"/api/{cluster}/{namespace}/{type}/{name}/pods", {{"get", operation("of", {"cluster", "namespace", "type", "name"})}}}}}});
  contract.close();
  return contract;
}

std::string routed(const Contract& contract, const std::vector<std::string>& segments, const std::string& method = "GET") {
  std::map<std::string, std::string, std::less<>> params;
  try {
    const std::string id = contract.route(method, segments, params).id;
    return params.contains("namespace") ? id + ":" + params["namespace"] : id;
  } catch (const Error& error) {
    return error.code();
  }
}

std::string refusal(const Json& fragment, bool close = false) {
  Contract contract = made();
  try {
    contract.add("b", fragment);
    if (close) contract.close();
  } catch (const Error& error) {
    return text_member(error.args(), "what");
  }
  return "taken";
}

}  // namespace

TEST_CASE("literal segments take precedence over parameters, and a namespace with the same name still works") {
  const Contract contract = made();
  CHECK(routed(contract, {"api", "clusters"}) == "clusters");
  CHECK(routed(contract, {"api", "real", "nodes"}) == "nodes");
  for (const char* name : {"nodes", "namespaces", "pods", "clusters", "api"}) {
    CHECK(routed(contract, {"api", "real", name, "pods"}) == std::string("pods:") + name);
    CHECK(routed(contract, {"api", "real", name, "deployment", "web", "pods"}) == std::string("of:") + name);
  }
  CHECK(routed(contract, {"api", "real"}) == "not_found");
  CHECK(routed(contract, {"api", "Clusters"}) == "not_found");
  CHECK(routed(contract, {"api", "clusters"}, "DELETE") == "method_not_allowed");
  CHECK(routed(contract, {"api", "clusters"}, "HEAD") == "clusters");
}

TEST_CASE("reserved names are computed from the routes") {
  const Contract contract = made();
  CHECK(contract.literals("/api") == std::vector<std::string>{"clusters"});
  CHECK(contract.literals("/api/{cluster}") == std::vector<std::string>{"namespaces", "nodes"});
}

TEST_CASE("an invalid fragment is refused, naming its plugin") {
  const auto path = [](const char* at, const char* method, const Json& row) { return Json{{"paths", {{at, {{method, row}}}}}}; };
  Json row = operation("b.clusters");
  CHECK(refusal(path("/api/clusters", "get", row)) == "GET /api/clusters belongs to the plugin a already");
  CHECK(refusal(path("/api/{other}/nodes", "get", operation("b.nodes", {"other"})), true).find("is the same path as /api/{cluster}/nodes of the plugin") !=
        std::string::npos);
  CHECK(refusal(path("/api/b", "get", operation("clusters"))).find("exists already") != std::string::npos);
  CHECK(refusal(path("/api/b/{what}", "get", row), true).find("{what} is not declared") != std::string::npos);
  CHECK(refusal(path("/api/b", "post", row)).find("x-change") != std::string::npos);
  row.erase("x-permission");
  CHECK(refusal(path("/api/b", "get", row)).find("x-permission") != std::string::npos);
  CHECK(refusal(path("/api/b", "get", {{"x-permission", "read"}})).find("operationId") != std::string::npos);
  CHECK(refusal({{"components", {{"schemas", {{"X", {{"type", "string"}, {"pattern", "a*"}}}}}}}}).find("pattern") != std::string::npos);
}

namespace {

/// A change with the query parameter dry_run and a body of {reason}, and a read.
Contract with_change() {
  Contract contract;
  Json row = operation("change");
  row["x-permission"] = "write";
  row["x-change"] = "change";
  row["x-body-limit"] = 4096;
  row["parameters"].push_back({{"name", "dry_run"}, {"in", "query"}, {"schema", {{"type", "boolean"}}}});
  row["requestBody"]["content"]["application/json"]["schema"] = {{"type", "object"}, {"properties", {{"reason", {{"type", "string"}}}}}};
  contract.add("a", {{"paths", {{"/change", {{"post", row}, {"get", operation("read")}}}}}});
  contract.close();
  return contract;
}

/// "code nearest known" of the error.
std::string refused(const std::function<void()>& check) {
  try {
    check();
    return "taken";
  } catch (const Error& error) {
    return error.code() + " " + text_member(error.args(), "nearest") + " " + text_member(error.args(), "known");
  }
}

}  // namespace

TEST_CASE("x-scope and x-permission have the values that the host knows, where they mean something") {
  const auto with = [](const char* member, const char* value, const char* path, std::initializer_list<const char*> parameters) {
    Json row = operation("b.one", parameters);
    row[member] = value;
    return Json{{"paths", {{path, {{"get", row}}}}}};
  };
  CHECK(refusal(with("x-permission", "reader", "/api/b", {})) == "operation b.one: x-permission is public, signed-in, read, write or admin, not reader");
  CHECK(refusal(with("x-scope", "all", "/api/b/{cluster}", {"cluster"})) == "b.one: x-scope is cluster or none, not all");
  CHECK(refusal(with("x-scope", "cluster", "/api/b", {})) == "b.one: x-scope needs {cluster} in the path");
  CHECK(refusal(with("x-permission", "public", "/api/b/{cluster}", {"cluster"})) == "b.one: a public operation with {cluster} in its path needs `x-scope: none`");
  CHECK(refusal(with("x-scope", "none", "/api/b/{cluster}", {"cluster"})) == "taken");
}

TEST_CASE("a schema that is none is refused, naming its plugin") {
  Json row = operation("b.one", {"name"});
  row["parameters"][0]["schema"]["type"] = "strng";
  const std::string fault = refusal({{"paths", {{"/api/b/{name}", {{"get", row}}}}}}, true);
  CHECK(fault.find("b.one: a schema: ") == 0);
  CHECK(fault.find("strng") != std::string::npos);
}

TEST_CASE("a stream is the reply to a GET of a caller who is known") {
  const Json reply = {{"200", {{"content", {{"text/event-stream", Json::object()}}}}}};
  Json row = operation("live");
  row["responses"] = reply;
  Contract contract;
  contract.add("a", {{"paths", {{"/live", {{"get", row}}}}}});
  contract.close();
  CHECK(contract.find("live")->streams);
  CHECK_FALSE(contract.document()["paths"]["/live"]["get"]["responses"].contains("304"));

  Json open_to_all = row, change = row;
  open_to_all["x-permission"] = "public";
  change["x-change"] = "live";
  const std::string why = "live: a stream (text/event-stream) is the reply to a GET, and its x-permission is not public";
  CHECK(refusal({{"paths", {{"/live", {{"get", open_to_all}}}}}}) == why);
  CHECK(refusal({{"paths", {{"/live", {{"post", change}}}}}}) == why);
}

TEST_CASE("the document says that a reply to a GET may be 304") {
  const Contract contract = made();
  CHECK(contract.document()["paths"]["/api/clusters"]["get"]["responses"].contains("304"));
}

TEST_CASE("a change refuses parameters and members that it does not declare; a read ignores them") {
  Contract contract = with_change();
  const Operation& change = *contract.find("change");
  const auto query = [](const Operation& operation, const char* name) {
    testing::TestRequest request;
    request.query[name] = "true";
    return refused([&] { check_parameters(operation, request); });
  };
  CHECK(query(change, "dry_run") == "taken");
  CHECK(query(change, "dryrun") == "unknown_parameter dry_run ");
  CHECK(query(change, "") == "unknown_parameter  dry_run");
  CHECK(query(change, "force") == "unknown_parameter  dry_run");
  CHECK(query(change, "raeson") == "unknown_parameter {\"reason\": …} ");
  CHECK(query(*contract.find("read"), "dryrun") == "taken");
  const auto body = [&](const char* text) { return refused([&] { check_body(change, parse_json(text)); }); };
  CHECK(body(R"({"reason": "x"})") == "taken");
  CHECK(body(R"({"dry-run": true})") == "unknown_member ?dry_run ");
  CHECK(body(R"({"Reason": 1})") == "unknown_member reason ");
  CHECK(body(R"({"x": 1})") == "unknown_member  reason");
  CHECK(body(R"({"reason": 1})") == "invalid  ");
  CHECK(change.body_limit == 4096);
}

TEST_CASE("a schema whose known members are unclear is refused, naming its plugin") {
  Json row = operation("b.change");
  row["x-change"] = "change";
  row["requestBody"]["content"]["application/json"]["schema"] = {{"if", {{"type", "object"}}}};
  CHECK(refusal({{"paths", {{"/b", {{"post", row}}}}}}, true).find("b.change: a body's schema has `if`") == 0);
}
