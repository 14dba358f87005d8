// Reads a Pod's owners and their owners, one level per batch. Owned by its caller; not thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kube/read_batch.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class OwnerReader {
 public:
  /// `kube` and `types` outlive this object.
  OwnerReader(KubeClient& kube, std::string name_space, const WorkloadTypes& types, const Pod& pod);

  /// Adds the reads of the next level to `batch`; none if there are no more owners. Processing the replies (batch.run())
  /// throws what body_of() throws if a nearest owner cannot be read, unless the reply is 403 or 404. Throws what the
  /// client's discovery throws.
  void add_reads(ReadBatch& batch);

  /// The owners; call it after the last batch.
  Owners take() { return std::move(found_); }

 private:
  void note(const OwnerReference& reference, bool decides, const KubeReply& reply);

  KubeClient& kube_;
  const std::string name_space_;
  const WorkloadTypes& types_;
  Owners found_;
  std::vector<OwnerReference> next_;
  int level_ = 0;
};

/// The keys that an owner's selector uses. The row of its type says where the selector is; without one, spec.selector.
std::set<std::string> owner_selector_keys(const WorkloadType* type, JsonView object);

}  // namespace podload::pod_load
