// For tests of the dispatcher: a contract of a few operations, two clusters, and one caller. One thread.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/dispatcher.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/doubles.hpp"

namespace podload {

class GivenExchange final : public Exchange {
 public:
  std::map<std::string, std::string, std::less<>> params{{"REQUEST_METHOD", "GET"}, {"REMOTE_ADDR", "192.0.2.7"}, {"REQUEST_ID", "r1"}};
  std::map<std::string, std::string> given_headers{{"host", "localhost"}, {"accept-language", "en"}};
  std::string body;

  std::string_view param(std::string_view name) const override {
    const auto found = params.find(name);
    return found == params.end() ? std::string_view() : std::string_view(found->second);
  }
  void headers(const std::function<void(std::string, std::string_view)>& each) const override {
    for (const auto& [name, value] : given_headers) each(name, value);
  }
  std::string read_body(std::size_t limit) override {
    if (body.size() > limit) throw Error("too_large", {{"limit", limit}});
    return body;
  }
};

class GivenAuthenticator final : public Authenticator {
 public:
  std::optional<Principal> principal;
  std::optional<Principal> authenticate(const Request&) override { return principal; }
  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
    return std::vector<std::optional<Principal>>(principals.size(), principal);
  }
  void confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) override {}
};

class TwoClusters final : public ClusterDirectory {
 public:
  std::string id_of_one = "1";
  std::optional<Cluster> find(std::string_view name) override {
    for (Cluster& cluster : all())
      if (cluster.name == name) return std::move(cluster);
    return std::nullopt;
  }
  std::optional<Cluster> find_id(std::string_view) override { return std::nullopt; }
  std::vector<Cluster> all() override {
    std::vector<Cluster> clusters(2);
    clusters[0].id = id_of_one, clusters[0].name = "one";
    clusters[1].id = "2", clusters[1].name = "two";
    return clusters;
  }
  std::shared_ptr<KubeClient> client(const Cluster&) override { return nullptr; }
  std::unique_ptr<KubeFeed> follow(const Cluster&, const std::string&, const std::string&, std::shared_ptr<KubeMirror>) override { return nullptr; }
};

class KeptReplies final : public ReplySink {
 public:
  void send(std::shared_ptr<Exchange>, Reply reply) override { replies.push_back(std::move(reply)); }
  DetachedConnection detach(Exchange&, const Reply& beginning) override {
    beginnings.push_back(beginning);
    return {descriptor, 1};
  }
  std::vector<Reply> beginnings;
  int descriptor = -1;  ///< Of the next stream.
  std::vector<Reply> replies;
};

inline Json row(const char* id, const char* permission, bool changes = false) {
  Json row = {{"operationId", id}, {"x-permission", permission}, {"parameters", Json::array()}};
  if (changes) row["x-change"] = id;
  return row;
}

inline Json with(Json row, std::initializer_list<const char*> path_parameters) {
  for (const char* name : path_parameters) row["parameters"].push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  return row;
}

/// A stream of a namespace that the query names.
inline Json live() {
  Json live = with(row("live", "read"), {"cluster"});
  live["parameters"].push_back({{"name", "namespace"}, {"in", "query"}, {"required", true}, {"schema", {{"type", "string"}}}});
  live["responses"]["200"]["content"]["text/event-stream"] = Json::object();
  return live;
}

inline Json fragment() {
  Json change = with(row("restart", "write", true), {"cluster", "namespace"});
  change["parameters"].push_back({{"name", "dry_run"}, {"in", "query"}, {"schema", {{"type", "boolean"}}}});
  change["requestBody"]["content"]["application/json"]["schema"] = {{"type", "object"}, {"properties", {{"reason", {{"type", "string"}}}}}};
  Json nodes = with(row("nodes", "read"), {"cluster"});
  nodes["x-scope"] = "cluster";
  Json text = with(row("text", "public"), {"cluster"});
  text["x-scope"] = "none";
  return {{"paths",
           {{"/public", {{"get", row("public", "public")}}},
            {"/me", {{"get", row("me", "signed-in")}}},
            {"/users", {{"get", row("users", "admin")}}},
            {"/pages", {{"get", row("pages", "read")}}},
            {"/settings/{cluster}", {{"get", with(row("settings", "admin"), {"cluster"})}}},
            {"/seen/{cluster}", {{"get", with(row("seen", "signed-in"), {"cluster"})}}},
            {"/text/{cluster}", {{"get", text}}},
            {"/{cluster}/live", {{"get", live()}}},
            {"/{cluster}/pods", {{"get", with(row("pods", "read"), {"cluster"})}}},
            {"/{cluster}/nodes", {{"get", nodes}}},
            {"/{cluster}/{namespace}/pods", {{"get", with(row("in", "read"), {"cluster", "namespace"})}, {"post", change}}}}}};
}

