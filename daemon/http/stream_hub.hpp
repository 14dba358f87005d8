// The open streams: one thread writes them all on their connections, which no worker has any more. A client that does not
// read delays no other, and gets the event `reset` in place of what it has missed.
//
// Owned by the dispatcher. Any thread. The objects that open() returns may outlive the hub.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "http/exchange.hpp"
#include "http/gate.hpp"
#include "http/open_streams.hpp"
#include "podload/event_stream.hpp"
#include "podload/log.hpp"

namespace podload {

class StreamHub {
 public:
  using Limits = OpenStreams::Limits;

  /// Throws std::system_error if the thread or its descriptors cannot be had.
  StreamHub(Limits limits, Log& log);
  ~StreamHub();
  StreamHub(const StreamHub&) = delete;
  StreamHub& operator=(const StreamHub&) = delete;

  /// A stream without a connection so far: it keeps what is sent. Throws Error{"too_many_streams"}.
  std::shared_ptr<EventStream> open(Gate::Ticket ticket);

  /// Gives the stream the connection that `detach` returns. Throws std::logic_error for a stream that open() has not
  /// returned, without calling `detach`, and what `detach` throws.
  void attach(const std::shared_ptr<EventStream>& stream, const std::function<DetachedConnection()>& detach);

  /// Ends the streams whose tickets do not pass: `still` gets all tickets and returns a value for each. If it throws, all
  /// end, and the exception comes through.
  void check(const std::function<std::vector<bool>(const std::vector<Gate::Ticket>&)>& still);

  std::size_t size() const;

  /// Ends all streams and the thread; open() then throws Error{"stopping"}.
  void stop() noexcept;

 private:
  class Handle;

  const std::shared_ptr<OpenStreams> streams_;
  Log& log_;
  std::thread writer_;
};

}  // namespace podload
