#include "http/fastcgi_server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <ctime>
#include <filesystem>

#include "podload/error.hpp"

using namespace podload;
using namespace std::chrono_literals;

namespace {

class CountingLog final : public Log {
 public:
  void write(LogLevel level, std::string_view, const Json&) noexcept override {
    if (level >= LogLevel::warn) ++lines;
  }
  std::atomic<int> lines{0};
};

class Client {
 public:
  explicit Client(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    connected = fd_ >= 0 && connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Client() {
    if (fd_ >= 0) close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Whether the socket accepted all of it.
  bool try_send(const std::string& bytes) const { return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()); }
  void send(const std::string& bytes) const { CHECK(try_send(bytes)); }
  /// Everything received until `text` appears or the server closes.
  std::string receive_until(const std::string& text) const {
    std::string all;
    for (char buffer[4096]; all.find(text) == std::string::npos;) {
      const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
      if (got <= 0) return all + "<closed>";
      all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
  }

  bool connected = false;

 private:
  int fd_;
};

const std::string kEnd("\1\3\0\1\0\10\0\0", 8);

std::string record(int type, const std::string& content, int id = 1) {
  std::string made;
  for (const std::size_t value : {std::size_t(1), std::size_t(type), std::size_t(0), std::size_t(id), content.size() >> 8, content.size() & 255, std::size_t(0), std::size_t(0)})
    made += static_cast<char>(value);
  return made + content;
}

/// The head of a request for `path` on a kept connection, without its body.
std::string head(const std::string& path, const std::string& method = "GET") {
  const std::string params = std::string("\16") + static_cast<char>(method.size()) + "REQUEST_METHOD" + method + "\13" + static_cast<char>(path.size()) + "REQUEST_URI" + path;
  return record(1, std::string("\0\1\1\0\0\0\0\0", 8)) + record(4, params) + record(4, "");
}
std::string get(const std::string& path) { return head(path) + record(5, ""); }

/// Records of a body of `size` bytes, without its end.
std::string body(std::size_t size) {
  std::string made;
  for (; size > 0; size -= std::min<std::size_t>(size, 32'000)) made += record(5, std::string(std::min<std::size_t>(size, 32'000), 'x'));
  return made;
}

/// Replies with the path and the body's length; /large and /pieces are ten megabytes.
std::optional<Reply> serve(const std::shared_ptr<Exchange>& exchange) {
  const std::string path(exchange->param("REQUEST_URI"));
  Reply reply = Reply::json(path);
  if (path == "/large") reply.body = std::string(10U << 20, 'x');
  if (path == "/pieces") reply.more = [left = 10]() mutable { return std::string(left-- > 0 ? 1U << 20 : 0, 'x'); };
  if (path == "/body") {
    try {
      reply.body = std::to_string(exchange->read_body(1024).size()) + " bytes";
    } catch (const Error& error) {
      reply.body = error.code();
    }
  }
  return reply;
}

struct Fixture {
  explicit Fixture(std::chrono::milliseconds receive_limit = 10s)
      : server({path, 2, 1024, receive_limit}, serve, log) {
    server.start();
  }
  ~Fixture() { server.stop(1s); }

