#include "kube/pod.hpp"

#include <algorithm>

#include "kube/pod_status.hpp"
#include "podload/text.hpp"

namespace podload::pod_load {

std::optional<std::string> Pod::label(std::string_view name) const {
  const auto found = labels.find(name);
  return found == labels.end() ? std::nullopt : std::optional(found->second);
}

bool Pod::is_reached_by(const Service& service) const {
  return service.ports.empty() || std::any_of(service.ports.begin(), service.ports.end(), [&](const ServicePort& port) {
    return port.target_name.empty() ||
           std::find(named_ports.begin(), named_ports.end(), std::pair(port.target_name, port.protocol)) != named_ports.end();
  });
}

std::vector<OwnerReference> read_owners(JsonView object) {
  std::vector<OwnerReference> owners;
  object["metadata"]["ownerReferences"].each([&](JsonView owner) {
    owners.push_back({owner["apiVersion"].string(), owner["kind"].string(), owner["name"].string(), owner["uid"].string(),
                      owner["controller"].flag()});
  });
  return owners;
}

std::string label_writers(JsonView object, const std::string& label) {
  std::string writers;
  object["metadata"]["managedFields"].each([&](JsonView entry) {
    const std::string_view manager = entry["manager"].text();
    if (manager == "podload" || !entry["fieldsV1"]["f:metadata"]["f:labels"]["f:" + label]) return;
    writers += (writers.empty() ? "" : ", ") + clean_text(manager, 100);
  });
  return writers;
}

Pod read_pod(JsonView object) {
  const JsonView metadata = object["metadata"], spec = object["spec"], status = object["status"];
  Pod pod;
  pod.name = metadata["name"].string();
  pod.name_space = metadata["namespace"].string();
  pod.uid = metadata["uid"].string();
  pod.resource_version = metadata["resourceVersion"].string();
  pod.node = spec["nodeName"].string();
  pod.pod_ip = status["podIP"].string();
  pod.host_ip = status["hostIP"].string();
  pod.labels = metadata["labels"].labels();
  pod.operation = metadata["annotations"][kOperationAnnotation].string();
  pod.previous_value = metadata["annotations"][kPreviousAnnotation].string();
  pod.unavailable_label = metadata["annotations"][kUnavailableAnnotation].string();
  pod.owners = read_owners(object);
  pod.phase = status["phase"].string();
  const PrintedStatus printed = printed_status(object);
  pod.status = printed.text;
  pod.restarts = printed.restarts;
  pod.containers_ready = printed.ready;
  pod.containers = printed.containers;
  status["conditions"].each([&](JsonView condition) {
    if (condition["type"].text() == "Ready") pod.ready = condition["status"].text() == "True";
  });
  pod.ending = static_cast<bool>(metadata["deletionTimestamp"]);
  pod.created = parse_rfc3339(metadata["creationTimestamp"].text()).value_or(SystemTime());
  const auto note_ports = [&](JsonView container) {
    container["ports"].each([&](JsonView port) {
      if (port["name"]) pod.named_ports.emplace_back(port["name"].string(), std::string(port["protocol"].text("TCP")));
    });
  };
  spec["containers"].each([&](JsonView container) {
    pod.has_liveness_probe |= static_cast<bool>(container["livenessProbe"]);
    note_ports(container);
  });
  spec["initContainers"].each([&](JsonView container) {
    if (container["restartPolicy"].text() == "Always") note_ports(container);  // a sidecar
  });
  spec["readinessGates"].each([&](JsonView) { pod.has_readiness_gates = true; });
  return pod;
}

}  // namespace podload::pod_load