struct DispatcherFixture {
  GivenAuthenticator authenticator;
  TwoClusters clusters;
  testing::RememberingAuditLog audit;
  testing::SetClock clock;
  testing::LinesLog log;
  KeptReplies sink;
  Words words;
  Contract contract;
  Dispatcher::Parts parts{&authenticator, &clusters, &audit, nullptr, &clock};
  Dispatcher::Options options;
  std::optional<Dispatcher> made;
  GivenExchange next;  ///< What the next request is made of.

  DispatcherFixture() {
    contract.add("a", fragment());
    contract.close();
    for (Operation& operation : contract.operations())
      operation.handler = [](Request& request) {
        return Reply::json({{"operation", request.operation_id}, {"cluster", request.cluster ? request.cluster->name : ""}, {"parameters", request.parameters}});
      };
    const auto word = [](int status) { return Json{{"status", status}, {"en", "text"}, {"zh-CN", "text"}}; };
    words.add({{"internal", word(500)}, {"unauthenticated", word(401)}, {"forbidden", word(403)}, {"not_found", word(404)}, {"invalid", word(422)},
               {"method_not_allowed", word(405)}, {"unknown_cluster", word(404)}, {"unknown_parameter", word(422)}, {"unknown_host", word(421)},
               {"cross_site", word(403)}, {"no_authenticator", word(503)}, {"no_clusters", word(503)}, {"no_audit_log", word(503)}, {"must_change", word(403)},
               {"plugin_unavailable", word(503)}, {"stopping", word(503)}, {"reply_lost", word(500)}, {"too_large", word(413)}, {"not_json_type", word(415)},
               {"bad_path", word(400)}, {"no_body_here", word(422)}},
              "words.yaml");
    may(Level::admin);
  }

  Dispatcher& dispatcher() {
    if (!made) made.emplace(options, contract, words, parts, sink, log);
    return *made;
  }

  /// The caller from now on: everywhere, or in the cluster `one` alone, or in one of its namespaces alone.
  void may(Level level, bool in_one_alone = false, const char* name_space = nullptr) {
    Principal principal;
    principal.user_id = principal.username = "ann";
    principal.level = level;
    principal.all_clusters = !in_one_alone;
    if (in_one_alone) principal.grants.push_back({"1", level, name_space == nullptr, name_space == nullptr ? std::vector<std::string>() : std::vector<std::string>{name_space}});
    authenticator.principal = principal;
  }

  std::optional<Reply> send(const std::string& method, const std::string& uri, const std::string& body = {}) {
    const auto exchange = std::make_shared<GivenExchange>(next);
    exchange->params["REQUEST_METHOD"] = method;
    exchange->params["REQUEST_URI"] = uri;
    exchange->params["CONTENT_TYPE"] = "application/json";
    exchange->body = body;
    return dispatcher().serve(exchange);
  }

  /// "200 pods one" or "403 forbidden".
  std::string answer(const std::string& uri, const std::string& method = "GET", const std::string& body = {}) {
    const std::optional<Reply> reply = send(method, uri, body);
    REQUIRE(reply);
    const Json json = parse_json(reply->body);
    const std::string what = reply->status == 200 ? text_member(json, "operation") : text_member(json, "code");
    const std::string cluster = text_member(json, "cluster");
    return std::to_string(reply->status) + " " + what + (cluster.empty() ? "" : " " + cluster);
  }
};

}  // namespace podload
