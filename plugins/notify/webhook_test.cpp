#include "webhook.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::notify;

TEST_CASE("a webhook is told what it asked for, of the clusters it asked for") {
  Event event;
  event.name = "operation.settled";
  event.data = {{"cluster_id", "one"}};
  Webhook webhook;
  webhook.events = {"cluster.added", "operation.settled"};
  CHECK(webhook.wants(event));
  webhook.all_clusters = false;  // and none are listed: nothing, not everything
  CHECK_FALSE(webhook.wants(event));
  webhook.cluster_ids = {"two", "one"};
  CHECK(webhook.wants(event));
  webhook.events = {"operation.started"};
  CHECK_FALSE(webhook.wants(event));
  webhook.events = {"operation.settled"};
  webhook.enabled = false;
  CHECK_FALSE(webhook.wants(event));
}
