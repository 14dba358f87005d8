#include "http/fastcgi_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>
#include <vector>

#include "http/fastcgi_records.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace std::chrono_literals;
using Look = FastCgiConnection::Look;

namespace {

constexpr int kBegin = 1, kEnd = 3, kParams = 4, kStdin = 5, kStdout = 6;

std::string record(int type, const std::string& content, std::size_t id = 1) {
  std::string made;
  for (const std::size_t value : {std::size_t(1), static_cast<std::size_t>(type), std::size_t(0), id,
                                  content.size() >> 8, content.size() & 255, std::size_t(0), std::size_t(0)})
    made += static_cast<char>(value);
  return made + content;
}

using Params = std::vector<std::pair<std::string, std::string>>;

/// The records before a request's body.
std::string head(const Params& params, bool keep = true) {
  std::string pairs;
  for (const auto& [name, value] : params)
    pairs += std::string(1, static_cast<char>(name.size())) + static_cast<char>(value.size()) + name + value;
  return record(kBegin, std::string("\0\1", 2) + static_cast<char>(keep ? 1 : 0) + std::string(5, '\0')) +
         record(kParams, pairs) + record(kParams, "");
}
std::string get(bool keep = true) { return head({{"REQUEST_METHOD", "GET"}}, keep) + record(kStdin, ""); }
std::string post() { return head({{"REQUEST_METHOD", "POST"}}); }

/// Records of a body of `size` bytes, without its end.
std::string body(std::size_t size) {
  std::string made;
  for (; size > 0; size -= std::min<std::size_t>(size, 32'000))
    made += record(kStdin, std::string(std::min<std::size_t>(size, 32'000), 'x'));
  return made;
}

/// nginx's end of a connection, and the connection.
class Pair {
 public:
  explicit Pair(std::chrono::milliseconds receive_limit = 10s) {
    static const bool is_started = FCGX_Init() == 0;
    REQUIRE(is_started);
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    constexpr int kRoom = 1 << 20;  // what is sent stays in the socket until it is read: no thread is needed
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &kRoom, sizeof(kRoom));
    client_ = ends[0];
    connection = take(ends[1], receive_limit);
  }
  ~Pair() { leave(); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  static std::unique_ptr<FastCgiConnection> take(int fd, std::chrono::milliseconds receive_limit = 10s) {
    auto made = std::make_unique<FastCgiConnection>(fd, receive_limit);
    made->limit_waiting();
    return made;
  }

  Pair& send(const std::string& bytes) {
    REQUIRE(::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
            static_cast<ssize_t>(bytes.size()));
    return *this;
  }
  Pair& end_sending() {
    shutdown(client_, SHUT_WR);
    return *this;
  }
  void leave() {
    if (client_ >= 0) close(client_);
    client_ = -1;
  }
  Look look() { return connection->look(buffer_); }
  void begin() {
    REQUIRE(look() == Look::ready);
    connection->begin();
  }
  /// Why the data is refused; empty if it is not.
  std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const BadFastCgi& error) {
      return error.what();
    }
    return {};
  }

  /// What has arrived since the last call: the content of STDOUT, "<end>" for the end of a reply, "<closed>".
  std::string received() {
    char piece[4096];
    ssize_t got = 0;
    while ((got = recv(client_, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
      raw_.append(piece, static_cast<std::size_t>(got));
    std::string text;
    while (raw_.size() >= 8) {
      const auto at = [&](std::size_t i) { return static_cast<unsigned char>(raw_[i]); };
      const std::size_t size = at(4) << 8U | at(5), whole = 8 + size + at(6);
      if (raw_.size() < whole) break;
      if (at(1) == kStdout) text += raw_.substr(8, size);
      if (at(1) == kEnd) text += "<end>";
      raw_.erase(0, whole);
    }
    return text + (got == 0 ? "<closed>" : "");
  }

  std::unique_ptr<FastCgiConnection> connection;

 private:
  int client_ = -1;
  std::string raw_;
  std::vector<char> buffer_ = std::vector<char>(FastCgiConnection::kLargestLook);
};

}  // namespace

TEST_CASE("look(): a request is ready when libfcgi can read its parameters without waiting") {
  Pair pair;
  CHECK(pair.look() == Look::part);
  CHECK_FALSE(pair.connection->due());
  const std::string all = post() + body(3) + record(kStdin, "");
  for (const char c : all.substr(0, all.size() - 1)) {
    pair.send(std::string(1, c));
    REQUIRE(pair.look() == Look::part);
  }
  const auto due = pair.connection->due();
  REQUIRE(due);
  CHECK(*due > std::chrono::steady_clock::now());
  CHECK_FALSE(pair.connection->is_whole());
  pair.send(all.substr(all.size() - 1));
  CHECK(pair.look() == Look::ready);
  CHECK(pair.look() == Look::ready);  // what was looked at stays in the socket
  CHECK(pair.connection->is_whole());
  CHECK(pair.connection->due() == due);
}

TEST_CASE("look(): a large body, or one whose client sends no more, is read by a worker") {
  Pair large;
  CHECK(large.send(post() + body(30'000)).look() == Look::part);
  CHECK(large.send(body(40'000)).look() == Look::ready);
  CHECK_FALSE(large.connection->is_whole());
  Pair ended;
  CHECK(ended.send(post() + body(3)).end_sending().look() == Look::ready);
  CHECK_FALSE(ended.connection->is_whole());
}

TEST_CASE("look(): a client that leaves before its parameters are complete has ended") {
  Pair silent;
  CHECK(silent.end_sending().look() == Look::ended);
  Pair partial;
  CHECK(partial.send(post().substr(0, 30)).end_sending().look() == Look::ended);
  Pair gone;
  gone.leave();
  CHECK(gone.look() == Look::ended);
}

TEST_CASE("look(): what is no request of nginx, or has too many parameters, is refused") {
  Pair http;
  http.send("GET / HTTP/1.1\r\n\r\n");
  CHECK_FALSE(http.refusal([&] { http.look(); }).empty());
  Pair many;
  std::string params;
  for (int i = 0; i < 500; ++i) params += std::string("\1\175a", 3) + std::string(125, 'x');
  many.send(get().substr(0, 16) + record(kParams, params));
  CHECK(many.look() == Look::part);
  many.send(record(kParams, params) + record(kParams, params));
  CHECK(many.refusal([&] { many.look(); }) == "more than 128 kB of parameters");
}

TEST_CASE("discard() empties the socket") {
  Pair pair;
  pair.send("GET / HTTP/1.1\r\n\r\n");
  std::vector<char> buffer(100);
  pair.connection->discard(buffer);
  CHECK(pair.look() == Look::part);
}

TEST_CASE("parameters and headers: the first value of a repeated name, headers in lower case with dashes") {
  Pair pair;
  pair.send(head({{"REQUEST_METHOD", "GET"},
                  {"HTTP_X_REQUEST_ID", "a=b"},
                  {"REQUEST_METHOD", "PUT"},
                  {"HTTP_HOST", ""},
                  {"HTTPS", "on"}}) +
            record(kStdin, ""))
      .begin();
  CHECK(pair.connection->param("REQUEST_METHOD") == "GET");
  CHECK(pair.connection->param("REQUEST").empty());
  std::map<std::string, std::string> headers;
  pair.connection->headers([&](const std::string& name, std::string_view value) { headers[name] = value; });
  CHECK(headers == std::map<std::string, std::string>{{"x-request-id", "a=b"}, {"host", ""}});
}

TEST_CASE("a body in pieces is whole, also if some of them arrive after the worker has begun") {
  Pair pair;
  pair.send(post() + record(kStdin, "ab") + record(kStdin, "c") + record(kStdin, "")).begin();
  pair.connection->receive(10);
  CHECK(pair.connection->read_body(3) == "abc");
  Pair late;
  late.send(post() + body(70'000)).begin();
  late.send(body(10'000) + record(kStdin, ""));
  late.connection->receive(100'000);
  CHECK(late.connection->read_body(80'000) == std::string(80'000, 'x'));
  Pair none;
  none.send(get()).begin();
  none.connection->receive(10);
  CHECK(none.connection->read_body(0).empty());
}

TEST_CASE("a body that is too long is refused with the limit, and the reply and the next request follow") {
  Pair pair;
  pair.send(post() + body(6) + record(kStdin, "")).begin();
  pair.connection->receive(5);  // and keeps only the length
  CHECK(testing::code_of([&] { pair.connection->read_body(100); }) == "too_large");
  const int fd = pair.connection->finish(Reply::json("large", 413));
  REQUIRE(fd >= 0);
  CHECK(pair.received().starts_with("Status: 413 Content Too Large\r\n"));

  pair.connection = Pair::take(fd);
  pair.send(post() + body(6) + record(kStdin, "")).begin();
  pair.connection->receive(6);
  CHECK(pair.connection->read_body(6) == "xxxxxx");
  try {
    pair.connection->read_body(5);
    FAIL("read");
  } catch (const Error& error) {
    CHECK(error.code() == "too_large");
    CHECK(error.args() == Json{{"limit", 5}});
  }
}

TEST_CASE("a body that ends early, or has a record for libfcgi itself, is refused") {
  Pair ended;
  ended.send(post() + body(3)).end_sending().begin();
  CHECK(ended.refusal([&] { ended.connection->receive(10); }).starts_with("a body that ends early"));
  Pair within;
  within.send(post() + body(3) + "\1\5").end_sending().begin();
  CHECK(within.refusal([&] { within.connection->receive(10); }).starts_with("a body that ends early"));
  Pair odd;
  odd.send(post() + body(70'000)).begin();
  odd.send(record(9, std::string("\16\0FCGI_MAX_CONNS", 16), 0) + record(kStdin, ""));
  CHECK(odd.refusal([&] { odd.connection->receive(10); }).starts_with("a body that ends early"));
}

TEST_CASE("a body that stalls is refused when it is due") {
  Pair pair(50ms);
  pair.send(post() + body(70'000)).begin();
  CHECK(pair.refusal([&] { pair.connection->receive(10); }) == "its body was not complete in time");
  CHECK(pair.connection->due() <= std::chrono::steady_clock::now());
}

TEST_CASE("the reply: status, content type, headers, body, and the end") {
  Pair pair;
  pair.send(get()).begin();
  pair.connection->receive(0);
  Reply reply = Reply::json({{"a", 1}}, 404);
  reply.headers = {{"X-One", "1"}, {"X-Two", "2"}};
  CHECK(pair.connection->finish(reply) >= 0);
  CHECK(pair.received() ==
        "Status: 404 Not Found\r\nContent-Type: application/json; charset=utf-8\r\nX-One: 1\r\nX-Two: "
        "2\r\n\r\n{\"a\":1}<end>");

  Pair bare;
  bare.send(get()).begin();
  bare.connection->receive(0);
  bare.connection->finish({299, "", "", {}, {}, {}});
  CHECK(bare.received() == "Status: 299 Status\r\n\r\n<end>");
}

TEST_CASE("each piece of a reply is sent before the next is produced") {
  Pair pair;
  pair.send(get()).begin();
  pair.connection->receive(0);
  Reply reply{200, "text/plain", "0", {}, {}, {}};
  std::string seen;
  int pieces = 0;
  reply.more = [&] {
    seen += pair.received() + "|";
    return ++pieces > 2 ? std::string() : std::to_string(pieces);
  };
  CHECK(pair.connection->finish(reply) >= 0);
  // The body before the pieces waits for the first of them.
  CHECK(seen == "|Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n01|2|");
  CHECK(pair.received() == "<end>");
}

TEST_CASE("a reply whose piece fails has no end") {
  Pair pair;
  pair.send(get()).begin();
  pair.connection->receive(0);
  Reply reply{200, "text/plain", "", {}, {}, {}};
  reply.more = [n = 0]() mutable -> std::string { return n++ == 0 ? "part" : throw std::runtime_error("no more"); };
  CHECK_THROWS_WITH(pair.connection->finish(reply), "no more");
  pair.connection.reset();
  CHECK(pair.received() == "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\npart<closed>");
}

TEST_CASE("HEAD: the head of the reply, and no piece is produced") {
  Pair pair;
  pair.send(head({{"REQUEST_METHOD", "HEAD"}}) + record(kStdin, "")).begin();
  pair.connection->receive(0);
  Reply reply{200, "text/plain", "body", {}, {}, {}};
  bool asked = false;
  reply.more = [&] {
    asked = true;
    return std::string();
  };
  CHECK(pair.connection->finish(reply) >= 0);
  CHECK(pair.received() == "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n<end>");
  CHECK_FALSE(asked);
}

TEST_CASE("a connection is kept for the next request if the client asks for it, and closed otherwise") {
  Pair pair;
  for (const char* turn : {"first", "second"}) {
    pair.send(get()).begin();
    pair.connection->receive(0);
    const int fd = pair.connection->finish(Reply::json(turn));
    REQUIRE(fd >= 0);
    CHECK(pair.connection->fd() == -1);
    const std::string reply = pair.received();
    CHECK(reply.ends_with("\"" + std::string(turn) + "\"<end>"));
    pair.connection = Pair::take(fd);
  }
  pair.send(get(false)).begin();
  pair.connection->receive(0);
  CHECK(pair.connection->finish(Reply::json("last")) == -1);
  pair.connection.reset();
  CHECK(pair.received().ends_with("\"last\"<end><closed>"));
}

TEST_CASE("a detached connection has the beginning of its reply, and stays open") {
  Pair pair;
  pair.send(get()).begin();
  pair.connection->receive(0);
  const DetachedConnection detached = pair.connection->detach({200, "text/event-stream", "retry: 1\n\n", {}, {}, {}});
  CHECK(detached.request_id == 1);
  pair.connection.reset();
  CHECK(pair.received() == "Status: 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1\n\n");
  const std::string rest = stdout_records(1, "more") + end_records(1);
  REQUIRE(send(detached.fd, rest.data(), rest.size(), 0) == static_cast<ssize_t>(rest.size()));
  close(detached.fd);
  CHECK(pair.received() == "more<end><closed>");
}

TEST_CASE("a connection whose client has left cannot be detached") {
  Pair pair;
  pair.send(get()).begin();
  pair.connection->receive(0);
  pair.leave();
  CHECK_THROWS_WITH(pair.connection->detach(Reply::json("late")), Catch::StartsWith("the client closed the connection"));
}

TEST_CASE("a reply to a client that has left is an error") {
  for (const bool pieces : {false, true}) {
    Pair pair;
    pair.send(get()).begin();
    pair.connection->receive(0);
    pair.leave();
    Reply reply = Reply::json("late");
    if (pieces) reply.more = [] { return std::string("more"); };
    CHECK_THROWS_WITH(pair.connection->finish(reply), Catch::StartsWith("the client closed the connection"));
  }
}