  std::string path = (std::filesystem::temp_directory_path() / ("podload-fastcgi-" + std::to_string(getpid()) + ".sock")).string();
  CountingLog log;
  FastCgiServer server;
};

}  // namespace

TEST_CASE("a connection serves several requests in sequence") {
  Fixture f;
  const Client client(f.path);
  for (const char* path : {"/a", "/b"}) {
    client.send(get(path));
    const std::string reply = client.receive_until(kEnd);
    CHECK(reply.find("Status: 200 OK") != std::string::npos);
    CHECK(reply.find(std::string("\"") + path + "\"") != std::string::npos);
  }
}

TEST_CASE("connections that stall within a record hold no worker, and are cut") {
  Fixture f(300ms);
  std::vector<std::unique_ptr<Client>> slow;
  const std::string all = head("/slow") + body(20) + record(5, "");
  for (std::size_t size = 1; size < all.size(); ++size) {
    slow.push_back(std::make_unique<Client>(f.path));
    slow.back()->send(all.substr(0, size));
  }
  const Client client(f.path);
  client.send(get("/quick"));
  CHECK(client.receive_until(kEnd).find("/quick") != std::string::npos);
  for (const auto& one : slow) CHECK(one->receive_until(kEnd) == "<closed>");
  CHECK(f.log.lines == 1);
}

TEST_CASE("peeked data that stays in its socket wakes the watcher only when more arrives") {
  Fixture f(1s);
  const Client client(f.path);
  client.send(get("/slow").substr(0, 30));
  const std::clock_t cpu = std::clock();
  CHECK(client.receive_until(kEnd) == "<closed>");
  CHECK(static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC < 0.1);
}

TEST_CASE("a request that arrives byte by byte is served") {
  Fixture f;
  const Client client(f.path);
  for (const char c : get("/bytes")) client.send(std::string(1, c));
  CHECK(client.receive_until(kEnd).find("/bytes") != std::string::npos);
}

TEST_CASE("an invalid request is cut, and the others are served") {
  Fixture f;
  const std::string begin = get("/x").substr(0, 16);
  for (const std::string& bad : {std::string("GET / HTTP/1.1\r\n\r\n"), begin + std::string("\1\4\0\1\0\10\0\0\xff\xff\xff\xfe\xff\xff\xff\xfe\1\4\0\1\0\0\0\0", 24),
                                 begin + std::string("\1\4\0\1\0\4\0\0\x7f\xff\xff\xfe\1\4\0\1\0\0\0\0", 20)}) {
    const Client client(f.path);
    client.send(bad);
    CHECK(client.receive_until(kEnd) == "<closed>");
  }
  const Client client(f.path);
  client.send(get("/good"));
  CHECK(client.receive_until(kEnd).find("/good") != std::string::npos);
}

TEST_CASE("bodies arrive complete, too long ones as their length, and the connection stays usable") {
  Fixture f;
  const Client client(f.path);
  for (const auto& [size, reply] : {std::pair{0, "0 bytes"}, std::pair{1024, "1024 bytes"}, std::pair{1025, "too_large"}, std::pair{300'000, "too_large"}}) {
    client.send(head("/body", "POST") + body(static_cast<std::size_t>(size)) + record(5, ""));
    CHECK(client.receive_until(kEnd).find(reply) != std::string::npos);
  }
  CHECK(f.log.lines == 0);
}

TEST_CASE("a large body that stalls holds its worker until it is due, even if more records arrive") {
  Fixture f(300ms);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 2; ++i) {  // one per worker
    slow.push_back(std::make_unique<Client>(f.path));
    slow.back()->send(head("/slow", "POST") + body(100'000));
  }
  const Client client(f.path);
  client.send(get("/quick"));
  // Empty records of another request: libfcgi skips them and would do so forever.
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (slow.back()->try_send(record(5, "", 2))) REQUIRE(std::chrono::steady_clock::now() < until);
  CHECK(client.receive_until(kEnd).find("/quick") != std::string::npos);
  for (const auto& one : slow) CHECK(one->receive_until(kEnd) == "<closed>");
  CHECK(f.log.lines == 1);
}

TEST_CASE("records for libfcgi itself within a body end that connection only") {
  Fixture f;
  const std::string huge("\xff\xff\xff\xfe\xff\xff\xff\xfe", 8);  // libfcgi would assert that it got this much memory
  std::string many;                                             // libfcgi would write the answers to these into 64 bytes
  for (int i = 0; i < 100; ++i) many += std::string("\16\0FCGI_MAX_CONNS", 16);
  for (const std::string& content : {huge, many})
    for (const std::size_t before : {std::size_t(10), std::size_t(1'000'000)}) {  // within the peeked data, and behind it
      const Client client(f.path);
      client.send(head("/body", "POST") + body(before));
      client.try_send(record(9, content, 0));
      CHECK(client.receive_until(kEnd) == "<closed>");
    }
  const Client client(f.path);
  client.send(get("/good"));
  CHECK(client.receive_until(kEnd).find("/good") != std::string::npos);
}

TEST_CASE("large replies arrive complete, in one piece or many, and the connection stays usable") {
  Fixture f;
  const Client client(f.path);
  for (const char* path : {"/large", "/pieces"}) {
    client.send(get(path));
    const std::string reply = client.receive_until(kEnd);
    CHECK(std::count(reply.begin(), reply.end(), 'x') >= 10 << 20);
  }
  client.send(head("/large", "HEAD") + record(5, ""));
  const std::string reply = client.receive_until(kEnd);
  CHECK(reply.find("Status: 200 OK") != std::string::npos);
  CHECK(reply.size() < 1000);
}

TEST_CASE("clients that leave within a request or a reply leak no descriptor and stop nothing") {
  Fixture f;
  const auto descriptors = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()); };
  const auto before = descriptors();
  for (const char* path : {"/large", "/pieces"}) {
    { const Client client(f.path); client.send(get(path)); }
    { const Client client(f.path); client.send(get(path).substr(0, 20)); }
    { const Client client(f.path); client.send(head(path) + body(100'000)); }
    { const Client client(f.path); client.send(head(path) + body(100'000) + "\1\5"); }
  }
  const auto until = std::chrono::steady_clock::now() + 5s;
  while (descriptors() != before && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(descriptors() == before);
  const Client client(f.path);
  client.send(get("/good"));
  CHECK(client.receive_until(kEnd).find("/good") != std::string::npos);
}

TEST_CASE("stopping cuts an incomplete body") {
  Fixture f;
  const Client client(f.path);
  client.send(head("/body", "POST") + body(1'000'000));  // more than the socket holds: a worker reads it
  CHECK(f.server.stop(5s));
  CHECK(client.receive_until(kEnd) == "<closed>");
}

TEST_CASE("more than 128 kB of parameters are cut at once") {
  Fixture f;
  const Client client(f.path);
  std::string much = record(1, std::string("\0\1\1\0\0\0\0\0", 8));
  for (int i = 0; i < 6; ++i) much += record(4, std::string(60'000, 'x'));
  const auto began = std::chrono::steady_clock::now();
  client.try_send(much);
  CHECK(client.receive_until(kEnd) == "<closed>");
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  CHECK(f.log.lines == 1);
}

TEST_CASE("without a free descriptor no connection is accepted, nothing spins, and accepting resumes on its own") {
  Fixture f;
  std::vector<std::unique_ptr<Client>> clients;
  clients.push_back(std::make_unique<Client>(f.path));
  clients.front()->send(get("/first"));
  CHECK(clients.front()->receive_until(kEnd).find("/first") != std::string::npos);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int next = dup(0);
  REQUIRE(next >= 0);
  close(next);
  // 11 more descriptors: each connection needs one here and one in the server, so at least one gets none there.
  const rlimit low{static_cast<rlim_t>(next) + 11, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(f.path));
    if (!clients.back()->connected) clients.pop_back();
  }
  const std::clock_t cpu = std::clock();
  const auto until = std::chrono::steady_clock::now() + 5s;
  while (f.log.lines == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(f.log.lines == 1);
  clients.front()->send(get("/accepted"));  // connections that the server has are still served
  CHECK(clients.front()->receive_until(kEnd).find("/accepted") != std::string::npos);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  clients.back()->send(get("/late"));
  CHECK(clients.back()->receive_until(kEnd).find("/late") != std::string::npos);
  CHECK(f.log.lines == 1);
  CHECK(static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC < 5);
}
