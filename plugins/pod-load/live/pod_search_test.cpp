#include "live/pod_search.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

/// Whether a search for these words finds the Pod web-1 of the namespace shop.
bool finds(std::string_view words) {
  PodTable table(std::make_shared<Names>());
  const Json pod = {
      {"metadata", {{"name", "web-1"}, {"namespace", "shop"}, {"uid", "u-7"}, {"labels", {{"app", "web"}}}}},
      {"spec", {{"nodeName", "node-3"}}},
      {"status", {{"phase", "Pending"}, {"podIP", "10.1.0.1"}, {"hostIP", "10.0.0.9"}}}};
  table.put(JsonDocument(print_json(pod)).root());
  const auto& [name, record] = *table.of("shop").begin();
  return PodSearch::of(words, "", "", 200).matches("shop", name, record, {{"node-3", "10.0.0.3"}});
}

}  // namespace

TEST_CASE("Each word of a search must be in what a row shows") {
  for (const char* words : {"", "  ", "web", "WEB-1", "shop", "u-7", "10.1.0.1", "node-3", "10.0.0.3", "pending",
                            "app=web", "web shop pend"}) {
    INFO(words);
    CHECK(finds(words));
  }
  for (const char* words : {"api", "web api", "app=api", "10.0.0.9"}) {
    INFO(words);
    CHECK_FALSE(finds(words));
  }
}

TEST_CASE("A search is in the namespaces that it names, or in all") {
  CHECK(PodSearch::of("", "", "", 1).wants("shop"));
  CHECK(PodSearch::of("", "bank,shop", "", 1).wants("shop"));
  CHECK_FALSE(PodSearch::of("", "bank,,", "", 1).wants("shop"));
  CHECK(testing::code_of([] { PodSearch::of("", "bank,../x", "", 1); }) == "bad_name");
}

TEST_CASE("A search may ask for a state of traffic") {
  CHECK_FALSE(PodSearch::of("", "", "", 1).state);
  CHECK(PodSearch::of("", "", "still_routed", 1).state == PodTraffic::State::still_routed);
}
