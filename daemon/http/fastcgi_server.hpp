// The FastCGI server. One epoll thread watches the listening socket and the connections that no worker has, and peeks
// at received data. Once a request is complete (or the start of a large one has arrived), a worker has libfcgi read it,
// serves it and returns the connection. So stalled connections hold no worker, however many they are; one that stalls
// within a large body holds one until it is cut. A connection is cut if its request is not complete in time.
//
// (If threads waited in FCGX_Accept_r themselves, each connection that nginx keeps open would occupy one.) start() and
// stop() are called by one thread; send() by any.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/exchange.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class FastCgiConnection;

class FastCgiServer final : public ReplySink {
 public:
  struct Options {
    std::string socket_path;  ///< Created with mode 0660; a stale one is removed.
    std::size_t workers = 16;
    std::size_t body_kept = 512U << 10;                       ///< Bytes kept of a body; of a longer one only its length.
    std::chrono::milliseconds receive_limit{10'000};          ///< From the first byte of a request to its last.
  };
  /// Serves a request: returns the reply, or nothing if it comes later through send().
  using Serve = std::function<std::optional<Reply>(const std::shared_ptr<Exchange>&)>;

  FastCgiServer(Options options, Serve serve, Log& log);
  ~FastCgiServer() override;

  /// Listens and starts the threads. Throws Error{"socket_failed"}, or Error{"socket_in_use"} if another daemon answers
  /// there.
  void start();

  /// Accepts no new requests and waits up to `grace` for the workers; true if all have finished. The workers stay for
  /// late replies until the destructor.
  bool stop(std::chrono::milliseconds grace);

  /// Requests that a worker has or that wait for one.
  std::size_t unanswered() const;

  void send(std::shared_ptr<Exchange> exchange, Reply reply) override;
  DetachedConnection detach(Exchange& exchange, const Reply& beginning) override;

 private:
  using Connections = std::map<int, std::shared_ptr<FastCgiConnection>>;
  struct Job {
    std::shared_ptr<FastCgiConnection> connection;
    std::optional<Reply> reply;  ///< The reply to write; empty: there is a request to read.
  };

  void listen();
  void watch();
  int milliseconds_to_wait();
  void accept_all();
  void look_at(int fd);
  void watch_listener(bool on);
  void cut_stalled(std::chrono::steady_clock::time_point now);
  void log_cut(const std::string& why);
  using Logged = std::optional<std::chrono::steady_clock::time_point>;
  bool is_due(Logged FastCgiServer::*line);  ///< Whether the log may get this line again.
  std::shared_ptr<FastCgiConnection> taken(int fd);
  void keep(std::shared_ptr<FastCgiConnection> connection);  ///< Until there is more data to look at.
  void watch_connection(std::shared_ptr<FastCgiConnection> connection, int operation);
  void wake() const;
  void work();
  void serve_connection(const std::shared_ptr<FastCgiConnection>& connection);
  void receive(FastCgiConnection& connection);
  void finish(FastCgiConnection& connection, const Reply& reply);
  void push(Job job);

  const Options options_;
  const Serve serve_;
  Log& log_;
  int listen_fd_ = -1, epoll_fd_ = -1, wake_fd_ = -1;
  std::thread watcher_;
  std::vector<std::thread> workers_;
  std::optional<std::chrono::steady_clock::time_point> accept_again_;  ///< Used by the watcher: set while the listener is not watched.
  std::vector<char> seen_;                                             ///< Used by the watcher: the data it looks at.
  mutable Mutex mutex_;
  Condition ready_, drained_;
  std::deque<Job> jobs_ PODLOAD_GUARDED_BY(mutex_);
  Connections idle_ PODLOAD_GUARDED_BY(mutex_);   ///< Watched by epoll, between two requests.
  Connections begun_ PODLOAD_GUARDED_BY(mutex_);  ///< Watched by epoll, within a request.
  std::map<int, std::chrono::steady_clock::time_point> receiving_ PODLOAD_GUARDED_BY(mutex_);  ///< Descriptors for whose body a worker waits, and until when.
  Logged accept_logged_ PODLOAD_GUARDED_BY(mutex_), cut_logged_ PODLOAD_GUARDED_BY(mutex_);
  std::size_t busy_ PODLOAD_GUARDED_BY(mutex_) = 0;
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false, ended_ PODLOAD_GUARDED_BY(mutex_) = false;
};

}  // namespace podload
