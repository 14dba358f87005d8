// Keeps a KubeMirror in step with the objects of one kind: list, then watch, and again from where it ended.
//
// A state machine on a lane of SerialWork: replies and lines arrive on the network thread, which only passes them on. What
// it does about an end of a watch follows client-go's reflector (tools/cache/reflector.go): 410 and an expired list begin
// a new list; a watch that the server closed goes on from the last version; a watch that ends at once without an event,
// and every failure, waits for longer each time, and for as long as Retry-After says. It also replaces a watch that its
// server never closes, or that became silent although the server sends bookmarks.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "kube/feed_stats.hpp"
#include "podload/backoff.hpp"
#include "podload/json_view.hpp"
#include "podload/kube_client.hpp"
#include "podload/kube_list.hpp"
#include "podload/kube_mirror.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"
#include "podload/serial_work.hpp"

namespace podload::cluster {

class Reflector final : public std::enable_shared_from_this<Reflector> {
 public:
  struct Source {
    std::shared_ptr<KubeClient> kube;
    std::string cluster;  ///< For errors.
    std::string path;     ///< Of the list, without a query.
    std::string what;     ///< "list pods"
    std::shared_ptr<FeedStats> stats = std::make_shared<FeedStats>();
  };

  Reflector(Source source, std::shared_ptr<KubeMirror> mirror, std::shared_ptr<SerialWork::Lane> lane);

  /// Begins; call it once.
  void begin();
  /// Ends the feed. Any thread.
  void end();

 private:
  using Result = std::variant<KubeReply, KubeError>;
  using Step = void (Reflector::*)();

  /// Runs `step` on the lane, unless the feed has ended or gone on to another round meanwhile.
  void later(std::chrono::milliseconds delay, Step step);

  void list();
  void ask();
  void take(const Result& result);
  void finish_list();

  void watch();
  void check_open();
  void check_alive();
  void drain();
  void read_line(std::string_view line);
  void watch_ended(const std::string& text);

  void next_round();
  void fail(const Error& why, std::chrono::milliseconds least);

  const Source source_;
  const std::shared_ptr<KubeMirror> mirror_;
  const std::shared_ptr<SerialWork::Lane> lane_;
  std::atomic<bool> over_{false};

  // Used on the lane only.
  unsigned round_ = 0;  ///< Counts attempts, so that what belongs to an earlier one is dropped.
  std::optional<KubeListing> listing_;
  std::int64_t listed_ = 0;  ///< Objects of that list.
  std::string version_;  ///< To watch from; empty: list first.
  std::unique_ptr<KubeWatch> watch_;
  bool open_ = false, has_events_ = false, has_bookmarks_ = false;
  SteadyTime watch_began_{}, last_line_{};
  Backoff backoff_;
  JsonDocument reader_{"{}"};

  /// The lines that the network thread has passed on.
  struct Inbox {
    Mutex mutex;
    std::deque<std::string> lines PODLOAD_GUARDED_BY(mutex);
    std::size_t bytes PODLOAD_GUARDED_BY(mutex) = 0;
    std::optional<std::string> end PODLOAD_GUARDED_BY(mutex);
    bool noticed PODLOAD_GUARDED_BY(mutex) = false;  ///< drain() was posted.
  };
  std::shared_ptr<Inbox> inbox_;
};

}  // namespace podload::cluster
