#include "live/pod_rows.hpp"

#include <catch2/catch.hpp>

#include "podload/kube_client.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace std::chrono_literals;

namespace {

const LoadLabel kLabel;

/// The rows of one Pod, as a client reads them.
Json row_of(const char* pod, const NodeAddresses& nodes = {}, const PrintedRemovals& removals = {},
            std::optional<SystemTime> now = {}) {
  PodTable table(std::make_shared<Names>());
  const JsonDocument document(pod);
  table.put(document.root());
  std::vector<PagePod> pods;
  for (const auto& [name, record] : table.of("shop")) pods.push_back({name, record});
  return Json::parse(print_rows(pods, {"shop", kLabel, nodes, removals, nullptr, now})).at(0);
}

}  // namespace

TEST_CASE("A row says what a page shows of a Pod") {
  const Json row =
      row_of(R"({"metadata":{"name":"web-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-22T07:04:05Z",
    "labels":{"app":"web","load":"done"}},"spec":{"nodeName":"n1","containers":[{"name":"c"}]},
    "status":{"phase":"Running","podIP":"10.1.0.1","hostIP":"10.0.0.9","conditions":[{"type":"Ready","status":"True"}],
    "containerStatuses":[{"ready":true,"restartCount":2,"state":{"running":{}}}]}})",
             {{"n1", "10.0.0.1"}}, {{"u", {R"({"operation":"o"})", true}}}, parse_rfc3339("2026-11-23T08:05:07Z"));
  CHECK(row == Json{{"name", "web-1"},
                    {"namespace", "shop"},
                    {"uid", "u"},
                    {"status", "Running"},
                    {"ready", true},
                    {"node_ip", "10.0.0.1"},
                    {"pod_ip", "10.1.0.1"},
                    {"created_time", "2026-11-22 15:04:05"},
                    {"created_at", "2026-11-22T07:04:05.000Z"},
                    {"restart_count", 2},
                    {"containers", {{"ready", 1}, {"total", 1}}},
                    {"has_removeload", true},
                    {"load", "done"},
                    {"labels", {{"app", "web"}, {"load", "done"}}},
                    {"removal", {{"operation", "o"}}},
                    {"traffic", nullptr},
                    {"running_time", "1d 1h 1m 2s"}});
}

TEST_CASE("What a row lacks is null, its node's address the Pod's hostIP") {
  const Json row = row_of(
      R"({"metadata":{"name":"web-1","namespace":"shop","uid":"u"},"spec":{"nodeName":"n1"},"status":{"hostIP":"10.0.0.9"}})");
  CHECK(row["node_ip"] == "10.0.0.9");
  CHECK(row["load"].is_null());
  CHECK(row["removal"].is_null());
  CHECK(row["has_removeload"] == false);
  CHECK_FALSE(row.contains("running_time"));
}

TEST_CASE("Hostile texts stay texts") {
  const Json row = row_of(
      R"({"metadata":{"name":"a\"b\\c","namespace":"shop","uid":"\u0000\n","labels":{"</script>\u4e2d\"":"x\ty"}}})");
  CHECK(row["name"] == "a\"b\\c");
  CHECK(row["uid"] == std::string("\0\n", 2));
  CHECK(row["labels"] == Json{{"</script>\u4e2d\"", "x\ty"}});
}

TEST_CASE("A page with more than 24 MB is refused") {
  std::vector<PagePod> pods(30);
  const Names none;
  const auto text = std::make_shared<const std::string>(1U << 20U, 'x');
  for (PagePod& pod : pods) {
    pod.record.node = pod.record.host_ip = pod.record.status = std::make_shared<const std::string>();
    pod.record.labels.emplace_back(text, pod.record.node);
  }
  CHECK(testing::code_of([&] { print_rows(pods, {"shop", kLabel, {}, {}, nullptr, {}}); }) == "kube_list_too_long");
}
