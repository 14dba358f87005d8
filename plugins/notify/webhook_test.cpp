#include "webhook.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::notify;

TEST_CASE("a webhook gets the events that it wants, of the clusters that it wants") {
  Event event;
  event.name = "operation.settled";
  event.data = {{"cluster_id", "one"}};
  Webhook webhook;
  webhook.events = {"cluster.added", "operation.settled"};
  CHECK(webhook.wants(event));
  webhook.all_clusters = false;  // with none listed: no events, not all
  CHECK_FALSE(webhook.wants(event));
  webhook.cluster_ids = {"two", "one"};
  CHECK(webhook.wants(event));
  webhook.events = {"operation.started"};
  CHECK_FALSE(webhook.wants(event));
  webhook.events = {"operation.settled"};
  webhook.enabled = false;
  CHECK_FALSE(webhook.wants(event));
}
