#include "kube/read_batch.hpp"

#include <utility>

namespace podload::pod_load {

void ReadBatch::add(std::string path, Use use) {
  KubeRequest request;
  request.path = std::move(path);
  requests_.push_back(std::move(request));
  uses_.push_back(std::move(use));
}

bool ReadBatch::run(KubeClient& kube) {
  const std::vector<KubeRequest> requests = std::exchange(requests_, {});
  const std::vector<Use> uses = std::exchange(uses_, {});
  const std::vector<KubeReply> replies = requests.empty() ? std::vector<KubeReply>() : kube.send_all(requests);
  for (std::size_t i = 0; i < replies.size(); ++i) uses[i](replies[i]);
  return !requests.empty();
}

}  // namespace podload::pod_load
