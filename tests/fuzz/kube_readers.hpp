// Reads an API server's object as each kind that podload knows, whatever it is.
#pragma once

#include "check.hpp"
#include "kube/endpoint_slice.hpp"
#include "kube/pod.hpp"
#include "kube/pod_status.hpp"
#include "kube/service.hpp"

namespace podload::fuzz {

inline void read_as_all(JsonView object) {
  using namespace pod_load;
  const Pod pod = read_pod(object);
  MUST(pod.owners.size() == read_owners(object).size());
  printed_status(object);
  const Service service = read_service(object);
  MUST(!selects({}, pod.labels));
  if (!service.selector.empty()) MUST(selects(service.selector, service.selector));
  as_query(service.selector, "load");
  const EndpointSlice slice = read_slice(object);
  slice.find(pod.uid);
  slice.is_own();
  for (const char* at : {"/spec/selector", "/selector"}) {
    selector_keys(object.at(at));
    label_selector_matches(object.at(at), pod.labels);
  }
}

}  // namespace podload::fuzz
