#include "removal/last_look.hpp"

#include <algorithm>
#include <set>

#include "kube/paths.hpp"

namespace podload::pod_load {
namespace {

/// The Services that still route to the Pod, by selector or by foreign slices, comma-separated.
std::string still_routing(const LastLook& look) {
  std::set<std::string> names;
  for (const Service& service : look.services)
    if (selects(service.selector, look.pod->labels)) names.insert(service.name);
  for (const EndpointSlice& slice : look.foreign_slices)
    if (slice.lists(look.pod->uid, look.pod->pod_ip)) names.insert(slice.service.empty() ? slice.name : slice.service);
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

}  // namespace

LastLook read_last_look(KubeClient& kube, const std::string& name_space, const std::string& pod) {
  std::vector<KubeRequest> requests(3);
  requests[0].path = pod_path(name_space, pod);
  requests[1].path = services_path(name_space);
  requests[2].path = foreign_slices_path(kube, name_space);
  const std::vector<KubeReply> replies = kube.send_all(requests);
  LastLook look;
  if (replies[0].status != 404) look.pod = read_pod(JsonDocument(body_of(replies[0], "get pods")).root());
  look.services = read_services(body_of(replies[1], "list services"));
  look.foreign_slices = read_slices(body_of(replies[2], "list endpointslices")).slices;
  return look;
}

Outcome judge_outcome(const PodOperation& operation, const std::string& label, const LastLook& look, const ProofState& proof, Json& details) {
  details.erase("still_routing");
  details.erase("label_now");
  if (!look.pod || look.pod->uid != operation.uid) return Outcome::replaced;
  const auto value = look.pod->label(label);
  if (value != operation.new_value) {
    details["label_now"] = value.value_or("");
    return Outcome::overridden;
  }
  if (operation.is_removal()) {
    if (!proof.complete) return Outcome::applied_unverified;
    if (const std::string names = still_routing(look); !names.empty()) {
      details["still_routing"] = names;
      return Outcome::removed_still_routed;
    }
    return proof.served ? Outcome::removed : Outcome::already_not_serving;
  }
  if (!proof.gained) return Outcome::restored_not_reached;
  if (!look.pod->ready && !proof.published) return Outcome::restored_not_ready;
  return proof.complete ? Outcome::restored : Outcome::applied_unverified;
}

}  // namespace podload::pod_load
