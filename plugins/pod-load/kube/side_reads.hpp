// Reads that run beside others: those for warnings, whose replies are used if they arrive in time, and those that will
// probably be needed. One that fails or hangs does not fail or delay the operation, unless somebody awaits it. Owned by its
// reader; not thread-safe (replies arrive on the network thread and are synchronized). Throws what KubeClient::send_async
// throws.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

class SideReads {
 public:
  /// Sends the request immediately; take() and await() find its reply by `name`.
  void send(KubeClient& kube, const std::string& name, std::string path);

  /// Waits until every reply has arrived, at most until `most` after the first request.
  void wait(std::chrono::milliseconds most);

  struct Answer {
    bool requested = false;
    std::optional<KubeReply> reply;  ///< Empty: no reply so far, or the request failed.
  };
  /// The current state of that request.
  Answer take(const std::string& name) const;

  /// Whether that request was sent, and not awaited yet.
  bool has(const std::string& name) const;
  /// Waits for that request, and returns its reply; nothing if it has failed.
  std::optional<KubeReply> await(const std::string& name);

 private:
  struct Shared;  ///< Shared with the callbacks, which may run after this object's destruction.
  std::shared_ptr<Shared> shared_;
};

}  // namespace podload::pod_load
