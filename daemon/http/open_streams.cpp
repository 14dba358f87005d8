#include "http/open_streams.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr std::size_t kMostWaiting = 1U << 20;  // bytes for one client

int new_eventfd() {
  const int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return made;
}

}  // namespace

OpenStream::~OpenStream() {
  if (connection.fd >= 0) close(connection.fd);
}

OpenStreams::OpenStreams(Limits limits) : limits_(limits), wake_(new_eventfd()) {}

OpenStreams::~OpenStreams() { close(wake_); }

OpenStreams::Stream OpenStreams::add(Gate::Ticket ticket) {
  auto stream = std::make_shared<OpenStream>(std::move(ticket));
  const std::string& user = stream->ticket.principal.user_id;
  const MutexLock lock(mutex_);
  if (stopping_) throw Error("stopping");
  const auto known = users_.find(user);
  const bool is_users_limit = known != users_.end() && known->second >= limits_.of_user;
  if (is_users_limit || streams_.size() >= limits_.all)
    throw Error("too_many_streams", {{"limit", is_users_limit ? limits_.of_user : limits_.all}}).with_retry_after(5);
  ++users_[user];
  streams_.insert(stream);
  return stream;
}

void OpenStreams::send(const Stream& stream, std::shared_ptr<const StreamEvent> event) {
  const MutexLock lock(mutex_);
  if (stream->is_cut || stream->is_gone) return;
  stream->waiting_bytes += event->text().size();
  stream->waiting.push_back(std::move(event));
  if (stream->waiting_bytes > kMostWaiting) drop_waiting(*stream);
  make_due(stream);
}

void OpenStreams::attach(const Stream& stream, DetachedConnection connection) {
  const MutexLock lock(mutex_);
  if (stream->is_gone) {  // the daemon stops
    close(connection.fd);
    return;
  }
  stream->connection = connection;
  make_due(stream);
}

void OpenStreams::finish(const Stream& stream) {
  const MutexLock lock(mutex_);
  if (stream->is_gone) return;
  stream->is_finished = true;
  make_due(stream);
}

void OpenStreams::cut(const Stream& stream) {
  const MutexLock lock(mutex_);
  if (stream->is_gone) return;
  stream->is_cut = true;
  stream->is_due = false;  // although it may wait for its client
  make_due(stream);
}

bool OpenStreams::is_open(const OpenStream& stream) const {
  const MutexLock lock(mutex_);
  return !stream.is_cut && !stream.is_gone;
}

std::vector<OpenStreams::Stream> OpenStreams::open() const {
  const MutexLock lock(mutex_);
  std::vector<Stream> open;
  open.reserve(streams_.size());
  for (const Stream& stream : streams_)
    if (!stream->is_cut) open.push_back(stream);
  return open;
}

std::size_t OpenStreams::size() const {
  const MutexLock lock(mutex_);
  return streams_.size();
}

void OpenStreams::stop() {
  const MutexLock lock(mutex_);
  stopping_ = true;
  wake();
}

bool OpenStreams::is_stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

std::vector<OpenStreams::Stream> OpenStreams::take_due() {
  const MutexLock lock(mutex_);
  return std::exchange(due_, {});
}

bool OpenStreams::is_cut(const OpenStream& stream) const {
  const MutexLock lock(mutex_);
  return stream.is_cut;
}

OpenStreams::Next OpenStreams::next_of(OpenStream& stream) {
  const MutexLock lock(mutex_);
  if (stream.waiting.empty() && stream.is_finished) return {nullptr, true};
  if (stream.connection.fd < 0 || stream.waiting.empty()) {
    stream.is_due = false;
    return {};
  }
  auto event = std::move(stream.waiting.front());
  stream.waiting.pop_front();
  stream.waiting_bytes -= event->text().size();
  return {std::move(event), false};
}

void OpenStreams::remove(const Stream& stream) {
  const MutexLock lock(mutex_);
  if (std::exchange(stream->is_gone, true)) return;
  stream->waiting.clear();
  streams_.erase(stream);
  const auto user = users_.find(stream->ticket.principal.user_id);
  if (--user->second == 0) users_.erase(user);
}

std::vector<OpenStreams::Stream> OpenStreams::all() const {
  const MutexLock lock(mutex_);
  return {streams_.begin(), streams_.end()};
}

void OpenStreams::drop_waiting(OpenStream& stream) {
  std::string id;
  for (const auto& event : stream.waiting)
    if (!event->id().empty()) id = event->id();
  stream.waiting.clear();
  stream.waiting.push_back(StreamEvent::make("reset", id, ""));
  stream.waiting_bytes = stream.waiting.front()->text().size();
}

void OpenStreams::make_due(const Stream& stream) {
  if (std::exchange(stream->is_due, true)) return;
  due_.push_back(stream);
  if (due_.size() == 1) wake();
}

void OpenStreams::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
}

}  // namespace podload
