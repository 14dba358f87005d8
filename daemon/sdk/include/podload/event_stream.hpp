// Server-Sent Events (HTML Living Standard, section 9.2): a reply that goes on, event by event, until the client or the
// plugin ends it.
//
// podload ends a stream within a second once its caller is signed out or no longer authorized, and when the daemon stops;
// a stream never counts as user activity. Clients connect again by themselves and send the last event's id as
// Last-Event-ID.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace podload {

/// One event, printed once for all streams that get it. Any thread may read it.
class StreamEvent {
 public:
  /// `name` is its type, for which clients listen. `id` is what a client that connects again sends as Last-Event-ID; an
  /// event without one (empty) does not change it. Throws std::invalid_argument for a line break in the name or the id.
  static std::shared_ptr<const StreamEvent> make(std::string_view name, std::string_view id, std::string_view data);

  /// As it is sent.
  const std::string& text() const { return text_; }
  const std::string& id() const { return id_; }

 private:
  StreamEvent() = default;

  std::string text_, id_;
};

/// A stream to one client. Shared by the plugin's threads; once every copy is destroyed, the stream ends.
class EventStream {
 public:
  virtual ~EventStream() = default;

  /// Sends the event soon; does not wait. If the client reads so slowly that more than 1 MB waits for it, all that waits
  /// is dropped, and it gets the event `reset`, without data and with the last dropped id, in its place: it must then read
  /// the state again.
  virtual void send(std::shared_ptr<const StreamEvent> event) = 0;

  /// False once the client has gone or podload has ended the stream: what is sent is then dropped.
  virtual bool is_open() const = 0;
};

/// What a handler returns after request.stream(), with the object that it got from it. Throws std::logic_error without
/// one.
class Stream {
 public:
  explicit Stream(std::shared_ptr<EventStream> stream);

  const std::shared_ptr<EventStream>& stream() const { return stream_; }

 private:
  std::shared_ptr<EventStream> stream_;
};

}  // namespace podload
