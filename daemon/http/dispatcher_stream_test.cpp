#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "http/dispatcher_testing.hpp"

using namespace podload;

namespace {

/// The operation `live` opens streams; their clients' ends are descriptors.
struct Streams : DispatcherFixture {
  std::vector<int> descriptors;
  std::shared_ptr<EventStream> last;
  bool was_background = false;

  Streams() {
    words.add({{"too_many_streams", {{"status", 503}, {"en", "text"}, {"zh-CN", "text"}}}}, "words.yaml");
    contract.find("live")->handler = [this](Request& request) {
      was_background = request.background;
      last = request.stream();
      return Stream(last);
    };
  }
  ~Streams() {
    for (const int descriptor : descriptors) close(descriptor);
  }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  std::shared_ptr<EventStream> open(const std::string& uri = "/one/live?namespace=shop") {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    descriptors.push_back(ends[0]);
    sink.descriptor = ends[1];
    REQUIRE_FALSE(send("GET", uri));
    return last;
  }
};

}  // namespace

TEST_CASE("a stream begins with its head, takes no worker, and does not keep its session alive") {
  Streams f;
  const auto stream = f.open();
  REQUIRE(f.sink.beginnings.size() == 1);
  CHECK(f.sink.beginnings[0].status == 200);
  CHECK(f.sink.beginnings[0].content_type == "text/event-stream; charset=utf-8");
  CHECK(f.sink.beginnings[0].body.starts_with("retry: "));
  CHECK(f.was_background);
  CHECK(stream->is_open());
  f.dispatcher().check_streams();
  CHECK(stream->is_open());
}

TEST_CASE("the namespace in a required query parameter is checked like one in the path") {
  Streams f;
  f.may(Level::read, true, "shop");
  CHECK(f.open("/one/live?namespace=shop")->is_open());
  CHECK(f.answer("/one/live?namespace=other") == "403 forbidden");
  CHECK(f.answer("/two/live?namespace=shop") == "403 forbidden");
  CHECK(f.answer("/one/live") == "422 invalid");
}

TEST_CASE("a stream ends once its caller may not open it any more") {
  Streams f;
  f.may(Level::read);
  SECTION("signed out") { f.authenticator.principal.reset(); }
  SECTION("without the grant") { f.may(Level::read, true, "other"); }
  SECTION("barred") { f.authenticator.principal->barred = "must_change"; }
  const auto now = std::exchange(f.authenticator.principal, std::nullopt);
  f.may(Level::read);
  const auto stream = f.open();
  f.authenticator.principal = now;
  f.dispatcher().check_streams();
  CHECK_FALSE(stream->is_open());
}

TEST_CASE("a stream ends if its cluster was removed, even if another has its name now") {
  Streams f;
  const auto stream = f.open();
  f.clusters.id_of_one = "3";
  f.dispatcher().check_streams();
  CHECK_FALSE(stream->is_open());
}

TEST_CASE("an operation without a stream cannot open one, and one with a stream opens one") {
  Streams f;
  f.contract.find("pods")->handler = [](Request& request) { return Stream(request.stream()); };
  CHECK(f.answer("/one/pods") == "500 internal");
  f.contract.find("live")->handler = [](Request& request) {
    const auto first = request.stream();
    return Stream(request.stream());
  };
  CHECK(f.answer("/one/live?namespace=shop") == "500 internal");
}

TEST_CASE("a handler that throws after it opened a stream sends its error") {
  Streams f;
  f.contract.find("live")->handler = [](Request& request) -> Answer {
    const auto stream = request.stream();
    throw Error("not_found");
  };
  CHECK(f.answer("/one/live?namespace=shop") == "404 not_found");
  CHECK(f.sink.beginnings.empty());
}

TEST_CASE("streams end when the daemon stops") {
  Streams f;
  const auto stream = f.open();
  f.dispatcher().stopping();
  CHECK_FALSE(stream->is_open());
  CHECK(f.answer("/one/live?namespace=shop") == "503 stopping");
}
