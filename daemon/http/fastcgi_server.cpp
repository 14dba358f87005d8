#include "http/fastcgi_server.hpp"

#include <fcgiapp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "http/fastcgi_connection.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

// Edge-triggered: data that is only peeked at and stays in the socket would otherwise wake the watcher forever.
constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // after running out of descriptors for connections
constexpr auto kQuiet = std::chrono::minutes(1);               // between two equal lines in the log

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

/// Whether a process listens on that socket.
bool answers(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool yes = fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  if (fd >= 0) close(fd);
  return yes;
}

}  // namespace

FastCgiServer::FastCgiServer(Options options, Serve serve, Log& log)
    : options_(std::move(options)), serve_(std::move(serve)), log_(log), seen_(FastCgiConnection::kLargestLook) {}

FastCgiServer::~FastCgiServer() {
  if (listen_fd_ >= 0) stop(std::chrono::milliseconds(0));
  {
    const MutexLock lock(mutex_);
    ended_ = true;
  }
  ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
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
  // Prevents connections between bind and chmod.
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
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (watcher_.joinable()) {
    wake();
    watcher_.join();
  }
  if (listen_fd_ >= 0) {
    close(listen_fd_);
    unlink(options_.socket_path.c_str());
    listen_fd_ = -1;
  }
  MutexLock lock(mutex_);
  for (const auto& [fd, due] : receiving_) shutdown(fd, SHUT_RDWR);  // incomplete requests end like those that no worker has
  return drained_.wait_for(lock, grace, [this]() PODLOAD_REQUIRES(mutex_) { return jobs_.empty() && busy_ == 0; });
}

std::size_t FastCgiServer::unanswered() const {
  const MutexLock lock(mutex_);
  return jobs_.size() + busy_;
}

void FastCgiServer::watch() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = epoll_wait(epoll_fd_, events.data(), events.size(), milliseconds_to_wait());
    if (count < 0 && errno != EINTR) {
      log_.error("epoll_wait failed", {{"what", std::strerror(errno)}});
      return;
    }
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_fd_) {
        std::uint64_t times = 0;
        [[maybe_unused]] const ssize_t got = read(wake_fd_, &times, sizeof(times));
        const MutexLock lock(mutex_);
        if (stopping_) return;
      } else if (fd == listen_fd_)
        accept_all();
      else
        look_at(fd);
    }
    const auto now = std::chrono::steady_clock::now();
    if (accept_again_ && *accept_again_ <= now) watch_listener(true);
    cut_stalled(now);
  }
}

int FastCgiServer::milliseconds_to_wait() {
  auto next = accept_again_;
  {
    const MutexLock lock(mutex_);
    for (const auto& [fd, connection] : begun_)
      if (!next || *connection->due() < *next) next = connection->due();
    for (const auto& [fd, due] : receiving_)
      if (!next || due < *next) next = due;
  }
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

void FastCgiServer::accept_all() {
  for (;;) {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) {
      auto connection = std::make_shared<FastCgiConnection>(fd, options_.receive_limit);
      connection->limit_waiting();
      watch_connection(std::move(connection), EPOLL_CTL_ADD);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    // No descriptor or no memory: the listener would wake this thread again immediately, forever.
    const std::string what = std::strerror(errno);
    watch_listener(false);
    if (is_due(&FastCgiServer::accept_logged_))
      log_.error("no connection can be accepted; retried every 100 ms. If the limit of open files is reached, raise it (LimitNOFILE=)", {{"what", what}});
    return;
  }
}

void FastCgiServer::look_at(int fd) {
  auto connection = taken(fd);
  if (!connection) return;  // a worker has it, or it was cut
  try {
    switch (connection->look(seen_)) {
      case FastCgiConnection::Look::part: return keep(std::move(connection));
      case FastCgiConnection::Look::ready: return push({std::move(connection), std::nullopt});
      case FastCgiConnection::Look::ended: return;
    }
  } catch (const BadFastCgi& bad) {
    connection->discard(seen_);
    log_cut(bad.what());
  }
}

void FastCgiServer::watch_listener(bool on) {
  epoll_event event{on ? std::uint32_t{EPOLLIN} : 0U, {.fd = listen_fd_}};
  epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, listen_fd_, &event);
  if (on)
    accept_again_.reset();
  else
    accept_again_ = std::chrono::steady_clock::now() + kAcceptPause;
}

