// The FastCGI side: one epoll thread watches the listening socket and the idle kept connections;
// a worker reads one request with libfcgi, serves it, and gives the connection back.
//
// (Threads that wait in FCGX_Accept_r themselves would each be pinned by a connection that nginx
// keeps open.) start() and stop() are called by one thread; send() by any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "http/exchange.hpp"
#include "podload/log.hpp"

namespace podload {

class FastCgiServer final : public ReplySink {
 public:
  struct Options {
    std::string socket_path;  ///< Made anew, mode 0660; a stale one is taken away.
    std::size_t workers = 16;
  };
  /// Serves a request: returns the reply, or nothing where it comes later through send().
  using Serve = std::function<std::optional<Reply>(const std::shared_ptr<Exchange>&)>;

  FastCgiServer(Options options, Serve serve, Log& log);
  ~FastCgiServer() override;

  /// Listens and starts the threads. Throws Error{"socket_failed"}; Error{"socket_in_use"} where
  /// another daemon answers there.
  void start();

  /// Takes no new requests and lets the workers finish, `grace` at most; true where all did. The
  /// workers stay for late replies until the destructor.
  bool stop(std::chrono::milliseconds grace);

  void send(std::shared_ptr<Exchange> exchange, Reply reply) override;

 private:
  class Connection;
  struct Job {
    int fd = -1;                         ///< A connection that is ready to be read, or
    std::shared_ptr<Exchange> exchange;  ///< a request whose reply is here.
    Reply reply;
  };

  void listen();
  void watch();
  void work();
  void serve_connection(int fd);
  void finish(Exchange& exchange, const Reply& reply);
  void push(Job job);
  void rearm(int fd);

  const Options options_;
  const Serve serve_;
  Log& log_;
  int listen_fd_ = -1, epoll_fd_ = -1, wake_fd_ = -1;
  std::thread watcher_;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable ready_, drained_;
  std::deque<Job> jobs_;
  std::set<int> idle_;        ///< Connections that epoll watches; closed at the end.
  std::size_t busy_ = 0;
  bool stopping_ = false, ended_ = false;
};

}  // namespace podload
