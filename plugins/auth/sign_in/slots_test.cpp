#include "sign_in/slots.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "podload/error.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

/// One slot, held until let_go(), and threads that request it. Each reports when it got the slot or was refused.
class Crowd {
 public:
  explicit Crowd(int most_waiting) : slots_(1, most_waiting, 1h) { hold(); }
  ~Crowd() {
    held_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Returns once it waits, or once it or the source that it displaced was refused.
  void ask(const std::string& source, bool known) {
    ++asked_;
    threads_.emplace_back([this, source, known] {
      try {
        const auto slot = slots_.take(source, known);
        tell(source);
      } catch (const Error&) {
        tell("!" + source);
      }
    });
    while (slots_.waiting() + told().size() < asked_) std::this_thread::yield();
  }
  std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::vector<std::string> let_go() {
    held_.reset();
    while (told().size() < asked_) std::this_thread::yield();
    return told();
  }
  void hold() { held_.emplace(slots_); }

 private:
  struct Holder {
    explicit Holder(Slots& slots) : slot(slots.take("the one that holds it", false)) {}
    const Slots::Slot slot;
  };
  void tell(const std::string& what) {
    const std::lock_guard lock(mutex_);
    told_.push_back(what);
  }

  Slots slots_;
  std::optional<Holder> held_;
  std::vector<std::thread> threads_;
  std::size_t asked_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("With all slots taken and no waiting places, a request is refused at once") {
  Slots slots(1, 0, 1h);
  {
    const auto held = slots.take("a", true);
    CHECK_THROWS_AS(slots.take("b", true), Error);
  }
  CHECK_NOTHROW(slots.take("b", true));
}

TEST_CASE("A request that waits too long is refused") {
  Slots slots(1, 1, 1ms);
  const auto held = slots.take("a", false);
  CHECK_THROWS_AS(slots.take("b", false), Error);
}

TEST_CASE("Never more at once than there are slots, and all requests get one") {
  Slots slots(2, 16, 1h);
  std::atomic<int> inside{0}, most{0}, done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 100; ++round) {
        const auto slot = slots.take(std::to_string(i), i % 2 == 0);
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

TEST_CASE("Unknown sources leave places to known ones, and a known one goes first") {
  Crowd crowd(4);
  crowd.ask("a", false);
  crowd.ask("b", false);
  crowd.ask("c", false);  // two of four are reserved
  CHECK(crowd.told() == Told{"!c"});
  crowd.ask("colleague", true);
  CHECK(crowd.told() == Told{"!c"});
  CHECK(crowd.let_go() == Told{"!c", "colleague", "a", "b"});
}

TEST_CASE("Known sources do not block the others permanently") {
  Crowd crowd(4);
  crowd.ask("a", false);
  crowd.ask("k", true);
  crowd.ask("l", true);
  CHECK(crowd.let_go() == Told{"k", "a", "l"});
}

TEST_CASE("With all places taken, a known source displaces the unknown one that came last") {
  Crowd crowd(4);
  crowd.ask("k", true);
  crowd.ask("l", true);
  crowd.ask("a", false);
  crowd.ask("b", false);
  crowd.ask("m", true);
  CHECK(crowd.told() == Told{"!b"});
  CHECK(crowd.let_go() == Told{"!b", "k", "a", "l", "m"});
}

TEST_CASE("One source does not get all places") {
  Crowd crowd(16);
  for (int i = 0; i < 5; ++i) crowd.ask("a", true);
  CHECK(crowd.told() == Told{"!a"});
  crowd.ask("b", true);
  CHECK(crowd.told() == Told{"!a"});
}

TEST_CASE("A refused source keeps its turn: later ones do not pass it") {
  Crowd crowd(2);  // one place for unknown sources
  crowd.ask("a", false);
  crowd.ask("person", false);
  crowd.ask("person", false);  // the earlier one stays
  CHECK(crowd.let_go() == Told{"!person", "!person", "a"});
  crowd.hold();
  crowd.ask("later", false);
  crowd.ask("person", false);
  CHECK(crowd.let_go() == Told{"!person", "!person", "a", "!later", "person"});
}