void FastCgiServer::cut_stalled(std::chrono::steady_clock::time_point now) {
  std::vector<std::shared_ptr<FastCgiConnection>> stalled;  // closed after the lock is released
  {
    const MutexLock lock(mutex_);
    std::erase_if(begun_, [&](auto& kept) {
      const bool is_over = *kept.second->due() <= now;
      if (is_over) stalled.push_back(std::move(kept.second));
      return is_over;
    });
    for (const auto& [fd, due] : receiving_)
      if (due <= now) shutdown(fd, SHUT_RDWR);  // its worker's read ends; the worker closes the connection and reports it
    std::erase_if(receiving_, [&](const auto& one) { return one.second <= now; });
  }
  for (const auto& connection : stalled) connection->discard(seen_);
  if (!stalled.empty()) log_cut("its request was not complete in time");
}

void FastCgiServer::log_cut(const std::string& why) {
  if (is_due(&FastCgiServer::cut_logged_)) log_.warn("a FastCGI connection was closed early (logged at most once a minute)", {{"why", why}});
}

bool FastCgiServer::is_due(Logged FastCgiServer::*line) {
  const MutexLock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  Logged& logged = this->*line;
  if (logged && now - *logged < kQuiet) return false;
  logged = now;
  return true;
}

std::shared_ptr<FastCgiConnection> FastCgiServer::taken(int fd) {
  const MutexLock lock(mutex_);
  for (auto* watched : {&idle_, &begun_}) {
    const auto found = watched->find(fd);
    if (found == watched->end()) continue;
    auto connection = std::move(found->second);
    watched->erase(found);
    return connection;
  }
  return nullptr;
}

void FastCgiServer::keep(std::shared_ptr<FastCgiConnection> connection) {
  const MutexLock lock(mutex_);
  auto& watched = connection->due() ? begun_ : idle_;
  watched[connection->fd()] = std::move(connection);
}

void FastCgiServer::watch_connection(std::shared_ptr<FastCgiConnection> connection, int operation) {
  const int fd = connection->fd();
  epoll_event event{kReadable, {.fd = fd}};
  const MutexLock lock(mutex_);  // for both lines: the watcher may get an earlier event, take the connection and close it
  idle_[fd] = std::move(connection);
  epoll_ctl(epoll_fd_, operation, fd, &event);
}

void FastCgiServer::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void FastCgiServer::push(Job job) {
  {
    const MutexLock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
}

void FastCgiServer::work() {
  for (;;) {
    Job job;
    {
      MutexLock lock(mutex_);
      ready_.wait(lock, [this]() PODLOAD_REQUIRES(mutex_) { return ended_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      ++busy_;
    }
    try {
      if (job.reply)
        finish(*job.connection, *job.reply);
      else
        serve_connection(job.connection);
    } catch (const BadFastCgi& bad) {
      log_cut(bad.what());
    } catch (...) {  // the worker's edge: it must survive for the next request
      log_.error("handling a request failed", {{"what", caught_text()}});
    }
    job = {};
    const MutexLock lock(mutex_);
    if (--busy_ == 0 && jobs_.empty()) drained_.notify_all();
  }
}

void FastCgiServer::serve_connection(const std::shared_ptr<FastCgiConnection>& connection) {
  connection->begin();
  receive(*connection);
  if (const std::optional<Reply> reply = serve_(connection)) finish(*connection, *reply);
}

void FastCgiServer::receive(FastCgiConnection& connection) {
  if (connection.is_whole()) return connection.receive(options_.body_kept);
  const int fd = connection.fd();
  {
    const MutexLock lock(mutex_);
    if (stopping_) throw BadFastCgi("the daemon stops, and the request is not whole");
    receiving_[fd] = *connection.due();
  }
  wake();  // so that the watcher enforces the time limit
  const auto received = [this, fd] {
    const MutexLock lock(mutex_);
    receiving_.erase(fd);
  };
  try {
    connection.receive(options_.body_kept);
  } catch (...) {
    received();
    throw;
  }
  received();
}

void FastCgiServer::finish(FastCgiConnection& connection, const Reply& reply) {
  const int kept = connection.finish(reply);
  if (kept >= 0) watch_connection(std::make_shared<FastCgiConnection>(kept, options_.receive_limit), EPOLL_CTL_MOD);
}

DetachedConnection FastCgiServer::detach(Exchange& exchange, const Reply& beginning) {
  const DetachedConnection detached = dynamic_cast<FastCgiConnection&>(exchange).detach(beginning);
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, detached.fd, nullptr);
  return detached;
}

void FastCgiServer::send(std::shared_ptr<Exchange> exchange, Reply reply) {
  push({std::static_pointer_cast<FastCgiConnection>(std::move(exchange)), std::move(reply)});
}

}  // namespace podload
