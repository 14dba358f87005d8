#include "plugin_host/outbox.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "plugin_host/declared_events.hpp"
#include "plugin_host/delivery_store.hpp"
#include "podload/error.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using podload::testing::test_database;

namespace {

class NoDatabase : public Database {
  void run(const std::function<void(Transaction&)>&) override { FAIL("no database is needed here"); }
};

Manifest manifest(const std::string& name, std::vector<std::string> emits, std::vector<std::string> subscribes) {
  Manifest made;
  made.name = name;
  made.emits = std::move(emits);
  made.subscribes = std::move(subscribes);
  return made;
}

Manifest listener_in_order() {
  Manifest made = manifest("listener", {"listener.due"}, {"thing.began", "thing.ended", "listener.due"});
  made.subscribes_in_order = true;
  return made;
}

/// One or more daemons on a real database, with time that a test can advance.
struct Daemons {
  std::unique_ptr<podload::testing::TestDatabase> database = test_database("podload", PODLOAD_SQL "/host");
  podload::testing::LinesLog log;
  std::vector<std::unique_ptr<Outbox>> running;
  double passed = 0;  ///< Seconds by which the test advanced, beside those that it takes.
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  Outbox& start(int attempts, const std::map<std::string, QueueSubscriber>& subscribers) {
    running.push_back(std::make_unique<Outbox>(*database, log, attempts));
    Manifest emitter = manifest("emitter", {"thing.began", "thing.ended"}, {});
    emitter.event_data["thing.began"] = {{"type", "object"}, {"properties", {{"of", {{"type", "string"}}}}}};
    running.back()->declare({emitter, listener_in_order()});
    for (const auto& [event, subscriber] : subscribers) running.back()->subscribe("listener", event, subscriber);
    return *running.back();
  }
  void emit(const std::string& queue, const std::string& event, const Json& data) {
    database->transact([&](Transaction& tx) { running.front()->emit(tx, event == "listener.due" ? "listener" : "emitter", queue, event, data); });
  }
  double now() const { return passed + std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); }
  void pass(double seconds) {
    passed += seconds;
    database->as_owner("UPDATE podload.queues SET due_at = due_at - make_interval(secs => " + std::to_string(seconds) + ")");
  }
  void deliver() {
    for (const auto& outbox : running) outbox->deliver_due([] { return false; });
  }
  std::pair<int, int> counts() {
    return database->transact([](Transaction& tx) { return DeliveryStore::counts(tx); });
  }
};

/// A chat that accepts a number of messages per minute, and then none until a minute without messages.
struct Chat {
  Daemons& daemons;
  int a_minute;
  std::vector<double> tries = {};
  std::vector<std::string> texts = {};
  double banned_until = -1;

  bool take(const std::string& text) {
    const double now = daemons.now();
    tries.push_back(now);
    const auto lately = std::count_if(tries.begin(), tries.end(), [&](double at) { return at > now - 60; });
    if (now < banned_until || lately > a_minute) {
      banned_until = now + 60;
      return false;
    }
    texts.push_back(text);
    return true;
  }
  int most_tries_in_a_minute() const {
    long most = 0;
    for (const double from : tries) most = std::max(most, std::count_if(tries.begin(), tries.end(), [&](double at) { return at >= from && at < from + 60; }));
    return static_cast<int>(most);
  }
};

}  // namespace

TEST_CASE("a plugin that subscribes to an unknown event is refused, and the nearest event is named") {
  NoDatabase database;
  podload::testing::QuietLog log;
  Outbox outbox(database, log, 3);
  const Manifest listener = manifest("listener", {}, {"operation.setled"});
  outbox.declare({manifest("emitter", {"operation.started", "operation.settled"}, {}), listener});
  CHECK(outbox.missing_events(listener) == "it subscribes to operation.setled, which no plugin here emits; did you mean operation.settled?");
  CHECK(outbox.missing_events(manifest("listener", {}, {"operation.settled"})).empty());
}

TEST_CASE("an event belongs to one plugin") {
  NoDatabase database;
  podload::testing::QuietLog log;
  Outbox outbox(database, log, 3);
  CHECK(podload::testing::code_of([&] { outbox.declare({manifest("a", {"x.y"}, {}), manifest("b", {"x.y"}, {})}); }) == "bad_manifest");
}

