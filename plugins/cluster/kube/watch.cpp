#include "kube/watch.hpp"

#include <algorithm>
#include <stdexcept>

#include "kube/retry.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {
namespace {

constexpr std::size_t kLongestLine = kObjectBytes;

/// How a watch ended, as a text; empty if the server closed it properly.
std::string end_of(const HttpResult& result) {
  if (result.failure) return result.failure->text.empty() ? "broken" : cluster_text(result.failure->text);
  if (result.reply.status == 200) return {};
  return watch_end_text({result.reply.status, result.reply.body, retry_after_of(result.reply)});
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

bool Pace::pour(Bucket& bucket, double seconds, std::size_t amount) {
  bucket.left = std::min(bucket.most, bucket.left + seconds * bucket.a_second) - static_cast<double>(amount);
  return bucket.left >= 0;
}

bool Pace::take(std::size_t bytes, std::size_t lines, SteadyTime now) {
  const double seconds = last_ ? std::chrono::duration<double>(now - *last_).count() : 0;
  last_ = now;
  const bool few_bytes = pour(bytes_, seconds, bytes);
  return pour(lines_, seconds, lines) && few_bytes;
}

struct HttpWatch::State {
  std::recursive_mutex mutex;  ///< Held while a callback runs; recursive, because a callback may destroy the watch.
  bool over = false;
  LineSplitter lines{kLongestLine};
  Pace pace;
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
    if (piece.empty()) return state->on_line({});
    // Counted when they are used, because a piece may contain thousands of lines.
    bool paced = state->pace.take(piece.size(), 0, std::chrono::steady_clock::now());
    const auto more = [&] {
      paced = paced && state->pace.take(0, 1, std::chrono::steady_clock::now());
      return paced && !state->over;
    };
    if (!paced || !state->lines.feed(piece, state->on_line, more)) throw std::length_error("a line is too long");
    if (!paced) throw std::length_error("too many lines");
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
