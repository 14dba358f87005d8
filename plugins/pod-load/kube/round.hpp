// Reads that go out side by side, each with what becomes of its reply. For one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

class Round {
 public:
  using Use = std::function<void(const KubeReply&)>;

  void ask(std::string path, Use use);

  /// Sends all that was asked, waits, and hands the replies over in that order; the next round begins
  /// empty. Returns false where nothing was asked. Throws what KubeClient::send_all and `use` throw.
  bool run(KubeClient& kube);

 private:
  std::vector<KubeRequest> requests_;
  std::vector<Use> uses_;
};

}  // namespace podload::pod_load
