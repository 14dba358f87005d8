#include "sign_in/slots.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

/// One slot, held until release(), and threads that request it. Each notes when it got the slot or was refused.
class Contenders {
 public:
  explicit Contenders(int most_waiting) : slots_(1, most_waiting, 1h) { hold(); }
  ~Contenders() {
    held_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Returns once it waits, or once it or the source that it displaced was refused.
  void request(const std::string& source, bool known) {
    ++requested_;
    threads_.emplace_back([this, source, known] {
      try {
        const auto slot = slots_.take(source, known);
        note(source);
      } catch (const Error&) {
        note("!" + source);
      }
    });
    while (slots_.waiting() + results().size() < requested_) std::this_thread::yield();
  }
  std::vector<std::string> results() const {
    const std::lock_guard lock(mutex_);
    return results_;
  }
  std::vector<std::string> release() {
    held_.reset();
    while (results().size() < requested_) std::this_thread::yield();
    return results();
  }
  void hold() { held_.emplace(slots_); }

 private:
  struct Holder {
    explicit Holder(Slots& slots) : slot(slots.take("holder", false)) {}
    const Slots::Slot slot;
  };
  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    results_.push_back(what);
  }

  Slots slots_;
  std::optional<Holder> held_;
  std::vector<std::thread> threads_;
  std::size_t requested_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> results_;
};

using Results = std::vector<std::string>;

}  // namespace

TEST_CASE("With all slots taken and no waiting places, a request is refused at once") {
  Slots slots(1, 0, 1h);
  {
    const auto held = slots.take("a", true);
    CHECK(testing::code_of([&] { const auto slot = slots.take("b", true); }) == "sign_in_busy");
  }
  CHECK_NOTHROW(slots.take("b", true));
}

TEST_CASE("A request that waits too long is refused") {
  Slots slots(1, 1, 1ms);
  const auto held = slots.take("a", false);
  CHECK(testing::code_of([&] { const auto slot = slots.take("b", false); }) == "sign_in_busy");
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
  Contenders contenders(4);
  contenders.request("a", false);
  contenders.request("b", false);
  contenders.request("c", false);  // two of four are reserved
  CHECK(contenders.results() == Results{"!c"});
  contenders.request("colleague", true);
  CHECK(contenders.results() == Results{"!c"});
  CHECK(contenders.release() == Results{"!c", "colleague", "a", "b"});
}

TEST_CASE("Known sources do not block the others permanently") {
  Contenders contenders(4);
  contenders.request("a", false);
  contenders.request("k", true);
  contenders.request("l", true);
  CHECK(contenders.release() == Results{"k", "a", "l"});
}

TEST_CASE("With all places taken, a known source displaces the unknown one that came last") {
  Contenders contenders(4);
  contenders.request("k", true);
  contenders.request("l", true);
  contenders.request("a", false);
  contenders.request("b", false);
  contenders.request("m", true);
  CHECK(contenders.results() == Results{"!b"});
  CHECK(contenders.release() == Results{"!b", "k", "a", "l", "m"});
}

TEST_CASE("One source does not get all places") {
  Contenders contenders(16);
  for (int i = 0; i < 5; ++i) contenders.request("a", true);
  CHECK(contenders.results() == Results{"!a"});
  contenders.request("b", true);
  CHECK(contenders.results() == Results{"!a"});
}

TEST_CASE("A refused source keeps its turn: later ones do not pass it") {
  Contenders contenders(2);  // one place for unknown sources
  contenders.request("a", false);
  contenders.request("person", false);
  contenders.request("person", false);  // the earlier one stays
  CHECK(contenders.release() == Results{"!person", "!person", "a"});
  contenders.hold();
  contenders.request("later", false);
  contenders.request("person", false);
  CHECK(contenders.release() == Results{"!person", "!person", "a", "!later", "person"});
}
