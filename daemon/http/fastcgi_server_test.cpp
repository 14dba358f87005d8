#include "http/fastcgi_server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <ctime>
#include <filesystem>

#include "http/fastcgi_request.hpp"

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

  void send(const std::string& bytes) const { CHECK(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())); }
  /// What comes until `text` has come or the server closes.
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

/// A GET of `path` on a connection that is kept.
std::string get(const std::string& path) {
  std::string params = std::string(1, '\13') + static_cast<char>(path.size()) + "REQUEST_URI" + path;
  return std::string("\1\1\0\1\0\10\0\0\0\1\1\0\0\0\0\0", 16) + std::string("\1\4\0\1\0", 5) + static_cast<char>(params.size()) + std::string("\0\0", 2) + params +
         std::string("\1\4\0\1\0\0\0\0\1\5\0\1\0\0\0\0", 16);
}

struct Fixture {
  explicit Fixture(std::chrono::milliseconds receive_limit = 10s)
      : server({path, 2, 1024, receive_limit}, [](const std::shared_ptr<Exchange>& exchange) { return std::optional(Reply::json(std::string(exchange->param("REQUEST_URI")))); }, log) {
    server.start();
  }
  ~Fixture() { server.stop(1s); }

  std::string path = (std::filesystem::temp_directory_path() / ("podload-fastcgi-" + std::to_string(getpid()) + ".sock")).string();
  CountingLog log;
  FastCgiServer server;
};

}  // namespace

TEST_CASE("a connection serves one request after the other") {
  Fixture f;
  const Client client(f.path);
  for (const char* path : {"/a", "/b"}) {
    client.send(get(path));
    const std::string reply = client.receive_until(kEnd);
    CHECK(reply.find("Status: 200 OK") != std::string::npos);
    CHECK(reply.find(std::string("\"") + path + "\"") != std::string::npos);
  }
}

TEST_CASE("connections that stall in the middle of a record hold no worker, and are cut") {
  Fixture f(300ms);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 40; ++i) {
    slow.push_back(std::make_unique<Client>(f.path));
    slow.back()->send(get("/slow").substr(0, 1 + static_cast<std::size_t>(i)));
  }
  const Client client(f.path);
  client.send(get("/quick"));
  CHECK(client.receive_until(kEnd).find("/quick") != std::string::npos);
  for (const auto& one : slow) CHECK(one->receive_until(kEnd) == "<closed>");
  CHECK(f.log.lines == 1);
}

TEST_CASE("a request that comes byte by byte is served") {
  Fixture f;
  const Client client(f.path);
  for (const char c : get("/bytes")) client.send(std::string(1, c));
  CHECK(client.receive_until(kEnd).find("/bytes") != std::string::npos);
}

TEST_CASE("what cannot be a request is cut, and the others are served") {
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

TEST_CASE("without a free descriptor no connection is accepted, nothing spins, and it goes on by itself") {
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
  // 11 more descriptors: each connection needs one here and one in the server, so that one at least has none there.
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
  clients.front()->send(get("/accepted"));  // while the server waits, those it has are served
  CHECK(clients.front()->receive_until(kEnd).find("/accepted") != std::string::npos);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  clients.back()->send(get("/late"));
  CHECK(clients.back()->receive_until(kEnd).find("/late") != std::string::npos);
  CHECK(f.log.lines == 1);
  CHECK(static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC < 5);
}
