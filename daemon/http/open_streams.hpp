// The open streams and what waits for them: between the threads that send and the one that writes. Any thread; what is
// marked is the writer's alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "http/exchange.hpp"
#include "http/gate.hpp"
#include "podload/event_stream.hpp"
#include "podload/mutex.hpp"

namespace podload {

/// One stream.
class OpenStream {
 public:
  explicit OpenStream(Gate::Ticket given) : ticket(std::move(given)) {}
  ~OpenStream();
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;

  const Gate::Ticket ticket;

  // Guarded by OpenStreams.
  std::deque<std::shared_ptr<const StreamEvent>> waiting;
  std::size_t waiting_bytes = 0;
  bool is_due = false;       ///< The writer will look at it.
  bool is_finished = false;  ///< Ends after what waits.
  bool is_cut = false;       ///< Ends at once.
  bool is_gone = false;
  DetachedConnection connection;  ///< Used by the writer alone once it has one.

  // Used by the writer alone.
  std::shared_ptr<const std::string> records;  ///< What is being written, from `written` on.
  std::size_t written = 0;
  bool is_watched = false;
  std::chrono::steady_clock::time_point last_sent = std::chrono::steady_clock::now();
};

class OpenStreams {
 public:
  struct Limits {
    std::size_t all = 10'000;  ///< Streams of all callers.
    std::size_t of_user = 100;
  };
  using Stream = std::shared_ptr<OpenStream>;

  /// Throws std::system_error.
  explicit OpenStreams(Limits limits);
  ~OpenStreams();
  OpenStreams(const OpenStreams&) = delete;
  OpenStreams& operator=(const OpenStreams&) = delete;

  /// Throws Error (too_many_streams, stopping).
  Stream add(Gate::Ticket ticket);
  /// Past 1 MB, all that waits becomes one `reset`.
  void send(const Stream& stream, std::shared_ptr<const StreamEvent> event);
  /// Closes the connection if the stream has gone meanwhile.
  void attach(const Stream& stream, DetachedConnection connection);
  /// Ends the stream after what waits.
  void finish(const Stream& stream);
  /// Ends the stream at once, also while its client does not read.
  void cut(const Stream& stream);
  bool is_open(const OpenStream& stream) const;
  std::vector<Stream> open() const;
  std::size_t size() const;
  void stop();

  // For the writer.

  int wake_descriptor() const { return wake_; }
  bool is_stopping() const;
  /// The streams that have something to write or to end.
  std::vector<Stream> take_due();
  bool is_cut(const OpenStream& stream) const;
  struct Next {
    std::shared_ptr<const StreamEvent> event;
    bool is_end = false;
  };
  /// Once there is no event, the stream is not due any more.
  Next next_of(OpenStream& stream);
  /// Does nothing the second time.
  void remove(const Stream& stream);
  std::vector<Stream> all() const;

 private:
  static void drop_waiting(OpenStream& stream);
  void make_due(const Stream& stream) PODLOAD_REQUIRES(mutex_);
  void wake() const;

  const Limits limits_;
  const int wake_;
  mutable Mutex mutex_;
  std::set<Stream> streams_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, std::size_t> users_ PODLOAD_GUARDED_BY(mutex_);  ///< Streams by user.
  std::vector<Stream> due_ PODLOAD_GUARDED_BY(mutex_);
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
};

}  // namespace podload
