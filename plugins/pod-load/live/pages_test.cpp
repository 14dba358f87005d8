#include "live/pages.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

std::string pod(const std::string& name, const std::string& owner, const std::string& load = "online",
                const std::string& version = "1") {
  return print_json({{"metadata",
                      {{"name", name},
                       {"namespace", "shop"},
                       {"uid", "uid-" + name},
                       {"resourceVersion", version},
                       {"labels", {{"load", load}}},
                       {"ownerReferences", {{{"uid", owner}}}}}}});
}

struct Fixture {
  Fixture() {
    request.cluster_id = "c";
    request.name_space = "shop";
    request.nodes = std::make_shared<const NodeAddresses>();
    request.removals = [this](const std::vector<PagePod>&) {
      ++asked;
      return removals;
    };
    table->list_begins();
    put(pod("a", "x"));
    put(pod("b", "y"));
    table->list_ends();
  }
  void put(const std::string& text) { table->put(JsonDocument(text).root()); }
  std::shared_ptr<const SharedText> text() {
    const auto page = pages.of(table, request);
    REQUIRE(page);
    return page->text;
  }
  std::string names_shown() {
    std::string names;
    for (const Json& row : Json::parse(text()->plain())) names += row["name"].get<std::string>() + " ";
    return names;
  }

  testing::SetClock clock;
  std::shared_ptr<Names> names = std::make_shared<Names>();
  std::shared_ptr<Mirrored<PodTable>> table = std::make_shared<Mirrored<PodTable>>(clock, [] {}, names);
  Pages pages;
  PageRequest request;
  PrintedRemovals removals;
  int asked = 0;
};

}  // namespace

TEST_CASE("There is no page of a table that is not in step") {
  Fixture f;
  CHECK_FALSE(f.pages.of(f.table, f.request));
  f.table->in_step();
  CHECK(f.names_shown() == "a b ");
  f.table->stale(Error("cluster_unreachable"));
  CHECK_FALSE(f.pages.of(f.table, f.request));
}

TEST_CASE("A page is printed once, and again when something on it changes") {
  Fixture f;
  f.table->in_step();
  const auto first = f.text();
  CHECK(f.text() == first);
  f.put(pod("a", "x", "online", "2"));  // nothing that it shows
  CHECK(f.text() == first);
  f.put(pod("c", "x"));
  CHECK(f.names_shown() == "a b c ");
  const auto second = f.text();
  f.request.nodes = std::make_shared<const NodeAddresses>(NodeAddresses{{"n", "10.0.0.1"}});
  CHECK(f.text() != second);
  const auto third = f.text();
  f.request.label.done = "away";
  CHECK(f.text() != third);
}

TEST_CASE("A page of a workload has the Pods of its owners only") {
  Fixture f;
  f.table->in_step();
  f.request.workload = "deployment/web";
  f.request.owners = std::vector{f.names->of("y")};
  CHECK(f.names_shown() == "b ");
  f.request.owners = std::vector<Name>{};
  CHECK(f.names_shown().empty());
}

TEST_CASE("The removals of Pods that are out are asked for each time, and of other Pods never") {
  Fixture f;
  f.table->in_step();
  f.text();
  CHECK(f.asked == 0);
  f.put(pod("a", "x", "done"));
  const auto out = f.text();
  CHECK(f.asked == 1);
  CHECK(f.text() == out);
  CHECK(f.asked == 2);
  f.removals["uid-a"] = {R"({"operation":"o"})", true};
  CHECK(Json::parse(f.text()->plain())[0]["removal"]["operation"] == "o");
}

TEST_CASE("The running time changes once a second") {
  Fixture f;
  f.table->in_step();
  f.request.now = f.clock.now();
  const auto first = f.text();
  f.request.now = f.clock.now() + std::chrono::milliseconds(1);
  CHECK(f.text() == first);
  f.request.now = f.clock.now() + std::chrono::seconds(1);
  CHECK(f.text() != first);
}
