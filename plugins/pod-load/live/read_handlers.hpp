// Handlers for reads: workload types, workloads, Pods. What the cluster's view has in step is answered from it; the rest
// is read from the API server, as is everything until the view is there. Owned by the plugin; any thread. Throws Error
// (what the readers of workload_catalog.hpp throw).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/pages.hpp"
#include "live/views.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/host.hpp"
#include "record/journal.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

class ReadHandlers {
 public:
  ReadHandlers(Host& host, Views& views, const WorkloadCatalog& catalog, Journal& journal)
      : host_(host), views_(views), catalog_(catalog), journal_(journal) {}

  Reply workload_types(Request& request);
  Reply workloads(Request& request);
  Reply workload_pods(Request& request);
  Reply pods(Request& request);
  Reply find_pods(Request& request);

 private:
  PageRequest page_request(const Request& request) const;
  std::optional<Reply> from_view(ClusterView& view, PageRequest& page);
  Reply from_server(ClusterView& view, PageRequest& page, const std::function<void(PodTable&)>& read) const;

  Host& host_;
  Views& views_;
  const WorkloadCatalog& catalog_;
  Journal& journal_;
  Pages pages_;
};

}  // namespace podload::pod_load
