#include "sender.hpp"

#include <catch2/catch.hpp>

#include "chat_testing.hpp"
#include "podload_testing/database.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::notify;
using podload::testing::TestDatabase;
using podload::testing::test_database;
using Result = DeliveryResult::Result;
using std::chrono::seconds;

namespace {

/// Answers every request with the same reply, and stores the requests.
class Receiver final : public HttpClient {
 public:
  std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData) override {
    got.push_back(std::move(request));
    HttpResult result;
    result.reply = reply;
    on_done(std::move(result));
    return nullptr;
  }
  std::string text() const { return text_member(parse_json(got.back().body).at("text"), "content"); }

  HttpReply reply{200, {}, R"({"errcode":0})"};
  std::vector<HttpRequest> got;
};

class Queues final : public Events {
 public:
  void emit(Transaction&, const std::string&, const Json&) override { FAIL("everything goes into a queue"); }
  void enqueue(Transaction&, const std::string& queue, const std::string& name, const Json& data) override {
    waiting[queue].push_back({std::to_string(++number), name, "2026-01-01T00:00:00.000Z", data, 1});
  }
  int number = 0;
  std::map<std::string, std::vector<Event>> waiting;
};

struct Fixture {
  std::unique_ptr<TestDatabase> database = test_database("notify", PODLOAD_SQL);
  podload::testing::QuietLog quiet;
  podload::testing::RememberingAuditLog log;
  podload::testing::SetClock clock;
  Receiver receiver;
  Queues queues;
  Webhooks webhooks{*database, quiet, Secret(std::string(32, 'k')), own_chats(), {}};
  Sender sender{{*database, queues, receiver, clock,
                 [](const std::string&, const std::string& code, const Json& args) { return code + " " + text_member(args, "pod"); }},
                webhooks,
                own_chats(),
                {}};

  std::string add(const std::string& name, const std::string& format) {
    WebhookInput input;
    input.name = name;
    input.format = format;
    input.url = "https://hooks.example/robot/send?access_token=canary-token";
    input.events = {"operation.started", "operation.settled"};
    Actor actor;
    actor.confirm = [](Transaction&) {};
    input.all_clusters = true;
    return webhooks.add(input, actor, log).id;
  }
  static std::vector<Event> removals(int from, int to) {
    std::vector<Event> events;
    for (int i = from; i < to; ++i)
      for (const char* name : {"operation.started", "operation.settled"})
        events.push_back({name + std::to_string(i), name, "", {{"kind", "remove"}, {"pod", "web-" + std::to_string(i)}}, 1});
    return events;
  }
  Webhook shown(const std::string& id) { return webhooks.find(id); }
};

}  // namespace

TEST_CASE("events wait in the queue of each webhook that wants them, in order", "[database]") {
  Fixture f;
  const std::string ding = f.add("ding", "dingtalk"), plain = f.add("plain", "json");
  CHECK(f.sender.spread(Fixture::removals(0, 3)).count == 6);
  for (const std::string& id : {ding, plain}) {
    REQUIRE(f.queues.waiting[id].size() == 6);
    for (int i = 0; i < 6; ++i)
      CHECK(f.queues.waiting[id][i].data["event"]["id"] == (i % 2 == 0 ? "operation.started" : "operation.settled") + std::to_string(i / 2));
  }
}

TEST_CASE("a chat gets the waiting events in one message, a program one request per event", "[database]") {
  Fixture f;
  const std::string ding = f.add("ding", "dingtalk"), wecom = f.add("wecom", "wecom"), plain = f.add("plain", "json");
  f.sender.spread(Fixture::removals(0, 40));
  DeliveryResult reply = f.sender.deliver(f.queues.waiting[ding]);
  CHECK(reply.count == 80);
  CHECK(reply.result == Result::delivered);
  CHECK(reply.rest == seconds(4));
  CHECK(f.receiver.text().starts_with("notify_operation_started_remove web-0\n\nnotify_operation_settled_remove web-0\n\n"));
  CHECK(f.receiver.text().ends_with("notify_operation_settled_remove web-39"));

  std::vector<Event> waiting = f.queues.waiting[wecom];
  std::string all;
  while (!waiting.empty()) {
    reply = f.sender.deliver(waiting);
    CHECK(f.receiver.text().size() <= 2048);
    CHECK(reply.count <= waiting.size());
    all += (all.empty() ? "" : "\n\n") + f.receiver.text();
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(reply.count));
  }
  CHECK(f.receiver.got.size() == 1 + 2);  // 80 short texts take two messages of WeCom's size
  for (int i = 0; i < 40; ++i) CHECK(all.find("settled_remove web-" + std::to_string(i)) != std::string::npos);

  reply = f.sender.deliver(f.queues.waiting[plain]);
  CHECK(reply.count == 1);
  CHECK(parse_json(f.receiver.got.back().body)["id"] == "operation.started0");
}

TEST_CASE("the receiver's answer decides about the events, and is stored without secrets", "[database]") {
  Fixture f;
  const std::string ding = f.add("ding", "dingtalk");
  f.sender.spread(Fixture::removals(0, 2));
  f.receiver.reply.body = R"({"errcode":130101,"errmsg":"send too fast, canary-token"})";
  DeliveryResult reply = f.sender.deliver(f.queues.waiting[ding]);
  CHECK(reply.result == Result::too_fast);
  CHECK(reply.rest == seconds(600));
  CHECK(reply.problem == R"({"errcode":130101,"errmsg":"send too fast, ***"})");
  CHECK(f.shown(ding).error == reply.problem);
  f.receiver.reply.body = R"({"errcode":310000})";
  CHECK(f.sender.deliver(f.queues.waiting[ding]).result == Result::refused);
  CHECK(f.sender.test(f.shown(ding)) == R"({"errcode":310000})");
  f.receiver.reply.body = R"({"errcode":0})";
  CHECK(f.sender.test(f.shown(ding)).empty());
  CHECK(f.shown(ding).error.empty());

  Actor actor;
  actor.confirm = [](Transaction&) {};
  WebhookInput off;
  off.enabled = false;
  f.webhooks.change(ding, off, actor, f.log);
  const std::size_t before = f.receiver.got.size();
  CHECK(f.sender.deliver(f.queues.waiting[ding]).count == 4);  // done, without a message
  CHECK(f.receiver.got.size() == before);
}
