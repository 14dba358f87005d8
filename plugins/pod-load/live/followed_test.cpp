#include "live/followed.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "live/node_table.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

struct Fixture {
  testing::SetClock clock;
  Followed<NodeTable> kind;
  std::vector<std::string> paths;

  Followed<NodeTable>::Mirror in(const std::string& name_space, const std::string& path = "/api/v1/pods") {
    return kind.in(
        name_space, path, [&] { return std::make_shared<Mirrored<NodeTable>>(clock, [] {}); },
        [&](const std::string& at, const auto&) {
          paths.push_back(at);
          return std::make_unique<KubeFeed>();
        });
  }
};

const KubeError kRefused(KubeError::Fault::forbidden, "kube_forbidden");

}  // namespace

TEST_CASE("a kind is followed once for all namespaces") {
  Fixture f;
  CHECK_FALSE(f.kind.known("shop"));
  const auto shop = f.in("shop");
  CHECK(f.in("bank") == shop);
  CHECK(f.in({}) == shop);
  CHECK(f.kind.known("other") == shop);
  CHECK(f.paths == std::vector<std::string>{"/api/v1/pods"});
}

TEST_CASE("where all namespaces are refused, each one that somebody looks at is followed alone") {
  Fixture f;
  f.in("shop")->stale(kRefused);
  CHECK_FALSE(f.kind.known("shop"));
  const auto shop = f.in("shop"), bank = f.in("bank");
  CHECK(shop != bank);
  CHECK(f.in("shop") == shop);
  CHECK(f.kind.known("bank") == bank);
  CHECK(f.paths ==
        std::vector<std::string>{"/api/v1/pods", "/api/v1/namespaces/shop/pods", "/api/v1/namespaces/bank/pods"});
  // Of all namespaces there is nothing but the refusal.
  CHECK(f.in({})->is_refused());
  CHECK(f.kind.known("shop") == shop);
}

TEST_CASE("a server that fails refuses nothing") {
  Fixture f;
  const auto shop = f.in("shop");
  shop->stale(KubeError(KubeError::Fault::unreachable, "kube_unreachable"));
  CHECK(f.in("shop") == shop);
}

TEST_CASE("once all namespaces are allowed, they are followed together again") {
  Fixture f;
  const auto all = f.in({});
  all->stale(kRefused);
  CHECK(f.in("shop") != all);
  all->in_step();
  CHECK(f.in("shop") == all);
}

TEST_CASE("at most 64 namespaces are followed alone, and another path begins anew") {
  Fixture f;
  f.in({})->stale(kRefused);
  for (int i = 0; i < 200; ++i) f.in("n" + std::to_string(i));
  int known = 0;
  for (int i = 0; i < 200; ++i) known += f.kind.known("n" + std::to_string(i)) ? 1 : 0;
  CHECK(known == 64);
  f.in({}, "/apis/new/v2/pods");
  CHECK_FALSE(f.kind.known({})->is_refused());
  CHECK(f.paths.back() == "/apis/new/v2/pods");
}
