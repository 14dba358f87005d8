#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "podload/parse_json.hpp"
#include "podload_testing/house.hpp"

namespace podload::testing {
namespace {

constexpr int kLongestWait = 10'000;  // milliseconds
constexpr std::size_t kHead = 8;      // bytes of a FastCGI record
constexpr unsigned char kStdout = 6;

/// Null for what is not JSON.
Json json_or_null(const std::string& text) {
  try {
    return parse_json(text);
  } catch (const NotJson&) {
    return {};
  }
}

HouseEvent event_of(std::string_view lines) {
  HouseEvent event;
  std::string data;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto field = [&](std::string_view name) {
      return line.starts_with(name) ? std::optional(line.substr(name.size())) : std::nullopt;
    };
    if (const auto name = field("event: ")) event.name = *name;
    if (const auto id = field("id: ")) event.id = *id;
    if (const auto part = field("data: ")) data.append(data.empty() ? "" : "\n").append(*part);
  }
  event.data = json_or_null(data);
  return event;
}

}  // namespace

HouseStream::~HouseStream() { close(fd_); }

std::optional<HouseEvent> HouseStream::next() {
  for (;;) {
    const auto end = text_.find("\n\n");
    if (end != std::string::npos) {
      const std::string lines = text_.substr(0, end + 1);
      text_.erase(0, end + 2);
      if (!lines.starts_with(":") && !lines.starts_with("retry:")) return event_of(lines);
    } else if (ended_ || !receive()) {
      return std::nullopt;
    }
  }
}

bool HouseStream::receive() {
  pollfd polled{fd_, POLLIN, 0};
  if (poll(&polled, 1, kLongestWait) == 0) throw std::runtime_error("no event in ten seconds");
  std::array<char, 65536> piece;  // NOLINT: filled by recv
  const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  records_.append(piece.data(), static_cast<std::size_t>(got));
  while (records_.size() >= kHead) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(records_[at]); };
    const std::size_t length = (std::size_t{byte(4)} << 8) + byte(5), whole = kHead + length + byte(6);
    if (records_.size() < whole) break;
    if (byte(1) == kStdout)
      text_.append(records_, kHead, length);
    else
      ended_ = true;
    records_.erase(0, whole);
  }
  return true;
}

}  // namespace podload::testing