TEST_CASE("data has the shape that plugin.yaml gives it; without one it has any") {
  Manifest emitter = manifest("emitter", {"x.y", "x.z"}, {});
  emitter.event_data["x.y"] = {{"type", "object"}, {"required", {"of"}}, {"additionalProperties", false}, {"properties", {{"of", {{"type", "string"}}}}}};
  DeclaredEvents events;
  events.declare({emitter});
  CHECK_FALSE(events.problem_of("x.y", {{"of", "a"}}));
  CHECK(events.problem_of("x.y", {{"of", 1}})->where == "of");
  CHECK(events.problem_of("x.y", {{"of", "a"}, {"more", 1}}));
  CHECK(events.problem_of("x.y", Json::object()));
  CHECK_FALSE(events.problem_of("x.z", {{"of", 1}}));

  emitter.event_data["x.y"] = {{"type", "objekt"}};
  CHECK(podload::testing::code_of([&] { DeclaredEvents().declare({emitter}); }) == "bad_manifest");
}

TEST_CASE("data of another shape is logged as the plugin's error, and delivered", "[database]") {
  Daemons daemons;
  std::vector<Json> received;
  daemons.start(24, {{"thing.began", [&](const std::vector<Event>& events) {
                        for (const Event& event : events) received.push_back(event.data);
                        return DeliveryResult{events.size(), DeliveryResult::Result::delivered, {}, {}};
                      }}});
  daemons.emit({}, "thing.began", {{"of", "a"}});
  CHECK(daemons.log.text().empty());
  daemons.emit({}, "thing.began", {{"of", 1}});
  CHECK(daemons.log.has(R"(error an event's data does not match its schema in plugin.yaml; it is delivered all the same {"event":"thing.began","plugin":"emitter","what":)"));
  CHECK(daemons.log.has(R"("where":"of")"));
  daemons.deliver();
  CHECK(received == std::vector<Json>{{{"of", "a"}}, {{"of", 1}}});
}

TEST_CASE("attempts come at growing, randomly varied intervals") {
  CHECK(backoff_seconds(1, 0.5) == 2);
  CHECK(backoff_seconds(3, 0.5) == 8);
  CHECK(backoff_seconds(3, 0) == 4);
  CHECK(backoff_seconds(3, 1) == 12);
  CHECK(backoff_seconds(1000, 0.5) == 900);
}

TEST_CASE("a queue's pause grows each time that its receiver wants one") {
  CHECK(rest_seconds(60, 0, 0) == 60);
  CHECK(rest_seconds(60, 1, 0) == 120);
  CHECK(rest_seconds(60, 30, 0) == 900);
  CHECK(rest_seconds(60, 1, 1) == 144);
  CHECK(rest_seconds(3600, 2, 0) == 3600);
}

TEST_CASE("a plugin that subscribes in order gets events in order, also after a failure", "[database]") {
  Daemons daemons;
  std::vector<std::string> received;
  bool broken = true;
  const QueueSubscriber subscriber = [&](const std::vector<Event>& events) {
    if (broken) throw std::runtime_error("not now");
    for (const Event& event : events) received.push_back(event.name + " " + text_member(event.data, "of"));
    return DeliveryResult{events.size(), DeliveryResult::Result::delivered, {}, {}};
  };
  for (int i = 0; i < 2; ++i) daemons.start(24, {{"thing.began", subscriber}, {"thing.ended", subscriber}});
  for (const char* of : {"a", "b"}) {
    daemons.emit({}, "thing.began", {{"of", of}});
    daemons.emit({}, "thing.ended", {{"of", of}});
  }
  daemons.deliver();
  CHECK(received.empty());
  broken = false;
  daemons.deliver();
  CHECK(received.empty());  // events behind the failed one wait for it
  daemons.pass(4);
  daemons.deliver();
  CHECK(received == std::vector<std::string>{"thing.began a", "thing.ended a", "thing.began b", "thing.ended b"});
  CHECK(daemons.counts() == std::pair(0, 0));
}

