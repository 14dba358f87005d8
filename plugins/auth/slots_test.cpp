#include "slots.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "podload/error.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

TEST_CASE("One more than fits and nobody may wait: refused at once") {
  Slots slots(1, 0, 1h);
  {
    const auto held = slots.take();
    CHECK_THROWS_AS(slots.take(), Error);
  }
  CHECK_NOTHROW(slots.take());
}

TEST_CASE("Who waits too long is refused") {
  Slots slots(1, 1, 1ms);
  const auto held = slots.take();
  CHECK_THROWS_AS(slots.take(), Error);
}

TEST_CASE("Never more at once than there are slots, and everyone gets through") {
  Slots slots(2, 16, 1h);
  std::atomic<int> inside{0}, most{0}, done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        const auto slot = slots.take();
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        --inside;
        ++done;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(done == 800);
  CHECK(most <= 2);
}
