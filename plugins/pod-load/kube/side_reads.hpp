// Reads of what only warns: sent beside the reads that decide, and used if their replies are there in time. One
// that fails or hangs fails nothing and delays nothing. For one thread; replies come on the network thread.
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
  /// Sends it at once; `name` is what take() calls it.
  void ask(KubeClient& kube, const std::string& name, std::string path);

  /// Waits until every reply is there, at most until `most` after the first was asked for.
  void wait(std::chrono::milliseconds most);

  struct Answer {
    bool asked = false;
    std::optional<KubeReply> reply;  ///< Nothing: none came, or not in time.
  };
  /// As it stands now.
  Answer take(const std::string& name) const;

 private:
  struct Shared;  ///< With the callbacks, which may come after this object is gone.
  std::shared_ptr<Shared> shared_;
};

}  // namespace podload::pod_load