TEST_CASE("forty removals for a chat that bans fast senders: all arrive, in order, with few attempts, and no other receiver waits", "[database]") {
  Daemons daemons;
  Chat chat{daemons, 3}, other{daemons, 1000};
  const QueueSubscriber subscriber = [&](const std::vector<Event>& events) {
    const bool banning = text_member(events.front().data, "to") == "chat";
    std::string text;
    const std::size_t count = std::min<std::size_t>(events.size(), 10);  // as many as fit one message
    for (std::size_t i = 0; i < count; ++i) text += text_member(events[i].data, "what") + ";";
    if (!(banning ? chat : other).take(text)) return DeliveryResult{count, DeliveryResult::Result::too_fast, "send too fast", std::chrono::seconds(60)};
    return DeliveryResult{count, DeliveryResult::Result::delivered, {}, std::chrono::seconds(banning ? 4 : 0)};
  };
  daemons.start(2, {{"listener.due", subscriber}});
  std::string all;
  for (int i = 0; i < 40; ++i) {
    daemons.database->transact([&](Transaction& tx) {
      for (const char* what : {"began ", "ended "})
        for (const char* to : {"chat", "other"})
          daemons.running.front()->emit(tx, "listener", to, "listener.due", {{"to", to}, {"what", what + std::to_string(i)}});
    });
    all += "began " + std::to_string(i) + ";ended " + std::to_string(i) + ";";
    daemons.deliver();
    daemons.pass(0.5);
  }
  std::string others;
  for (const std::string& text : other.texts) others += text;
  CHECK(others == all);  // at once, while the chat has accepted only some
  CHECK(daemons.counts().first > 0);
  while (daemons.counts().first > 0 && daemons.now() < 3600) {
    daemons.deliver();
    daemons.pass(5);
  }
  std::string got;
  for (const std::string& text : chat.texts) got += text;
  CHECK(got == all);
  CHECK(daemons.counts() == std::pair(0, 0));  // a ban gives no event up, whatever the number of attempts
  CHECK(chat.tries.size() <= 20);
  CHECK(chat.most_tries_in_a_minute() <= 4);
  CHECK(daemons.now() < 900);
}

TEST_CASE("an undeliverable event is given up at once, a failing one after its attempts, and the others arrive", "[database]") {
  Daemons daemons;
  int tries = 0;
  DeliveryResult::Result result = DeliveryResult::Result::refused;
  daemons.start(3, {{"listener.due", [&](const std::vector<Event>&) {
                       ++tries;
                       return DeliveryResult{1, result, result == DeliveryResult::Result::delivered ? "" : "no", {}};
                     }}});
  daemons.emit("one", "listener.due", {});
  daemons.deliver();
  CHECK(tries == 1);
  CHECK(daemons.counts() == std::pair(0, 1));
  result = DeliveryResult::Result::again;
  for (int i = 0; i < 2; ++i) daemons.emit("one", "listener.due", {});
  for (int i = 0; i < 3; ++i) {
    daemons.deliver();
    daemons.pass(2000);
  }
  CHECK(tries == 4);  // both waited for these three attempts
  CHECK(daemons.counts() == std::pair(0, 3));
  result = DeliveryResult::Result::delivered;
  CHECK(daemons.database->transact([](Transaction& tx) { return DeliveryStore::retry(tx); }) == 3);
  daemons.deliver();
  CHECK(daemons.counts() == std::pair(0, 0));
}

TEST_CASE("events for a plugin that is no longer configured are given up, and can be dropped", "[database]") {
  Daemons daemons;
  Outbox& outbox = daemons.start(3, {});
  daemons.database->transact([&](Transaction& tx) {
    for (const char* plugin : {"listener", "gone"}) DeliveryStore::add(tx, "7c9e6679-7425-40de-944b-e07fc1f90ae7", "thing.began", {}, plugin);
  });
  outbox.give_up_unsubscribed();
  CHECK(daemons.counts() == std::pair(2, 0));  // the plugin may belong to a daemon that is about to restart
  daemons.database->as_owner("UPDATE podload.deliveries SET at = at - interval '11 minutes'");
  outbox.give_up_unsubscribed();
  CHECK(daemons.counts() == std::pair(1, 1));
  const auto shown = daemons.database->transact([](Transaction& tx) { return DeliveryStore::failing(tx, 10); });
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].error == "the plugin gone is not among the configured plugins");
  CHECK(daemons.database->transact([](Transaction& tx) { return DeliveryStore::drop(tx); }) == 1);
}
