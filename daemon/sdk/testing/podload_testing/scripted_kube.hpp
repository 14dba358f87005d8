// For tests: an API server in memory. Requests are answered by a function of the test, in the caller's thread; watches
// are what the test sends. Any thread, if the function is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/kube_client.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

class ScriptedKube : public KubeClient {
 public:
  using Answer = std::function<KubeReply(const KubeRequest&)>;

  /// Without a function, every request gets 404.
  explicit ScriptedKube(Answer answer = {}) : answer_(std::move(answer)) {}

  KubeReply send(const KubeRequest& request) override {
    {
      const MutexLock lock(mutex_);
      requests_.push_back(request);
    }
    return answer_ ? answer_(request) : KubeReply{404, "{}", {}};
  }
  std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) override {
    std::vector<KubeReply> replies;
    replies.reserve(requests.size());
    for (const KubeRequest& request : requests) replies.push_back(send(request));
    return replies;
  }
  void send_async(const KubeRequest& request, OnReply on_done) override { on_done(send(request)); }

  std::unique_ptr<KubeWatch> watch(const std::string& path, std::function<void(std::string_view)> on_line,
                                   std::function<void(std::string)> on_end) override {
    auto watch = std::make_shared<Watch>(Watch{path, std::move(on_line), std::move(on_end)});
    const MutexLock lock(mutex_);
    watch_paths_.push_back(path);
    watches_.push_back(watch);
    return std::make_unique<Held>(std::move(watch));
  }
  /// Every group is served in the first of the versions.
  std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>& versions) override {
    return group.empty() ? "/api/" + versions.front() : "/apis/" + std::string(group) + "/" + versions.front();
  }
  std::optional<KubeResource> resource(std::string_view, std::string_view) override { return std::nullopt; }

  /// What was requested so far.
  std::vector<KubeRequest> requests() const {
    const MutexLock lock(mutex_);
    return requests_;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const KubeRequest& request : requests()) paths.push_back(request.path);
    return paths;
  }

  /// The paths of the watches that were started.
  std::vector<std::string> watch_paths() const {
    const MutexLock lock(mutex_);
    return watch_paths_;
  }
  /// The number of watches that were started, and of those that still run.
  std::size_t watches_started() const {
    const MutexLock lock(mutex_);
    return watches_.size();
  }
  std::size_t watches_running() const { return running().size(); }
  /// Sends a line to every running watch (an empty one: the server has accepted the watch), or ends them with that text.
  void send_line(std::string_view line) {
    for (const auto& watch : running()) watch->on_line(line);
  }
  void end_watches(const std::string& text = {}) {
    for (const auto& watch : running()) watch->on_end(text);
  }

 private:
  struct Watch {
    std::string path;
    std::function<void(std::string_view)> on_line;
    std::function<void(std::string)> on_end;
  };
  /// Holds the only lasting reference.
  struct Held final : KubeWatch {
    explicit Held(std::shared_ptr<Watch> held) : watch(std::move(held)) {}
    const std::shared_ptr<Watch> watch;
  };
  std::vector<std::shared_ptr<Watch>> running() const {
    const MutexLock lock(mutex_);
    std::vector<std::shared_ptr<Watch>> running;
    for (const std::weak_ptr<Watch>& weak : watches_)
      if (auto watch = weak.lock()) running.push_back(std::move(watch));
    return running;
  }

  const Answer answer_;
  mutable Mutex mutex_;
  std::vector<KubeRequest> requests_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<std::string> watch_paths_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<Watch>> watches_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::testing
