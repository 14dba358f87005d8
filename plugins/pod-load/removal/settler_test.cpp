#include "removal/settler.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "removal/removal_testing.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace std::chrono_literals;

namespace {

struct Fixture : RemovalFixture {
  Settler settler{journal, prover, clusters, reader, log};

  /// Begins a removal whose PATCH gets no reply; `stored`: the server stored it all the same.
  std::string begin(bool stored) {
    shop.instead([this, stored](const KubeRequest& request) -> std::optional<KubeReply> {
      if (request.method != "PATCH") return std::nullopt;
      lost = request;
      if (stored) shop.serve(request);
      throw KubeError(KubeError::Fault::late, "cluster_timeout");
    });
    const Order removal = order("a");
    REQUIRE(outcome(removal) == "open: outcome_unknown");
    shop.instead({});
    return removal.operation.id;
  }
  /// The outcome after the settler has claimed what is open.
  std::string settle(const std::string& id) {
    settler.run();
    const auto until = std::chrono::steady_clock::now() + 20s;
    std::optional<PodOperation> operation;
    do {
      std::this_thread::yield();
      operation = journal.find(id);
    } while (!operation->outcome && std::chrono::steady_clock::now() < until);
    return operation->outcome ? std::string(name_of(*operation->outcome)) : "open";
  }

  KubeRequest lost;  ///< The PATCH without a reply.
};

}  // namespace

TEST_CASE("a PATCH that was stored, although its reply was lost, is settled as removed", "[database]") {
  Fixture f;
  CHECK(f.settle(f.begin(true)) == "removed");
  CHECK(f.audit.summary() == "remove_load/ remove_load/removed");
}

TEST_CASE("a PATCH that did not arrive is fenced off before it is settled: it cannot be stored later", "[database]") {
  Fixture f;
  CHECK(f.settle(f.begin(false)) == "not_applied");
  CHECK(f.shop.serve(f.lost).status == 409);
  CHECK(f.shop.label("a") == "online");
  CHECK(f.shop.annotation("a", "podload.io/fence").empty());
}

TEST_CASE("a Pod that was replaced meanwhile", "[database]") {
  Fixture f;
  const std::string id = f.begin(true);
  f.shop.remove("a");
  f.shop.add("a");
  CHECK(f.settle(id) == "replaced");
}

TEST_CASE("a cluster that was deleted meanwhile", "[database]") {
  Fixture f;
  const std::string id = f.begin(true);
  f.clusters.deleted = true;
  CHECK(f.settle(id) == "undecided");
}

TEST_CASE("another hand changed the label after the PATCH was stored", "[database]") {
  Fixture f;
  const std::string id = f.begin(true);
  KubeRequest other;
  other.method = "PATCH";
  other.path = "/api/v1/namespaces/shop/pods/a";
  const Json pod = f.shop.pod("a");
  other.body = print_json({{"metadata", {{"uid", pod["metadata"]["uid"]}, {"resourceVersion", pod["metadata"]["resourceVersion"]}, {"labels", {{"load", "online"}}}}}});
  REQUIRE(f.shop.serve(other).status == 200);
  CHECK(f.settle(id) == "failed");  // as of a label that the cluster kept: podload's annotations are still there, and removed
  CHECK(f.shop.annotation("a", "podload.io/operation").empty());
}
