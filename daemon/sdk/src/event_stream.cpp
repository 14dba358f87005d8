#include "podload/event_stream.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace podload {
namespace {

void check_line(std::string_view text, const char* what) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }))
    throw std::invalid_argument(std::string("the ") + what + " of an event has a line break");
}

}  // namespace

std::shared_ptr<const StreamEvent> StreamEvent::make(std::string_view name, std::string_view id,
                                                     std::string_view data) {
  check_line(name, "name");
  check_line(id, "id");
  const auto event = std::shared_ptr<StreamEvent>(new StreamEvent());
  event->id_ = id;
  std::string& text = event->text_;
  text.append("event: ").append(name).append("\n");
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  for (bool more = true; more;) {  // clients join the lines again
    const auto end = data.find_first_of("\r\n");
    text.append("data: ").append(data.substr(0, end)).append("\n");
    more = end != std::string_view::npos;
    if (more) data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  text.append("\n");
  return event;
}

Stream::Stream(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {
  if (!stream_) throw std::logic_error("the handler returned a stream that it did not open");
}

}  // namespace podload
