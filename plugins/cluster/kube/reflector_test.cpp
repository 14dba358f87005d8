#include "kube/reflector.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <set>

#include "podload/parse_json.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;
using namespace podload::cluster;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

/// Keeps names, and what it was told.
class Recorder final : public KubeMirror {
 public:
  void list_begins() override { note("list"); }
  void list_ends() override { note("listed"); }
  void put(JsonView object) override { note("+" + object["metadata"]["name"].string()); }
  void erase(JsonView object) override { note("-" + object["metadata"]["name"].string()); }
  void in_step() override { note("in step"); }
  void stale(const Error& why) override { note("stale " + why.code()); }

  /// All notes up to the next one that is `last`; joined.
  std::string until(const std::string& last) {
    std::string all;
    MutexLock lock(mutex_);
    for (;;) {
      REQUIRE(noted_.wait_for(lock, kPatience, [&]() PODLOAD_REQUIRES(mutex_) { return !notes_.empty(); }));
      const std::string note = notes_.front();
      notes_.pop_front();
      all += (all.empty() ? "" : ", ") + note;
      if (note == last) return all;
    }
  }

 private:
  void note(std::string text) {
    const MutexLock lock(mutex_);
    notes_.push_back(std::move(text));
    noted_.notify_all();
  }

  Mutex mutex_;
  Condition noted_;
  std::deque<std::string> notes_ PODLOAD_GUARDED_BY(mutex_);
};

std::string page(const std::vector<std::string>& names, const std::string& version, const std::string& next = {}) {
  Json items = Json::array();
  for (const std::string& name : names) items.push_back({{"metadata", {{"name", name}}}});
  return print_json({{"metadata", {{"resourceVersion", version}, {"continue", next}}}, {"items", items}});
}

std::string event(const char* type, const std::string& name, const std::string& version) {
  return print_json({{"type", type}, {"object", {{"metadata", {{"name", name}, {"resourceVersion", version}}}}}});
}

/// A reflector of Pods of a server that the test scripts: a queue of replies to lists.
struct Fixture {
  Fixture()
      : kube(std::make_shared<testing::ScriptedKube>([this](const KubeRequest& request) { return answer(request); })),
        mirror(std::make_shared<Recorder>()),
        reflector(std::make_shared<Reflector>(Reflector::Source{kube, "c", "/api/v1/pods", "list pods", stats}, mirror,
                                              work.lane())) {}
  ~Fixture() { reflector->end(); }

  void replies(KubeReply reply) {
    const MutexLock lock(mutex);
    lists.push_back(std::move(reply));
  }
  void replies(const std::string& body) { replies(KubeReply{200, body, {}}); }
  KubeReply answer(const KubeRequest&) {
    const MutexLock lock(mutex);
    if (lists.empty()) return {500, "{}", {}};
    KubeReply reply = std::move(lists.front());
    lists.pop_front();
    return reply;
  }
  /// Waits until that many watches have been started, and accepts the last.
  void accept(std::size_t count) {
    const SteadyTime end = std::chrono::steady_clock::now() + kPatience;
    while (kube->watches_started() < count || kube->watches_running() == 0)
      REQUIRE(std::chrono::steady_clock::now() < end);
    kube->send_line("");
  }
  /// In step with the Pods a and b at version 7.
  void begin() {
    replies(page({"a", "b"}, "7"));
    reflector->begin();
    accept(1);
    CHECK(mirror->until("in step") == "list, +a, +b, listed, in step");
  }

  testing::QuietLog log;
  SerialWork work{2, log};
  Mutex mutex;
  std::deque<KubeReply> lists PODLOAD_GUARDED_BY(mutex);
  std::shared_ptr<testing::ScriptedKube> kube;
  std::shared_ptr<Recorder> mirror;
  const std::shared_ptr<FeedStats> stats = std::make_shared<FeedStats>();
  std::shared_ptr<Reflector> reflector;
};

}  // namespace

TEST_CASE("A mirror gets the list page by page, then the changes") {
  Fixture f;
  f.replies(page({"a"}, "7", "more"));
  f.replies(page({"b"}, "7"));
  f.reflector->begin();
  f.accept(1);
  CHECK(f.mirror->until("in step") == "list, +a, +b, listed, in step");
  f.kube->send_line(event("ADDED", "c", "8"));
  CHECK(f.mirror->until("in step") == "+c, in step");
  f.kube->send_line(event("MODIFIED", "a", "9"));
  CHECK(f.mirror->until("in step") == "+a, in step");
  f.kube->send_line(event("DELETED", "b", "10"));
  CHECK(f.mirror->until("in step") == "-b, in step");
  f.kube->send_line(event("BOOKMARK", "", "11"));
  CHECK(f.mirror->until("in step") == "in step");
  CHECK(f.kube->paths() == std::vector<std::string>{"/api/v1/pods?limit=500", "/api/v1/pods?limit=500&continue=more"});
}

