// Writes the open streams on their connections, without ever waiting for a client. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/open_streams.hpp"

struct epoll_event;

namespace podload {

class StreamWriter {
 public:
  /// Throws std::system_error. `streams` outlives this object.
  explicit StreamWriter(OpenStreams& streams);
  ~StreamWriter();
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;

  /// Returns once the streams are stopped and all have ended.
  void run();

 private:
  using Stream = OpenStreams::Stream;

  void handle(const epoll_event& event);
  void write_to(const Stream& stream);
  bool write_rest(const Stream& stream);
  std::shared_ptr<const std::string> records_of(const std::shared_ptr<const StreamEvent>& event,
                                                std::uint16_t request_id);
  void watch(const Stream& stream);
  void show_life();
  void end(const Stream& stream);
  void remove(const Stream& stream);

  OpenStreams& streams_;
  const int epoll_;
  std::map<OpenStream*, Stream> watched_;
  std::vector<Stream> removed_;  ///< An event that was received together with their end may still name them.
  std::shared_ptr<const StreamEvent> printed_;
  std::uint16_t printed_for_ = 0;
  std::shared_ptr<const std::string> records_;  ///< Of `printed_`.
};

}  // namespace podload
