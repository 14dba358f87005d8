#include "podload/serial_work.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace std::chrono_literals;

TEST_CASE("The tasks of a lane run one at a time and in order, those of others meanwhile") {
  testing::QuietLog log;
  SerialWork work(3, log);
  const auto lane = work.lane(), other = work.lane();
  std::promise<void> go, done;
  std::vector<int> order;
  std::atomic<int> running{0};
  bool alone = true;
  for (int i = 0; i < 50; ++i)
    lane->post([&, i] {
      alone = alone && ++running == 1;
      if (i == 0) go.get_future().wait();
      order.push_back(i);
      --running;
      if (i == 49) done.set_value();
    });
  other->post([&] { go.set_value(); });  // the first task waits for it
  done.get_future().wait();
  CHECK(alone);
  REQUIRE(order.size() == 50);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("A task runs when it is due, and not before one that is due earlier") {
  testing::QuietLog log;
  SerialWork work(2, log);
  const auto lane = work.lane();
  std::promise<void> done;
  std::vector<int> order;
  const SteadyTime now = std::chrono::steady_clock::now();
  SteadyTime ran{};
  lane->post_at(now + 40ms, [&] {
    order.push_back(2);
    ran = std::chrono::steady_clock::now();
    done.set_value();
  });
  lane->post_at(now + 10ms, [&] { order.push_back(1); });
  lane->post([&] { order.push_back(0); });
  done.get_future().wait();
  CHECK(order == std::vector{0, 1, 2});
  CHECK(ran >= now + 40ms);
}

TEST_CASE("A task that throws is logged and harms no other") {
  testing::LinesLog log;
  SerialWork work(1, log);
  const auto lane = work.lane();
  std::promise<void> done;
  lane->post([] { throw std::runtime_error("no luck"); });
  lane->post([&] { done.set_value(); });
  done.get_future().wait();
  CHECK(log.has("no luck"));
}

TEST_CASE("Stopping drops the tasks that have not begun, and what they hold") {
  testing::QuietLog log;
  auto work = std::make_unique<SerialWork>(1, log);
  const auto lane = work->lane();
  const auto held = std::make_shared<int>(1);
  std::promise<void> began, go;
  bool ran = false;
  lane->post([&] {
    began.set_value();
    go.get_future().wait();
  });
  lane->post([&, held] { ran = true; });
  lane->post_at(std::chrono::steady_clock::now() + 1h, [held] {});
  began.get_future().wait();
  std::thread stopper([&] { work->stop(); });
  for (bool stopping = false; !stopping;) {  // what is posted from then on is dropped at once
    const auto probe = std::make_shared<int>(1);
    lane->post([probe] {});
    stopping = probe.use_count() == 1;
  }
  go.set_value();
  stopper.join();
  CHECK_FALSE(ran);
  CHECK(held.use_count() == 1);
}
