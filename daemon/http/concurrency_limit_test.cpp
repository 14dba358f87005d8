#include "http/concurrency_limit.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "podload/error.hpp"

using namespace podload;

namespace {

using Slots = std::vector<std::unique_ptr<ConcurrencyLimit::Slot>>;

Cluster cluster(const char* name) {
  Cluster made;
  made.id = made.name = name;
  return made;
}

/// Takes slots until one is refused and returns the refusal's code. `share` is a read's user or a change's namespace.
std::string fill(ConcurrencyLimit& limit, Slots& slots, const char* name, const std::string& share, bool is_change, int most = 1000) {
  try {
    for (int i = 0; i < most; ++i)
      slots.push_back(is_change ? limit.enter_change(cluster(name), share) : limit.enter_read(cluster(name), share));
    return "taken";
  } catch (const Error& error) {
    CHECK(error.retry_after() == 1);
    return error.code();
  }
}

}  // namespace

TEST_CASE("one user's reads leave slots for another's, and all reads leave slots for changes") {
  ConcurrencyLimit limit(ConcurrencyLimit::Limits::for_workers(32));
  Slots one, other, changes;
  CHECK(fill(limit, one, "a", "reader", false) == "too_many_reads");
  CHECK(one.size() == 6);
  CHECK(fill(limit, other, "a", "other", false) == "cluster_crowded");
  CHECK(other.size() == 2);
  CHECK(fill(limit, changes, "a", "", true) == "cluster_crowded");
  CHECK(changes.size() == 8);
  one.clear();
  CHECK(fill(limit, other, "a", "third", false, 6) == "taken");
}

TEST_CASE("the reads of many clusters leave workers for changes, and both leave workers for other requests") {
  ConcurrencyLimit limit(ConcurrencyLimit::Limits::for_workers(32));
  Slots reads, changes;
  for (const char* name : {"a", "b"})
    for (const char* user : {"x", "y"}) fill(limit, reads, name, user, false);
  CHECK(reads.size() == 16);
  CHECK(fill(limit, reads, "c", "x", false) == "daemon_busy");
  CHECK(fill(limit, changes, "a", "", true, 8) == "taken");
  CHECK(fill(limit, changes, "c", "", true) == "daemon_busy");
  CHECK(reads.size() + changes.size() == 28);
  reads.clear();
  changes.clear();
  CHECK(fill(limit, changes, "a", "", true, 8) == "taken");
}

TEST_CASE("one namespace's changes leave slots for another's") {
  ConcurrencyLimit limit(ConcurrencyLimit::Limits::for_workers(32));
  Slots slow, other;
  CHECK(fill(limit, slow, "a", "slow", true) == "namespace_crowded");
  CHECK(slow.size() == 6);
  CHECK(fill(limit, other, "a", "other", true) == "cluster_crowded");
  CHECK(other.size() == 2);
  CHECK(fill(limit, other, "b", "slow", true, 6) == "taken");
  slow.pop_back();
  CHECK(fill(limit, slow, "a", "slow", true, 1) == "taken");
}

TEST_CASE("with the fewest workers, one read and one change can run") {
  ConcurrencyLimit limit(ConcurrencyLimit::Limits::for_workers(4));
  Slots reads, changes;
  CHECK(fill(limit, reads, "a", "x", false) == "too_many_reads");
  CHECK(fill(limit, changes, "a", "x", true) == "cluster_crowded");
  CHECK(reads.size() == 1);
  CHECK(changes.size() == 1);
}
