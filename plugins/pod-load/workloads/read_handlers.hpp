// Handlers for reads: workload types, workloads, Pods. They parse and reply. Owned by the plugin; any thread. Throws Error
// (what the readers of workload_catalog.hpp throw).
#pragma once

#include "podload/cluster_directory.hpp"
#include "podload/host.hpp"
#include "record/journal.hpp"
#include "workloads/pod_rows.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

class ReadHandlers {
 public:
  ReadHandlers(Host& host, ClusterDirectory& clusters, const WorkloadCatalog& catalog, Journal& journal)
      : host_(host), clusters_(clusters), catalog_(catalog), journal_(journal), nodes_(host.clock()) {}

  Reply workload_types(Request& request);
  Reply workloads(Request& request);
  Reply workload_pods(Request& request);
  Reply pods(Request& request);

 private:
  Reply rows(const Request& request, const std::vector<Pod>& pods, const NodeAddresses::Map& nodes);

  Host& host_;
  ClusterDirectory& clusters_;
  const WorkloadCatalog& catalog_;
  Journal& journal_;
  NodeAddresses nodes_;
};

}  // namespace podload::pod_load
