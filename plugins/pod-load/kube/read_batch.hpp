// A batch of reads that are sent in parallel, each with a callback for its reply. Owned by its reader; not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

class ReadBatch {
 public:
  using Use = std::function<void(const KubeReply&)>;

  void add(std::string path, Use use);

  /// Sends the batch, waits, and passes each reply to its callback, in the order of add(); the batch is empty again
  /// afterwards. Returns false if it was empty. Throws what KubeClient::send_all and the callbacks throw.
  bool run(KubeClient& kube);

 private:
  std::vector<KubeRequest> requests_;
  std::vector<Use> uses_;
};

}  // namespace podload::pod_load
