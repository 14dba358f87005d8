#include "webhooks.hpp"

#include <catch2/catch.hpp>

#include "chat_testing.hpp"
#include "podload/error.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::notify;
using podload::testing::TestDatabase;
using podload::testing::test_database;

namespace {

struct Fixture {
  std::unique_ptr<TestDatabase> database = test_database("notify", PODLOAD_SQL);
  podload::testing::QuietLog quiet;
  podload::testing::RememberingAuditLog log;
  Webhooks webhooks{*database, quiet, Secret(std::string(32, 'k')), own_chats(), {}};

  static Actor actor() {
    Actor actor;
    actor.entry.username = "root";
    actor.confirm = [](Transaction&) {};
    return actor;
  }
  static WebhookInput input(const std::string& name) {
    WebhookInput input;
    input.name = name;
    input.format = "json";
    input.url = "https://hooks.example/secret-path";
    input.secret = Secret("the key");
    input.events = {"operation.settled"};
    return input;
  }
};

}  // namespace

TEST_CASE("a webhook is stored sealed, changed, and deleted, and each change is logged", "[database]") {
  Fixture f;
  const Webhook made = f.webhooks.add(Fixture::input("ops"), Fixture::actor(), f.log);
  CHECK(made.host == "hooks.example");
  CHECK(f.database->as_owner("SELECT w::text FROM notify.webhooks w")[0][0].as<std::string>().find("secret-path") == std::string::npos);
  Target target = f.webhooks.target(f.webhooks.find(made.id));
  CHECK(target.url.reveal() == "https://hooks.example/secret-path");
  CHECK(target.secret.reveal() == "the key");

  WebhookInput listed;
  listed.cluster_ids.emplace();
  Webhook changed = f.webhooks.change(made.id, listed, Fixture::actor(), f.log);
  CHECK_FALSE(changed.all_clusters);
  CHECK(f.webhooks.target(changed).secret.reveal() == "the key");

  WebhookInput moved;
  moved.url = "https://elsewhere.example/";
  changed = f.webhooks.change(made.id, moved, Fixture::actor(), f.log);
  CHECK(changed.host == "elsewhere.example");
  CHECK(f.webhooks.target(changed).secret.empty());  // a secret belongs to its URL
  CHECK_FALSE(changed.all_clusters);

  CHECK(podload::testing::code_of([&] { f.webhooks.add(Fixture::input("ops"), Fixture::actor(), f.log); }) == "webhook_exists");
  f.webhooks.remove(made.id, Fixture::actor(), f.log);
  CHECK(podload::testing::code_of([&] { f.webhooks.find(made.id); }) == "unknown_webhook");
  CHECK(podload::testing::code_of([&] { f.webhooks.find("no uuid"); }) == "unknown_webhook");

  std::string outcomes;
  for (const AuditEntry& entry : f.log.entries()) {
    outcomes += entry.outcome + " " + entry.resource + "; ";
    CHECK(print_json(entry.details).find("secret-path") == std::string::npos);
  }
  CHECK(outcomes == "ok webhook/ops; ok webhook/ops; ok webhook/ops; refused webhook/ops; ok webhook/ops; ");
}
