// The registry, the directory and the probe on a real database, with a TLS server as the cluster.
#include "registry.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/network.hpp"
#include "podload_testing/tls_server.hpp"
#include "probe.hpp"

using namespace podload;
using namespace podload::cluster;
using namespace podload::testing;
using namespace std::chrono_literals;

namespace {

/// Answers like an API server; never answers if the path begins with /silent.
void play_cluster(const SeenRequest& seen, Responder& answer) {
  if (seen.target.starts_with("/silent")) answer.wait_for_end();
  if (seen.target.ends_with("/version")) return answer.reply(200, R"({"gitVersion":"v1.30.1"})");
  answer.reply(201, R"({"status":{"allowed":true}})");
}

struct Fixture {
  explicit Fixture(std::unique_ptr<TestDatabase> made, bool simulated = false)
      : database(std::move(made)),
        registry(*database, *http, clock, quiet, events, sealer, directory,
                 {simulated, {"admin", "login"}, {{"list", "", "pods"}}}) {}

  NewCluster new_cluster(const std::string& name, const std::string& path = "") {
    NewCluster cluster;
    cluster.row.name = name;
    cluster.row.any_address = true;
    cluster.stored = [this, path] {
      StoredAccess stored;
      stored.server = server.url(path);
      stored.token = Secret("canary5ecret");
      stored.certificate_authority_data = base64(authority.cert_pem());
      return stored;
    };
    return cluster;
  }
  Actor actor(std::string* confirmed = nullptr) const {
    Actor actor;
    actor.entry.action = "add_cluster";
    actor.entry.username = "root";
    actor.confirm = [confirmed](Transaction&, const std::string& id) {
      if (confirmed != nullptr) *confirmed = "confirmed " + id;
    };
    return actor;
  }
  std::string add(const std::string& name, const std::string& path = "") {
    return code_of([&] { registry.add(new_cluster(name, path), actor(), log); });
  }

  Authority authority;
  TlsServer server{authority.issue({.common_name = "server", .names = {"IP:127.0.0.1"}}), play_cluster};
  std::unique_ptr<TestDatabase> database;
  std::unique_ptr<HttpClient> http = make_network();
  SetClock clock;
  QuietLog quiet;
  RememberingAuditLog log;
  RememberingEvents events;
  Sealer sealer{Secret(std::string(32, 'k'))};
  Defaults defaults{{}, 2, 3s};  // a handshake under ThreadSanitizer takes hundreds of milliseconds
  Directory directory{*database, *http, clock, quiet, sealer, defaults};
  Registry registry;
};

std::unique_ptr<Fixture> fixture(bool simulated = false) {
  return std::make_unique<Fixture>(test_database("cluster", PODLOAD_SQL), simulated);
}

}  // namespace

TEST_CASE("a cluster is checked, sealed, registered, and deleted", "[database]") {
  const auto f = fixture();
  NewCluster new_cluster = f->new_cluster("shop");
  new_cluster.row.done_value = "away";
  std::string confirmed;
  CHECK(f->registry.add(new_cluster, f->actor(&confirmed), f->log).version == "v1.30.1");
  CHECK(confirmed == "confirmed ");
  const auto cluster = f->directory.find("shop");
  REQUIRE(cluster);
  CHECK(cluster->label.online == "online");
  CHECK(cluster->label.done == "away");
  CHECK(cluster->minimum == 2);
  CHECK(cluster->display_name == "shop");
  CHECK(f->directory.find_id(cluster->id)->name == "shop");
  CHECK(f->directory.http_client(*cluster)->server() == f->server.url(""));
  CHECK(f->directory.http_client(*cluster) == f->directory.http_client(*cluster));
  CHECK(f->database->as_owner("SELECT FROM cluster.clusters WHERE position('canary5ecret'::bytea in kubeconfig) > 0").empty());

  CHECK(f->add("shop") == "cluster_exists");
  f->registry.remove("shop", f->actor(&confirmed), f->log);
  CHECK(confirmed == "confirmed " + cluster->id);
  CHECK_FALSE(f->directory.find("shop"));
  CHECK(code_of([&] { f->directory.http_client(*cluster); }) == "unknown_cluster");
  CHECK(f->database->as_owner("SELECT FROM cluster.clusters WHERE kubeconfig IS NOT NULL").empty());
  CHECK(code_of([&] { f->registry.remove("shop", f->actor(), f->log); }) == "unknown_cluster");
  CHECK(f->add("shop").empty());
  CHECK(f->directory.find("shop")->id != cluster->id);

  std::string outcomes;
  for (const AuditEntry& entry : f->log.entries()) outcomes += entry.outcome + " ";
  CHECK(outcomes == "ok refused ok refused ok ");
}

