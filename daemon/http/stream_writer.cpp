#include "http/stream_writer.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/fastcgi_records.hpp"

namespace podload {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kQuiet = std::chrono::seconds(15);  // then a comment shows nginx and proxies that the connection lives
constexpr std::string_view kComment = ":\n\n";
constexpr auto kLook = std::chrono::seconds(1);    // for quiet streams

int new_epoll() {
  const int made = epoll_create1(EPOLL_CLOEXEC);
  if (made < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return made;
}

/// Drops what nginx may still send: a stream has no further request.
bool has_ended(int fd) {
  std::array<char, 4096> dropped;  // NOLINT: filled by recv
  for (;;) {
    const ssize_t got = recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    return got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }
}

}  // namespace

StreamWriter::StreamWriter(OpenStreams& streams) : streams_(streams), epoll_(new_epoll()) {
  epoll_event event{EPOLLIN, {.ptr = nullptr}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, streams_.wake_descriptor(), &event);
}

StreamWriter::~StreamWriter() { close(epoll_); }

void StreamWriter::run() {
  std::array<epoll_event, 256> events{};
  auto next_look = SteadyClock::now() + kLook;
  while (!streams_.is_stopping()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look - SteadyClock::now()).count();
    const int count =
        epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(std::max<decltype(left)>(left, 0)));
    for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
    for (const auto& stream : streams_.take_due()) write_to(stream);
    removed_.clear();
    if (SteadyClock::now() < next_look) continue;
    next_look = SteadyClock::now() + kLook;
    show_life();
  }
  for (const auto& stream : streams_.all()) end(stream);
}

void StreamWriter::handle(const epoll_event& event) {
  auto* const stream = static_cast<OpenStream*>(event.data.ptr);
  if (stream == nullptr) {
    std::uint64_t times = 0;
    [[maybe_unused]] const ssize_t got = read(streams_.wake_descriptor(), &times, sizeof(times));
    return;
  }
  const auto found = watched_.find(stream);
  if (found == watched_.end()) return;
  const Stream kept = found->second;
  if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0 || has_ended(kept->connection.fd)) return remove(kept);
  if ((event.events & EPOLLOUT) != 0) write_to(kept);
}

void StreamWriter::write_to(const Stream& stream) {
  if (streams_.is_cut(*stream)) return end(stream);
  for (;;) {
    if (!stream->records) {
      const OpenStreams::Next next = streams_.next_of(*stream);
      if (next.is_end) return end(stream);
      if (!next.event) return watch(stream);
      stream->records = records_of(next.event, stream->connection.request_id);
      stream->written = 0;
    }
    if (!write_rest(stream)) return;
  }
}

/// Whether all is written; otherwise it goes on when the client has read more.
bool StreamWriter::write_rest(const Stream& stream) {
  while (stream->written < stream->records->size()) {
    const ssize_t sent = ::send(stream->connection.fd, stream->records->data() + stream->written,
                                stream->records->size() - stream->written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK)
        watch(stream);
      else
        remove(stream);
      return false;
    }
    stream->written += static_cast<std::size_t>(sent);
  }
  stream->records.reset();
  stream->last_sent = SteadyClock::now();
  return true;
}

/// Printed once for all streams of an event, which come one after the other.
std::shared_ptr<const std::string> StreamWriter::records_of(const std::shared_ptr<const StreamEvent>& event,
                                                            std::uint16_t request_id) {
  if (event != printed_ || request_id != printed_for_) {
    records_ = std::make_shared<const std::string>(stdout_records(request_id, event->text()));
    printed_ = event;
    printed_for_ = request_id;
  }
  return records_;
}

void StreamWriter::watch(const Stream& stream) {
  if (stream->is_watched || stream->connection.fd < 0) return;
  epoll_event event{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = stream.get()}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, stream->connection.fd, &event) < 0) return remove(stream);
  stream->is_watched = true;
  watched_.emplace(stream.get(), stream);
}

void StreamWriter::show_life() {
  const auto long_ago = SteadyClock::now() - kQuiet;
  const auto now_watched = watched_;  // write_rest() may remove some
  for (const auto& [number, stream] : now_watched) {
    if (stream->records || stream->last_sent > long_ago) continue;
    stream->records = std::make_shared<const std::string>(stdout_records(stream->connection.request_id, kComment));
    stream->written = 0;
    if (write_rest(stream)) write_to(stream);
  }
  removed_.clear();
}

void StreamWriter::end(const Stream& stream) {
  // If the last event is only half written, the connection closes without an end: what is missing cannot be taken for it.
  if (stream->connection.fd >= 0 && (!stream->records || stream->written == 0)) {
    const std::string records = end_records(stream->connection.request_id);
    [[maybe_unused]] const ssize_t sent =
        ::send(stream->connection.fd, records.data(), records.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  remove(stream);
}

void StreamWriter::remove(const Stream& stream) {
  streams_.remove(stream);
  watched_.erase(stream.get());
  if (stream->connection.fd >= 0) close(std::exchange(stream->connection.fd, -1));
  removed_.push_back(stream);
}

}  // namespace podload
