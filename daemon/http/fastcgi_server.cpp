#include "http/fastcgi_server.hpp"

#include <fcgiapp.h>
#include <fcgios.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
constexpr std::size_t kLargestDrain = 64U << 20;  // what is read and thrown away of a refused body

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw Error("socket_failed", {{"path", path}, {"what", std::string(what) + ": " + std::strerror(errno)}});
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    throw Error("socket_failed", {{"path", path}, {"what", "a socket's path has at most 107 bytes"}});
  path.copy(address.sun_path, path.size());
  return address;
}

/// Whether something answers at that socket.
bool answers(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool yes = fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  if (fd >= 0) close(fd);
  return yes;
}

std::string reason(int status) {
  static const std::unordered_map<int, const char*> kReasons{
      {200, "OK"},        {304, "Not Modified"}, {400, "Bad Request"},      {401, "Unauthorized"},
      {403, "Forbidden"}, {404, "Not Found"},    {405, "Method Not Allowed"}, {409, "Conflict"},
      {422, "Unprocessable Entity"}, {429, "Too Many Requests"}, {500, "Internal Server Error"}, {503, "Service Unavailable"}};
  const auto found = kReasons.find(status);
  return found == kReasons.end() ? "Status" : found->second;
}

}  // namespace

/// A request read by libfcgi on one connection.
class FastCgiServer::Connection final : public Exchange {
 public:
  explicit Connection(int fd) {
    FCGX_InitRequest(&request_, -1, 0);
    request_.ipcFd = fd;
    // Without this FCGX_Accept_r would close the descriptor before it reads.
    request_.keepConnection = 1;
  }
  ~Connection() override {
    if (request_.ipcFd >= 0) FCGX_Free(&request_, /*close=*/1);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Reads the request's head; false where the peer went away or sent nonsense.
  bool read() {
    if (FCGX_Accept_r(&request_) < 0) return false;
    for (char** entry = request_.envp; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      const auto equals = text.find('=');
      if (equals != std::string_view::npos) params_.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return true;
  }

  std::string_view param(std::string_view name) const override {
    const auto found = params_.find(name);
    return found == params_.end() ? std::string_view() : found->second;
  }

  void headers(const std::function<void(std::string, std::string_view)>& each) const override {
    for (const auto& [name, value] : params_) {
      if (!name.starts_with("HTTP_")) continue;
      std::string header(name.substr(5));
      for (char& c : header) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      each(std::move(header), value);
    }
  }

  std::string read_body(std::size_t limit) override {
    std::string body;
    std::array<char, 16384> piece{};
    for (;;) {
      const int got = FCGX_GetStr(piece.data(), piece.size(), request_.in);
      if (got <= 0) return body;
      if (body.size() + static_cast<std::size_t>(got) > limit) {
        drain();
        throw Error("too_large", {{"limit", limit}});
      }
      body.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  /// Writes the reply; returns the descriptor if the connection is kept, else -1.
  int finish(const Reply& reply) {
    drain();
    std::string head = "Status: " + std::to_string(reply.status) + " " + reason(reply.status) + "\r\n";
    if (!reply.content_type.empty()) head += "Content-Type: " + reply.content_type + "\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    head += "\r\n";
    FCGX_PutStr(head.data(), static_cast<int>(head.size()), request_.out);
    if (param("REQUEST_METHOD") != "HEAD") {
      FCGX_PutStr(reply.body.data(), static_cast<int>(reply.body.size()), request_.out);
      if (reply.more) put_all(reply.more);
    }
    FCGX_Finish_r(&request_);
    const int kept = request_.ipcFd;
    request_.ipcFd = -1;
    return kept;
  }

 private:
  /// A piece that cannot be made, or a peer that went away, leaves the reply unended: the descriptor
  /// is closed with the request.
  void put_all(const std::function<std::string()>& more) {
    for (std::string piece = more(); !piece.empty(); piece = more())
      if (FCGX_PutStr(piece.data(), static_cast<int>(piece.size()), request_.out) < 0) throw std::runtime_error("the client went away");
  }

  /// What is left of the body must be read, or it would be taken for the next request.
  void drain() {
    std::array<char, 16384> piece{};
    for (std::size_t total = 0; request_.in != nullptr && total < kLargestDrain;) {
      const int got = FCGX_GetStr(piece.data(), piece.size(), request_.in);
      if (got <= 0) return;
      total += static_cast<std::size_t>(got);
    }
    request_.keepConnection = 0;
  }

  FCGX_Request request_{};
  std::unordered_map<std::string_view, std::string_view> params_;  // into libfcgi's own copy
};

FastCgiServer::FastCgiServer(Options options, Serve serve, Log& log)
    : options_(std::move(options)), serve_(std::move(serve)), log_(log) {}

FastCgiServer::~FastCgiServer() {
  if (listen_fd_ >= 0) stop(std::chrono::milliseconds(0));
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  for (const Job& job : jobs_)
    if (job.fd >= 0) close(job.fd);
  for (const int fd : idle_) close(fd);
  for (const int fd : {epoll_fd_, wake_fd_})
    if (fd >= 0) close(fd);
}

void FastCgiServer::listen() {
  const std::string& path = options_.socket_path;
  const sockaddr_un address = address_of(path);
  if (answers(address)) throw Error("socket_in_use", {{"path", path}});
  unlink(path.c_str());
  listen_fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listen_fd_ < 0) fail(path, "socket");
  // Nobody may connect between bind and chmod.
  const mode_t before = umask(0117);
  const int bound = bind(listen_fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  umask(before);
  if (bound < 0) fail(path, "bind");
  if (::listen(listen_fd_, 1024) < 0) fail(path, "listen");
}

void FastCgiServer::start() {
  if (FCGX_Init() != 0) throw Error("socket_failed", {{"path", options_.socket_path}, {"what", "libfcgi does not start"}});
  listen();
  epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll_fd_ < 0 || wake_fd_ < 0) fail(options_.socket_path, "epoll");
  for (const int fd : {listen_fd_, wake_fd_}) {
    epoll_event event{EPOLLIN, {.fd = fd}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) < 0) fail(options_.socket_path, "epoll_ctl");
  }
  for (std::size_t i = 0; i < options_.workers; ++i) workers_.emplace_back([this] { work(); });
  watcher_ = std::thread([this] { watch(); });
}

bool FastCgiServer::stop(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (watcher_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
    watcher_.join();
  }
  if (listen_fd_ >= 0) {
    close(listen_fd_);
    unlink(options_.socket_path.c_str());
    listen_fd_ = -1;
  }
  std::unique_lock lock(mutex_);
  return drained_.wait_for(lock, grace, [this] { return jobs_.empty() && busy_ == 0; });
}

void FastCgiServer::watch() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = epoll_wait(epoll_fd_, events.data(), events.size(), -1);
    if (count < 0 && errno != EINTR) {
      log_.error("epoll_wait failed", {{"what", std::strerror(errno)}});
      return;
    }
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_fd_) return;
      if (fd != listen_fd_) {
        {
          const std::lock_guard lock(mutex_);
          idle_.erase(fd);
        }
        push({fd, nullptr, {}});
        continue;
      }
      for (;;) {
        const int connection = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) break;
        {
          const std::lock_guard lock(mutex_);
          idle_.insert(connection);
        }
        epoll_event event{kReadable, {.fd = connection}};
        epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, connection, &event);
      }
    }
  }
}

void FastCgiServer::push(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
}

void FastCgiServer::rearm(int fd) {
  {
    const std::lock_guard lock(mutex_);
    idle_.insert(fd);
  }
  epoll_event event{kReadable, {.fd = fd}};
  epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
}

void FastCgiServer::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      ++busy_;
    }
    try {
      if (job.exchange)
        finish(*job.exchange, job.reply);
      else
        serve_connection(job.fd);
    } catch (...) {  // the worker's edge: the next request must find it alive
      log_.error("a request ended a worker's turn", {{"what", caught_text()}});
    }
    job = {};
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0 && jobs_.empty()) drained_.notify_all();
  }
}

void FastCgiServer::serve_connection(int fd) {
  const auto exchange = std::make_shared<Connection>(fd);
  if (!exchange->read()) return;
  if (const std::optional<Reply> reply = serve_(exchange)) finish(*exchange, *reply);
}

void FastCgiServer::finish(Exchange& exchange, const Reply& reply) {
  const int kept = static_cast<Connection&>(exchange).finish(reply);
  if (kept >= 0) rearm(kept);
}

void FastCgiServer::send(std::shared_ptr<Exchange> exchange, Reply reply) {
  push({-1, std::move(exchange), std::move(reply)});
}

}  // namespace podload