TEST_CASE("A reflector tells how it stands") {
  Fixture f;
  f.begin();
  CHECK(f.stats->in_step);
  CHECK(f.stats->heard.load() != SteadyTime{});
  CHECK(f.stats->objects == 2);
  CHECK(f.stats->lists == 1);
  CHECK(f.stats->failures == 0);
  const auto of_list = f.stats->bytes.load();
  CHECK(of_list == page({"a", "b"}, "7").size());

  f.kube->send_line(event("ADDED", "c", "8"));
  f.kube->send_line(event("MODIFIED", "c", "9"));
  f.kube->send_line(event("DELETED", "a", "10"));
  f.kube->send_line(event("DELETED", "b", "11"));
  while (f.stats->objects != 1) f.mirror->until("in step");
  CHECK(f.stats->bytes > of_list);

  f.replies(page({"x", "y", "z"}, "30"));
  f.kube->end_watches("410 too old resource version");
  f.mirror->until("list");
  CHECK_FALSE(f.stats->in_step);
  CHECK(f.stats->failures == 1);
  f.accept(2);
  f.mirror->until("in step");
  CHECK(f.stats->in_step);
  CHECK(f.stats->lists == 2);
  CHECK(f.stats->objects == 3);
}

TEST_CASE("The kind of a path names its group") {
  CHECK(kind_of_path("/api/v1/pods") == "pods");
  CHECK(kind_of_path("/apis/apps/v1/deployments") == "deployments.apps");
  CHECK(kind_of_path("/apis/discovery.k8s.io/v1beta1/endpointslices") == "endpointslices.discovery.k8s.io");
}

TEST_CASE("A watch that the server closes goes on from the last version, and the mirror stays in step") {
  Fixture f;
  f.begin();
  f.kube->send_line(event("ADDED", "c", "8"));
  f.mirror->until("in step");
  f.kube->end_watches();
  f.accept(2);
  CHECK(f.mirror->until("in step") == "in step");
  CHECK(f.kube->watch_paths().back().find("resourceVersion=8") != std::string::npos);
  CHECK(f.kube->paths().size() == 1);
}

TEST_CASE("A broken watch makes the mirror stale until it runs again") {
  Fixture f;
  f.begin();
  f.kube->end_watches("connection reset");
  CHECK(f.mirror->until("stale cluster_unreachable") == "stale cluster_unreachable");
  f.accept(2);
  CHECK(f.mirror->until("in step") == "in step");
  CHECK(f.kube->paths().size() == 1);
}

TEST_CASE("A version that is too old begins a new list") {
  Fixture f;
  f.begin();
  f.replies(page({"c"}, "30"));
  SECTION("as an event") {
    f.kube->send_line(R"({"type":"ERROR","object":{"code":410,"message":"too old resource version"}})");
  }
  SECTION("as the end") { f.kube->end_watches("410 too old resource version"); }
  CHECK(f.mirror->until("list") == "stale kube_error, list");
  f.accept(2);
  CHECK(f.mirror->until("in step") == "+c, listed, in step");
}

TEST_CASE("A list that fails is tried again, one whose continuation expired from its beginning") {
  Fixture f;
  f.replies(page({"a"}, "7", "more"));
  f.replies(KubeReply{410, R"({"kind":"Status","message":"The provided continue parameter is too old"})", {}});
  f.replies(page({"a", "b"}, "9"));
  f.reflector->begin();
  f.accept(1);
  CHECK(f.mirror->until("in step") == "list, +a, stale kube_error, list, +a, +b, listed, in step");
}

TEST_CASE("A watch that ends at once without an event waits before the next") {
  Fixture f;
  f.begin();
  const SteadyTime began = std::chrono::steady_clock::now();
  f.kube->end_watches();
  CHECK(f.mirror->until("stale cluster_unreachable") == "stale cluster_unreachable");
  f.accept(2);
  CHECK(std::chrono::steady_clock::now() - began >= 800ms);
}

TEST_CASE("Retry-After is waited for") {
  Fixture f;
  f.begin();
  const SteadyTime began = std::chrono::steady_clock::now();
  f.kube->end_watches("429 Retry-After=2 slow down");
  f.accept(2);
  CHECK(std::chrono::steady_clock::now() - began >= 2s);
}

TEST_CASE("A line that is not Kubernetes' makes the mirror stale, and what follows comes from a new list") {
  Fixture f;
  f.begin();
  f.replies(page({"c"}, "30"));
  f.kube->send_line("<html>");
  CHECK(f.mirror->until("list") == "stale kube_bad_reply, list");
  f.accept(2);
  CHECK(f.mirror->until("in step") == "+c, listed, in step");
}

TEST_CASE("A feed that has ended asks nothing more") {
  Fixture f;
  f.begin();
  f.reflector->end();
  const SteadyTime end = std::chrono::steady_clock::now() + kPatience;
  while (f.kube->watches_running() > 0) REQUIRE(std::chrono::steady_clock::now() < end);
  CHECK(f.kube->watches_started() == 1);
}
