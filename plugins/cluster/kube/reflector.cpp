#include "kube/reflector.hpp"

#include <algorithm>
#include <utility>

#include "kube/status.hpp"
#include "podload/encoding.hpp"

namespace podload::cluster {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{800}, kLongestPause{30'000};  // as client-go's
// After a refusal that only an operator can mend.
constexpr milliseconds kRefusedPause{120'000};
// The server closes a watch after the time that is asked for, which spreads the load of new ones.
constexpr int kWatchSeconds = 300, kWatchSpread = 300;
constexpr auto kUnclosed = 30s;
constexpr auto kOpening = 3s, kCheckInterval = 20s;
// A server with a watch cache sends a bookmark each minute.
constexpr auto kSilent = 150s;
constexpr auto kShortWatch = 1s;
constexpr std::size_t kInboxBytes = 32U << 20;

ListLimits limits() {
  ListLimits limits;
  limits.pages = 2'000;
  limits.items = 200'000;
  limits.time = 120s;
  return limits;
}

bool is_refusal(const KubeError& error) {
  using Fault = KubeError::Fault;
  return error.fault() == Fault::forbidden || error.fault() == Fault::absent ||
         error.fault() == Fault::unauthenticated || error.fault() == Fault::not_permitted ||
         error.fault() == Fault::too_large;
}

/// At least this long, if it failed with that error.
milliseconds least_pause(const KubeError& error) {
  if (is_refusal(error)) return kRefusedPause;
  return error.retry_after() ? std::min<milliseconds>(std::chrono::seconds(*error.retry_after()), kRefusedPause) : 0ms;
}

}  // namespace

Reflector::Reflector(Source source, std::shared_ptr<KubeMirror> mirror, std::shared_ptr<SerialWork::Lane> lane)
    : source_(std::move(source)),
      mirror_(std::move(mirror)),
      lane_(std::move(lane)),
      backoff_(kFirstPause, kLongestPause) {}

void Reflector::begin() { later(0ms, &Reflector::list); }

void Reflector::end() {
  over_ = true;
  lane_->post([self = shared_from_this()] { self->next_round(); });
}

void Reflector::later(milliseconds delay, Step step) {
  const auto run = [weak = weak_from_this(), round = round_, step] {
    const auto self = weak.lock();
    if (self && !self->over_ && self->round_ == round) ((*self).*step)();
  };
  if (delay.count() == 0)
    lane_->post(run);
  else
    lane_->post_at(std::chrono::steady_clock::now() + delay, run);
}

/// Drops what runs; its replies and lines are ignored from now on.
void Reflector::next_round() {
  ++round_;
  listing_.reset();
  watch_.reset();
  inbox_.reset();
  open_ = has_events_ = false;
}

void Reflector::fail(const Error& why, milliseconds least) {
  source_.stats->in_step = false;
  ++source_.stats->failures;
  mirror_->stale(why);
  const bool listed = !version_.empty();
  next_round();
  later(std::max(least, backoff_.next()), listed ? &Reflector::watch : &Reflector::list);
}

void Reflector::list() {
  next_round();
  version_.clear();
  KubeRequest request;
  request.path = source_.path;
  listing_.emplace(std::move(request), source_.what, limits());
  mirror_->list_begins();
  listed_ = 0;
  ++source_.stats->lists;
  try {
    ask();
  } catch (const KubeError& error) {
    fail(error, least_pause(error));
  }
}

void Reflector::ask() {
  source_.kube->send_async(listing_->next(), [weak = weak_from_this(), lane = lane_, round = round_](Result result) {
    lane->post([weak, round, result = std::make_shared<Result>(std::move(result))] {
      const auto self = weak.lock();
      if (self && !self->over_ && self->round_ == round) self->take(*result);
    });
  });
}

void Reflector::take(const Result& result) {
  try {
    if (const auto* failure = std::get_if<KubeError>(&result)) {
      if (!listing_->ask_for_fewer(*failure)) throw KubeError(*failure);
      return ask();
    }
    source_.stats->bytes += std::get<KubeReply>(result).body.size();
    const KubeListing::Page page = listing_->open(std::get<KubeReply>(result));
    const bool complete = listing_->complete();
    if (!complete) ask();  // the next page comes while this one is read
    listing_->each(page, "items", [&](std::string_view item) {
      reader_.read(item);
      mirror_->put(reader_.root());
      ++listed_;
    });
    if (complete) finish_list();
  } catch (const KubeError& error) {
    // Also after 410, for a list that took longer than its version lived.
    fail(error, least_pause(error));
  }
}

void Reflector::finish_list() {
  version_ = listing_->version();
  mirror_->list_ends();
  source_.stats->objects = listed_;
  watch();
}

void Reflector::watch() {
  next_round();
  inbox_ = std::make_shared<Inbox>();
  watch_began_ = last_line_ = std::chrono::steady_clock::now();
  const int seconds =
      kWatchSeconds + static_cast<int>(std::hash<std::string>()(source_.path + version_) % kWatchSpread);
  const auto notice = [weak = weak_from_this(), lane = lane_, inbox = inbox_](std::optional<std::string_view> line,
                                                                              const std::string& end) {
    const MutexLock lock(inbox->mutex);
    if (inbox->bytes > kInboxBytes) return;
    if (line) {
      inbox->lines.emplace_back(*line);
      inbox->bytes += line->size();
      if (inbox->bytes > kInboxBytes) inbox->end = "more changes than can be read";
    } else {
      inbox->end = end;
    }
    if (std::exchange(inbox->noticed, true)) return;
    lane->post([weak, inbox] {
      const auto self = weak.lock();
      if (self && !self->over_ && self->inbox_ == inbox) self->drain();
    });
  };
  try {
    watch_ = source_.kube->watch(
        source_.path + "?allowWatchBookmarks=true&timeoutSeconds=" + std::to_string(seconds) +
            "&resourceVersion=" + percent_encode(version_),
        [notice](std::string_view line) { notice(line, {}); },
        [notice](const std::string& end) { notice(std::nullopt, end); });
  } catch (const KubeError& error) {
    return fail(error, least_pause(error));
  }
  later(kOpening, &Reflector::check_open);
  later(kCheckInterval, &Reflector::check_alive);
}

void Reflector::check_open() {
  if (!open_) fail(no_reply(source_.cluster, {HttpFailure::Kind::timeout, "the watch was not accepted"}), 0ms);
}

void Reflector::check_alive() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const bool silent = has_bookmarks_ && now - last_line_ > kSilent;
  if (silent || now - watch_began_ > std::chrono::seconds(kWatchSeconds + kWatchSpread) + kUnclosed) return watch();
  later(kCheckInterval, &Reflector::check_alive);
}

void Reflector::drain() {
  std::deque<std::string> lines;
  std::optional<std::string> end;
  {
    const MutexLock lock(inbox_->mutex);
    lines.swap(inbox_->lines);
    end = std::exchange(inbox_->end, std::nullopt);
    inbox_->bytes = 0;
    inbox_->noticed = false;
  }
  const unsigned round = round_;
  try {
    for (const std::string& line : lines) {
      read_line(line);
      if (round_ != round) return;
    }
  } catch (const KubeError& error) {  // a line that is not what Kubernetes sends, or more objects than are kept
    version_.clear();
    return fail(error, least_pause(error));
  }
  if (!lines.empty()) {
    last_line_ = std::chrono::steady_clock::now();
    source_.stats->heard = last_line_;
    source_.stats->in_step = true;
    mirror_->in_step();
  }
  if (end) watch_ended(*end);
}

void Reflector::read_line(std::string_view line) {
  if (line.empty()) {
    open_ = true;
    return;
  }
  source_.stats->bytes += line.size();
  reader_.read(line);
  const std::string_view type = reader_.root()["type"].text();
  const JsonView object = reader_.root()["object"];
  if (type == "ERROR") {
    const int status = static_cast<int>(object["code"].number());
    const KubeError error(
        KubeError::Fault::status, "kube_error",
        {{"what", source_.what}, {"message", cluster_text(object["message"].text())}, {"status", status}});
    version_.clear();
    return fail(error, 0ms);
  }
  if (type == "ADDED" || type == "MODIFIED") mirror_->put(object);
  if (type == "DELETED") mirror_->erase(object);
  if (type == "ADDED") ++source_.stats->objects;
  if (type == "DELETED") --source_.stats->objects;
  if (type == "BOOKMARK")
    has_bookmarks_ = true;
  else
    has_events_ = true;
  backoff_.reset();
  if (const std::string_view version = object["metadata"]["resourceVersion"].text(); !version.empty())
    version_ = version;
}

void Reflector::watch_ended(const std::string& text) {
  const bool was_useful = has_events_ || std::chrono::steady_clock::now() - watch_began_ > kShortWatch;
  if (text.empty() && open_ && was_useful) return watch();
  const KubeWatchEnd end = watch_end(text);
  if (end.status == 410) version_.clear();
  const KubeReply reply{end.status, {}, end.retry_after};
  try {
    if (end.status != 0 && end.status != 200) body_of(reply, source_.what);
    throw no_reply(source_.cluster, {HttpFailure::Kind::broken, end.message});
  } catch (const KubeError& error) {
    fail(error, least_pause(error));
  }
}

}  // namespace podload::cluster
