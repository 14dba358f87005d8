#include "live/event_scope.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

/// Keeps what it is sent.
class Seen final : public EventStream {
 public:
  void send(std::shared_ptr<const StreamEvent> event) override { events.push_back(std::move(event)); }
  bool is_open() const override { return open; }
  /// The texts since the last call, without ids, one per line.
  std::string take() {
    std::string texts;
    for (const auto& event : std::exchange(events, {})) {
      const std::string& text = event->text();
      const auto data = text.find("data: ");
      texts += text.substr(7, text.find('\n') - 7) + " " + text.substr(data + 6, text.size() - data - 8) + "\n";
    }
    return texts;
  }
  std::vector<std::shared_ptr<const StreamEvent>> events;
  bool open = true;
};

/// A cluster whose feeds the test plays.
class PlayedCluster final : public ClusterDirectory {
 public:
  std::optional<Cluster> find(std::string_view) override { return std::nullopt; }
  std::optional<Cluster> find_id(std::string_view) override { return std::nullopt; }
  std::vector<Cluster> all() override { return {}; }
  std::shared_ptr<KubeClient> client(const Cluster&) override { return nullptr; }
  std::unique_ptr<KubeFeed> follow(const Cluster&, const std::string& path, const std::string&,
                                   std::shared_ptr<KubeMirror> mirror) override {
    mirrors[path] = std::move(mirror);
    return std::make_unique<KubeFeed>();
  }
  /// A complete list of that path.
  void list(const std::string& path, const std::vector<std::string>& objects) {
    KubeMirror& mirror = *mirrors.at(path);
    mirror.list_begins();
    for (const std::string& object : objects) mirror.put(JsonDocument(object).root());
    mirror.list_ends();
    mirror.in_step();
  }
  void put(const std::string& path, const std::string& object) {
    mirrors.at(path)->put(JsonDocument(object).root());
    mirrors.at(path)->in_step();
  }
  std::map<std::string, std::shared_ptr<KubeMirror>> mirrors;
};

constexpr const char* kPods = "/api/v1/pods";
constexpr const char* kSlices = "/apis/discovery.k8s.io/v1/endpointslices";

std::string pod(const std::string& name, const std::string& load, const std::string& owner = "web") {
  return print_json({{"metadata",
                      {{"name", name},
                       {"namespace", "shop"},
                       {"uid", "uid-" + name},
                       {"labels", {{"load", load}}},
                       {"annotations", {{"podload.io/operation", "op-" + name}}},
                       {"ownerReferences", {{{"uid", owner}}}}}}});
}

struct Fixture {
  testing::SetClock clock;
  PlayedCluster directory;
  std::shared_ptr<testing::ScriptedKube> kube = std::make_shared<testing::ScriptedKube>([](const KubeRequest&) {
    return KubeReply{404, "{}", {}};
  });
  Cluster cluster;
  ClusterView view{directory, cluster, kube, clock, [] {}};
  WorkloadCatalog catalog{{Json{{"kind", "Job"}, {"group", "batch"}, {"versions", {"v1"}}, {"plural", "jobs"}}}};
  std::string outcome = "null";
  int reads = 0;
  EventScope scope = over({cluster, "shop", nullptr, {}});
  std::shared_ptr<Seen> seen = std::make_shared<Seen>();

  EventScope over(EventScope::Place place) {
    return {std::move(place), catalog,
            [this](const std::vector<PagePod>& out) {
              ++reads;
              PrintedRemovals removals;
              for (const PagePod& one : out)
                removals[one.record.uid] = {"{\"outcome\":" + outcome + "}", outcome != "null"};
              return removals;
            },
            "e"};
  }
  void begin() {
    view.pods({});
    view.nodes();
    view.follow_routes(kSlices, {});
    directory.list("/api/v1/services", {});
    directory.list(kSlices, {});
    directory.list("/api/v1/nodes", {});
    directory.list(kPods, {pod("a", "online"), pod("b", "online", "other")});
  }
  /// The names in the last `pods` event.
  static std::string names(const std::string& events) {
    std::string names;
    for (auto at = events.find("{\"name\":\""); at != std::string::npos; at = events.find("{\"name\":\"", at + 1))
      names += events.substr(at + 9, events.find('"', at + 9) - at - 9) + " ";
    return names;
  }
};

}  // namespace

