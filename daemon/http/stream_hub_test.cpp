#include "http/stream_hub.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "http/fastcgi_records.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

namespace {

constexpr int kLongestWait = 10'000;  // milliseconds

/// A client's end of a connection.
class Peer {
 public:
  Peer() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    fd_ = ends[0];
    given_ = ends[1];
  }
  ~Peer() { leave(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  DetachedConnection connection() const { return {given_, 7}; }
  void leave() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  /// Reads until `text` has arrived or the connection has ended; all that has arrived so far.
  const std::string& read_until(const std::string& text) {
    while (seen.find(text) == std::string::npos && receive()) {
    }
    return seen;
  }
  const std::string& read_all() {
    while (receive()) {
    }
    return seen;
  }
  std::string seen;

 private:
  bool receive() {
    pollfd polled{fd_, POLLIN, 0};
    REQUIRE(poll(&polled, 1, kLongestWait) == 1);
    std::array<char, 65536> piece;  // NOLINT: filled by recv
    const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
    if (got > 0) seen.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int fd_ = -1, given_ = -1;
};

Gate::Ticket ticket_of(const std::string& user) {
  Gate::Ticket ticket;
  ticket.principal.user_id = user;
  return ticket;
}

struct Fixture {
  testing::LinesLog log;
  StreamHub hub{{.all = 4, .of_user = 2}, log};

  std::shared_ptr<EventStream> open(Peer& peer, const std::string& user = "ann") {
    auto stream = hub.open(ticket_of(user));
    hub.attach(stream, [&] { return peer.connection(); });
    return stream;
  }
  /// Waits until the hub has that many streams.
  void wait_for(std::size_t size) const {
    for (int i = 0; hub.size() != size && i < kLongestWait; ++i) poll(nullptr, 0, 1);
    REQUIRE(hub.size() == size);
  }
};

std::string printed(const StreamEvent& event) { return stdout_records(7, event.text()); }

}  // namespace

TEST_CASE("what was sent before and after a stream has its connection arrives, in order") {
  Fixture f;
  Peer peer;
  const auto first = StreamEvent::make("pods", "a-1", "{}"),
             second = StreamEvent::make("pods", "a-2", std::string(150'000, 'x'));
  const auto stream = f.hub.open(ticket_of("ann"));
  stream->send(first);
  f.hub.attach(stream, [&] { return peer.connection(); });
  stream->send(second);
  stream->send(first);
  const std::string wanted = printed(*first) + printed(*second) + printed(*first);
  while (peer.seen.size() < wanted.size()) peer.read_until(wanted);
  CHECK(peer.seen == wanted);
}

TEST_CASE("a stream without references ends after what was sent") {
  Fixture f;
  Peer peer;
  const auto event = StreamEvent::make("bye", "", "");
  f.open(peer)->send(event);
  CHECK(peer.read_all() == printed(*event) + end_records(7));
  f.wait_for(0);
}

TEST_CASE("a client that has gone is noticed while nothing is sent") {
  Fixture f;
  Peer peer;
  const auto stream = f.open(peer);
  CHECK(stream->is_open());
  peer.leave();
  f.wait_for(0);
  CHECK_FALSE(stream->is_open());
  stream->send(StreamEvent::make("pods", "1", "{}"));
}

TEST_CASE("a client that does not read gets a reset in place of what it missed, and delays no other") {
  Fixture f;
  Peer slow, quick;
  const auto to_slow = f.open(slow), to_quick = f.open(quick);
  const std::string much(100'000, 'x');
  for (int i = 0; i < 100; ++i) {
    const auto event = StreamEvent::make("pods", "a-" + std::to_string(i), much);
    to_slow->send(event);
    to_quick->send(event);
    quick.read_until("id: a-" + std::to_string(i) + "\n");
  }
  to_slow->send(StreamEvent::make("pods", "a-100", "{}"));
  slow.read_until("id: a-100\n");
  CHECK(slow.seen.find("event: reset\nid: a-") != std::string::npos);
  CHECK(slow.seen.find("id: a-50\ndata: x") == std::string::npos);
  CHECK(quick.seen.find("event: reset") == std::string::npos);
}

TEST_CASE("a stream whose ticket does not pass ends, also while its client does not read") {
  Fixture f;
  Peer ann, bob;
  const auto of_ann = f.open(ann), of_bob = f.open(bob, "bob");
  for (int i = 0; i < 50; ++i) of_bob->send(StreamEvent::make("pods", "1", std::string(50'000, 'x')));
  f.hub.check([](const std::vector<Gate::Ticket>& tickets) {
    std::vector<bool> still;
    for (const Gate::Ticket& ticket : tickets) still.push_back(ticket.principal.user_id == "ann");
    return still;
  });
  CHECK_FALSE(of_bob->is_open());
  CHECK(of_ann->is_open());
  f.wait_for(1);
  bob.read_all();
}

TEST_CASE("if the check fails, all streams end") {
  Fixture f;
  Peer peer;
  const auto stream = f.open(peer);
  CHECK_THROWS_AS(
      f.hub.check([](const std::vector<Gate::Ticket>&) -> std::vector<bool> { throw DatabaseUnavailable("away"); }),
      DatabaseUnavailable);
  CHECK(peer.read_all() == end_records(7));
  f.wait_for(0);
}

TEST_CASE("one user cannot take all streams, and a closed one makes room") {
  Fixture f;
  Peer one, two, three, four;
  const auto first = f.open(one), second = f.open(two);
  CHECK(testing::code_of([&] { f.hub.open(ticket_of("ann")); }) == "too_many_streams");
  const auto third = f.open(three, "bob"), fourth = f.open(four, "eve");
  CHECK(testing::code_of([&] { f.hub.open(ticket_of("joe")); }) == "too_many_streams");
  two.leave();
  f.wait_for(3);
  CHECK_NOTHROW(f.hub.open(ticket_of("ann")));
}

TEST_CASE("all streams end when the daemon stops, and none begins") {
  Fixture f;
  Peer peer;
  const auto stream = f.open(peer);
  const auto unattached = f.hub.open(ticket_of("bob"));
  f.hub.stop();
  CHECK(peer.read_all() == end_records(7));
  CHECK_FALSE(stream->is_open());
  CHECK(testing::code_of([&] { f.hub.open(ticket_of("ann")); }) == "stopping");
  Peer late;
  f.hub.attach(unattached, [&] { return late.connection(); });
  CHECK(late.read_all().empty());
}

TEST_CASE("a stream of another's making is refused before the connection is given up") {
  class Foreign final : public EventStream {
   public:
    void send(std::shared_ptr<const StreamEvent>) override {}
    bool is_open() const override { return true; }
  };
  Fixture f;
  bool detached = false;
  CHECK_THROWS_AS(f.hub.attach(std::make_shared<Foreign>(),
                               [&] {
                                 detached = true;
                                 return DetachedConnection();
                               }),
                  std::logic_error);
  CHECK_FALSE(detached);
}
