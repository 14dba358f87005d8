// The latest events of a scope, with their ids, for clients that connect again. Not thread-safe.
//
// An id is the history's epoch and a number: ids of a daemon that has ended, or of a history that was dropped, are not
// taken for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/event_stream.hpp"

namespace podload::pod_load {

class EventHistory {
 public:
  using Event = std::shared_ptr<const StreamEvent>;

  /// `epoch` is unique: random.
  explicit EventHistory(std::string epoch) : epoch_(std::move(epoch)) {}

  /// The event with the next id; since() has it from now on.
  Event add(std::string_view name, std::string_view data);
  /// An event for a client that has to read the state again: what follows it are the events after now.
  Event reset() const;

  /// What a client has missed whose last event has that id; nothing if that is not known, and it must read the state
  /// again.
  std::optional<std::vector<Event>> since(std::string_view id) const;

 private:
  std::string id_of(std::uint64_t number) const;

  const std::string epoch_;
  std::uint64_t last_ = 0;
  std::deque<Event> events_;  ///< The last ones, up to number `last_`.
  std::size_t bytes_ = 0;
};

}  // namespace podload::pod_load