TEST_CASE("refusals are logged, without text from the kubeconfig", "[database]") {
  const auto f = fixture();
  CHECK(f->add("admin") == "cluster_name_taken");
  CHECK(f->add("Shop") == "bad_cluster_name");
  CHECK(f->add("slow", "/silent") == "try_timeout");
  NewCluster new_cluster = f->new_cluster("shop");
  new_cluster.stored = []() -> StoredAccess { throw Error("kubeconfig_no_context", {{"contexts", "canary5ecret"}}); };
  CHECK(code_of([&] { f->registry.add(new_cluster, f->actor(), f->log); }) == "kubeconfig_no_context");
  new_cluster = f->new_cluster("shop");
  new_cluster.row.any_address = false;
  CHECK(code_of([&] { f->registry.add(new_cluster, f->actor(), f->log); }) == "try_address");
  new_cluster = f->new_cluster("shop");
  new_cluster.row.label_name = "not a label";
  CHECK(code_of([&] { f->registry.add(new_cluster, f->actor(), f->log); }) == "bad_label");
  Actor nobody = f->actor();
  nobody.confirm = [](Transaction&, const std::string&) { throw Error("signed_out"); };
  CHECK(code_of([&] { f->registry.add(f->new_cluster("shop"), nobody, f->log); }) == "signed_out");
  CHECK(f->directory.all().empty());
  CHECK(f->log.entries().size() == 7);
  for (const AuditEntry& entry : f->log.entries()) {
    CHECK(entry.outcome == "refused");
    CHECK(entry.details.dump().find("canary5ecret") == std::string::npos);
    CHECK(entry.details.dump().find("127.0.0.1") == std::string::npos);
  }
}

TEST_CASE("simulated and real clusters never share an installation, not even after deletion", "[database]") {
  auto f = fixture();
  NewCluster simulated = f->new_cluster("sim");
  simulated.row.simulated = true;
  CHECK(code_of([&] { f->registry.add(simulated, f->actor(), f->log); }) == "not_demo");
  CHECK(f->add("shop").empty());
  f->registry.remove("shop", f->actor(), f->log);
  std::string emitted;
  for (const auto& [name, data] : f->events.emitted) emitted += name + " " + text_member(data, "cluster") + "; ";
  CHECK(emitted == "cluster.added shop; cluster.removed shop; ");
  // The operator edits podload.yaml of an installation that had a real cluster.
  Registry edited(*f->database, *f->http, f->clock, f->quiet, f->events, f->sealer, f->directory, {true, {}, {}});
  CHECK(code_of([&] { edited.add(simulated, f->actor(), f->log); }) == "not_demo");
  CHECK_THROWS_AS(f->database->as_owner("UPDATE cluster.clusters SET simulated = true"), pqxx::sql_error);
  CHECK_THROWS_AS(f->database->as_owner("DELETE FROM cluster.clusters"), pqxx::sql_error);
  CHECK_THROWS_AS(f->database->as_owner("DELETE FROM cluster.clusters", "podloadd"), pqxx::sql_error);
  CHECK_THROWS_AS(f->database->as_owner("UPDATE cluster.clusters SET simulated = true", "podloadd"), pqxx::sql_error);

  f.reset();
  f = fixture(true);
  CHECK(f->add("shop") == "demo_only");
  simulated = f->new_cluster("sim");
  simulated.row.simulated = true;
  CHECK(code_of([&] { f->registry.add(simulated, f->actor(), f->log); }).empty());
}

