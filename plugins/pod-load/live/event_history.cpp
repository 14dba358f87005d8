#include "live/event_history.hpp"

#include <charconv>
#include <utility>

namespace podload::pod_load {
namespace {

constexpr std::size_t kMostEvents = 512, kMostBytes = 512U << 10;

}  // namespace

EventHistory::Event EventHistory::add(std::string_view name, std::string_view data) {
  events_.push_back(StreamEvent::make(name, id_of(++last_), data));
  bytes_ += events_.back()->text().size();
  while (events_.size() > kMostEvents || (bytes_ > kMostBytes && events_.size() > 1)) {
    bytes_ -= events_.front()->text().size();
    events_.pop_front();
  }
  return events_.back();
}

EventHistory::Event EventHistory::reset() const { return StreamEvent::make("reset", id_of(last_), ""); }

std::optional<std::vector<EventHistory::Event>> EventHistory::since(std::string_view id) const {
  const std::string prefix = epoch_ + "-";
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size() || number > last_) return std::nullopt;
  const std::uint64_t missed = last_ - number;
  if (missed > events_.size()) return std::nullopt;
  return std::vector<Event>(events_.end() - static_cast<std::ptrdiff_t>(missed), events_.end());
}

std::string EventHistory::id_of(std::uint64_t number) const { return epoch_ + "-" + std::to_string(number); }

}  // namespace podload::pod_load