TEST_CASE("a stream begins with the state and a reset, and then has the rows that change") {
  Fixture f;
  f.begin();
  f.scope.add(f.seen, "");
  CHECK(f.seen->take().empty());
  f.scope.update(&f.view);
  CHECK(f.seen->take() == "reset \nstate {\"live\":true}\n");
  f.scope.update(&f.view);
  CHECK(f.seen->take().empty());
  f.directory.put(kPods, pod("a", "blue"));
  f.scope.update(&f.view);
  CHECK(Fixture::names(f.seen->take()) == "a ");
  f.directory.list(kPods, {pod("a", "blue"), pod("c", "online")});
  f.scope.update(&f.view);
  const std::string events = f.seen->take();
  CHECK(Fixture::names(events) == "c ");
  CHECK(events.find("\"gone\":[\"b\"]") != std::string::npos);
}

TEST_CASE("without the cluster the stream says that it is not live, and nothing is lost") {
  Fixture f;
  f.begin();
  f.scope.update(&f.view);
  f.scope.add(f.seen, "");
  f.seen->take();
  f.directory.mirrors.at(kPods)->stale(Error("kube_unreachable"));
  f.scope.update(&f.view);
  CHECK(f.seen->take() == "state {\"live\":false}\n");
  f.scope.update(nullptr);
  CHECK(f.seen->take().empty());
  f.directory.list(kPods, {pod("a", "online")});
  f.scope.update(&f.view);
  const std::string events = f.seen->take();
  CHECK(events.find("\"gone\":[\"b\"]") != std::string::npos);
  CHECK(events.ends_with("state {\"live\":true}\n"));
}

TEST_CASE("a client that connects again gets what it missed, and one with an unknown id a reset") {
  Fixture f;
  f.begin();
  f.scope.add(f.seen, "");
  f.scope.update(&f.view);
  const std::string id = f.seen->events.front()->id();
  f.directory.put(kPods, pod("a", "blue"));
  f.scope.update(&f.view);
  const auto again = std::make_shared<Seen>(), unknown = std::make_shared<Seen>();
  f.scope.add(again, id);
  f.scope.add(unknown, "f-0");
  CHECK(Fixture::names(again->take()) == "a ");
  CHECK(unknown->take() == "state {\"live\":true}\nreset \n");
}

TEST_CASE("a workload's stream has its Pods alone") {
  Fixture f;
  f.begin();
  EventScope scope = f.over({f.cluster, "shop", &f.catalog.find("job"), "web"});
  scope.add(f.seen, "");
  scope.update(&f.view);
  CHECK(f.seen->take() == "state {\"live\":false}\n");  // the view does not know the Jobs
  f.view.follow_objects({"batch", "jobs"}, "/apis/batch/v1/jobs", &f.catalog.find("job"), "shop");
  f.directory.list("/apis/batch/v1/jobs", {R"({"metadata":{"name":"web","namespace":"shop","uid":"web"}})"});
  scope.update(&f.view);
  f.seen->take();
  f.directory.put(kPods, pod("b", "blue", "other"));
  f.directory.put(kPods, pod("a", "blue"));
  scope.update(&f.view);
  CHECK(Fixture::names(f.seen->take()) == "a ");
}

TEST_CASE("removals are read when a Pod goes out or an operation changes, and not at every update") {
  Fixture f;
  f.begin();
  f.scope.add(f.seen, "");
  f.scope.update(&f.view);
  CHECK(f.reads == 0);
  f.directory.put(kPods, pod("a", "done"));
  f.scope.update(&f.view);
  CHECK(f.reads == 1);
  CHECK(f.scope.awaits_outcomes());
  f.directory.put(kPods, pod("b", "blue", "other"));
  f.scope.update(&f.view);
  CHECK(f.reads == 1);
  f.seen->take();
  f.outcome = "\"removed\"";
  f.scope.removals_changed();
  f.scope.update(&f.view);
  CHECK(f.seen->take().find(R"("removal":{"outcome":"removed"})") != std::string::npos);
  CHECK_FALSE(f.scope.awaits_outcomes());
}

TEST_CASE("streams that have ended are dropped") {
  Fixture f;
  f.scope.add(f.seen, "");
  CHECK(f.scope.has_streams());
  f.seen->open = false;
  CHECK_FALSE(f.scope.has_streams());
}