TEST_CASE("the directory's cache is at most a second old", "[database]") {
  const auto f = fixture();
  CHECK(f->add("shop").empty());
  CHECK(f->directory.all().size() == 1);
  const Cluster cluster = f->directory.all().front();
  f->database->as_owner("UPDATE cluster.clusters SET kubeconfig = NULL, deleted_at = now(), deleted_by = 'another daemon'");
  CHECK(f->directory.all().size() == 1);
  f->clock.pass(1s);
  CHECK(f->directory.all().empty());
}

TEST_CASE("a damaged row affects its own cluster only; a new kubeconfig creates a new client", "[database]") {
  const auto f = fixture();
  CHECK(f->add("one").empty());
  CHECK(f->add("two").empty());
  const Cluster one = *f->directory.find("one"), two = *f->directory.find("two");
  const auto before = f->directory.http_client(one);
  f->database->as_owner("UPDATE cluster.clusters SET kubeconfig_version = 2, kubeconfig = (SELECT kubeconfig FROM cluster.clusters WHERE name = 'two') WHERE name = 'one'");
  f->clock.pass(1s);
  CHECK(code_of([&] { f->directory.http_client(one); }) == "cluster_unusable");
  CHECK(f->directory.http_client(two)->server() == f->server.url(""));
  Probe probe(f->directory, f->clock);
  const auto checked = probe.check(f->directory.all());
  CHECK_FALSE(checked.at(one.id).reachable);
  CHECK(checked.at(two.id).version == "v1.30.1");
}

TEST_CASE("a row that an earlier version sealed opens", "[database]") {
  const auto f = fixture();
  ClusterRow row;
  row.id = new_uuid();
  row.name = "old";
  const std::string text =
      R"({"certificate-authority-data":")" + base64(f->authority.cert_pem()) +
      R"(","context":"one","server":"https://10.0.0.1:6443/base","tls-server-name":"kubernetes","token":"sesame"})";
  const std::string sealed = f->sealer.seal(Secret(text), kKubeconfigPurpose, row.id);
  f->database->transact([&](Transaction& tx) { ClusterStore().add(tx, row, sealed, "root"); });
  const Cluster cluster = *f->directory.find("old");
  CHECK(f->directory.http_client(cluster)->server() == "https://10.0.0.1:6443/base");
  const StoredAccess stored = f->directory.stored(row);
  CHECK(stored.token.reveal() == "sesame");
  CHECK(to_text(stored).reveal() == text);  // and an earlier version opens what this one seals
}

TEST_CASE("evaluation of the answer to GET /version") {
  const auto health = [](int status, const std::string& body) {
    HttpResult result;
    result.reply.status = status;
    result.reply.body = body;
    return health_of(result);
  };
  const Health ready = health(200, R"({"gitVersion":"v1.31.14"})");
  CHECK((ready.reachable && ready.state == "ready" && ready.version == "v1.31.14" && ready.why.empty()));
  for (const auto& [status, state] : {std::pair(401, "credentials"), {403, "forbidden"}, {429, "failing"}, {500, "failing"}, {200, "failing"}}) {
    const Health ill = health(status, R"({"message":"in its own words"})");
    CHECK((ill.reachable && ill.state == state && ill.version == "Unknown"));
    CHECK(ill.why == std::to_string(status) + " in its own words");
  }
  HttpResult none;
  none.failure = HttpFailure{HttpFailure::Kind::timeout, "no whole reply"};
  CHECK((!health_of(none).reachable && health_of(none).state == "unreachable" && health_of(none).why == "no whole reply"));
}

namespace {

/// Loses calls, or throws.
class LosingClient final : public HttpClient {
 public:
  std::shared_ptr<HttpCall> start(HttpRequest, OnDone, OnData) override {
    ++calls;
    if (throws) throw std::runtime_error("no memory for it");
    return nullptr;
  }
  int calls = 0;
  bool throws = false;
};

}  // namespace

