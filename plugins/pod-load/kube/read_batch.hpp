// A batch of reads that are sent in parallel, each with a callback for its reply. Reads that a later batch will probably
// need can be sent ahead, beside the first. Owned by its reader; not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kube/side_reads.hpp"
#include "podload/kube_client.hpp"

namespace podload::pod_load {

class ReadBatch {
 public:
  using Use = std::function<void(const KubeReply&)>;

  void add(std::string path, Use use);

  /// Sends a read now. Its reply serves the next add() of the same path; one that nobody adds, or that fails, has no effect.
  void send_ahead(KubeClient& kube, const std::string& path);

  /// Sends the batch, waits, and passes each reply to its callback, in the order of add(); the batch is empty again
  /// afterwards. Returns false if it was empty. Throws what KubeClient::send_all and the callbacks throw.
  bool run(KubeClient& kube);

 private:
  struct Read {
    std::string path;
    Use use;
    KubeReply reply = {};
  };
  static void send(KubeClient& kube, const std::vector<Read*>& reads);

  std::vector<Read> reads_;
  SideReads ahead_;  ///< By path.
};

}  // namespace podload::pod_load
