#include "kube/watch.hpp"

#include <stdexcept>

#include "kube/status.hpp"

namespace podload::cluster {
namespace {

// etcd takes no object of more than 1.5 MB; JSON may be some times that.
constexpr std::size_t kLongestLine = 32U << 20;

/// How a watch ended, in words; empty where the server closed it properly.
std::string end_of(const HttpResult& result) {
  if (result.failure) return result.failure->text.empty() ? "broken" : result.failure->text;
  if (result.reply.status == 200) return {};
  return std::to_string(result.reply.status) + " " + status_message(result.reply.body);
}

}  // namespace

bool LineSplitter::feed(std::string_view piece, const std::function<void(std::string_view)>& on_line,
                        const std::function<bool()>& more) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    std::string_view line = piece.substr(0, end);
    std::string whole;
    if (!rest_.empty()) {
      whole = std::move(rest_.append(line));
      rest_.clear();
      line = whole;
    }
    piece.remove_prefix(end + 1);
    if (line.size() > limit_) return false;
    if (!line.empty()) on_line(line);
    if (!more()) return true;
  }
  rest_.append(piece);
  return rest_.size() <= limit_;
}

struct HttpWatch::State {
  std::recursive_mutex mutex;  ///< Held while a callback runs; recursive, since one may destroy the watch.
  bool over = false;
  LineSplitter lines{kLongestLine};
  OnLine on_line;
  OnEnd on_end;
};

HttpWatch::HttpWatch(HttpClient& http, HttpRequest request, OnLine on_line, OnEnd on_end)
    : state_(std::make_shared<State>()) {
  state_->on_line = std::move(on_line);
  state_->on_end = std::move(on_end);
  const auto take = [state = state_](std::string_view piece) {
    const std::scoped_lock lock(state->mutex);
    if (state->over) return;
    if (!state->lines.feed(piece, state->on_line, [&] { return !state->over; })) throw std::length_error("a line too long");
  };
  const auto finish = [state = state_](const HttpResult& result) {
    const std::scoped_lock lock(state->mutex);
    if (state->over) return;
    state->over = true;
    state->on_end(end_of(result));
  };
  call_ = http.start(std::move(request), finish, take);
}

HttpWatch::~HttpWatch() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->over = true;
  }
  call_->cancel();
}

}  // namespace podload::cluster