TEST_CASE("after a lost request the cluster is not pending forever", "[database]") {
  const auto f = fixture();
  CHECK(f->add("one").empty());
  LosingClient losing;
  Directory directory(*f->database, losing, f->clock, f->quiet, f->sealer, {});
  Probe probe(directory, f->clock);
  for (const bool throws : {false, true, false}) {
    losing.throws = throws;
    const auto began = std::chrono::steady_clock::now();
    CHECK_FALSE(probe.check(directory.all()).begin()->second.reachable);
    CHECK(std::chrono::steady_clock::now() - began < 1s);  // without waiting for it
    f->clock.pass(11s);
  }
  CHECK(losing.calls == 3);
}

TEST_CASE("the list of clusters does not wait for one that hangs, nor send requests to the others repeatedly", "[database]") {
  const auto f = fixture();
  CHECK(f->add("good").empty());
  ClusterRow row;
  row.id = new_uuid();
  row.name = "silent";
  row.any_address = true;
  const std::string sealed = f->sealer.seal(to_text(f->new_cluster("x", "/silent").stored()), kKubeconfigPurpose, row.id);
  f->database->transact([&](Transaction& tx) { ClusterStore().add(tx, row, sealed, "root"); });
  f->directory.forget();
  Probe probe(f->directory, f->clock);
  const auto began = std::chrono::steady_clock::now();
  auto checked = probe.check(f->directory.all());
  CHECK(std::chrono::steady_clock::now() - began < 2500ms);
  CHECK(checked.at(row.id).version == "Unknown");
  CHECK(checked.at(f->directory.find("good")->id).version == "v1.30.1");
  const int connections = f->server.connections();
  const auto again = std::chrono::steady_clock::now();
  checked = probe.check({*f->directory.find("good")});
  CHECK(std::chrono::steady_clock::now() - again < 500ms);
  CHECK(f->server.connections() == connections);
}

TEST_CASE("changing a cluster: absent fields stay, a new kubeconfig is checked first", "[database]") {
  const auto f = fixture();
  REQUIRE(f->add("shop") == "");
  const auto client = f->directory.client(*f->directory.find("shop"));
  const auto update = [&](const ClusterChange& change) {
    return code_of([&] { f->registry.update("shop", change, f->actor(), f->log); });
  };

  ClusterChange named;
  named.display_name = "The shop";
  named.done_value = "away";
  CHECK(update(named) == "");
  CHECK(f->directory.find("shop")->display_name == "The shop");
  CHECK(f->directory.find("shop")->label.done == "away");
  CHECK(f->directory.find("shop")->label.name == "load");
  CHECK(f->log.entries().back().details.at("before").at("display_name") == "");
  CHECK(f->log.entries().back().details.at("after").at("display_name") == "The shop");
  CHECK(print_json(f->log.entries().back().details).find("canary5ecret") == std::string::npos);

  ClusterChange silent;
  silent.stored = f->new_cluster("shop", "/silent").stored;
  CHECK(update(silent) == "try_address");  // the operator allowed the first address only
  silent.any_address = true;
  CHECK(update(silent) == "try_timeout");
  CHECK(f->directory.http_client(*f->directory.find("shop"))->server() == f->server.url(""));

  ClusterChange renewed;  // the same server: still allowed
  renewed.stored = f->new_cluster("shop").stored;
  CHECK(update(renewed) == "");
  CHECK(f->directory.client(*f->directory.find("shop")) != client);

  ClusterChange back;
  back.done_value = "";
  CHECK(update(back) == "");
  CHECK(f->directory.find("shop")->label.done == "done");
  ClusterChange same;
  same.done_value = "online";
  CHECK(update(same) == "bad_label");
  CHECK(code_of([&] { f->registry.update("none", named, f->actor(), f->log); }) == "unknown_cluster");
}

TEST_CASE("a name that was ever registered is known", "[database]") {
  const auto f = fixture();
  CHECK_FALSE(f->registry.ever_known("shop"));
  REQUIRE(f->add("shop") == "");
  CHECK(f->registry.ever_known("shop"));
  f->registry.remove("shop", f->actor(), f->log);
  CHECK(f->registry.ever_known("shop"));
}
