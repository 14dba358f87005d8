#include "rows.hpp"

#include <optional>
#include <set>

#include "podload/quantity.hpp"

namespace podload::objects {
namespace {

/// A port: a number or a name.
std::string port_text(JsonView port) {
  const std::int64_t number = port.number(-1);
  return number >= 0 ? std::to_string(number) : port.string();
}

void append(std::string& list, const std::string& item, const char* separator = ", ") {
  if (item.empty()) return;
  list += (list.empty() ? "" : separator) + item;
}

Json row(JsonView object, const char* type, Json members) {
  const JsonView metadata = object["metadata"];
  members["name"] = metadata["name"].text();
  members["type"] = type;
  members["namespace"] = metadata["namespace"].text();
  members["creation_time"] = metadata["creationTimestamp"].text();
  return members;
}

/// The addresses that a load balancer assigned.
std::string addresses(JsonView object) {
  std::string list;
  object.at("/status/loadBalancer/ingress").each([&](JsonView entry) {
    append(list, entry["ip"].text().empty() ? entry["hostname"].string() : entry["ip"].string());
  });
  return list;
}

/// Like kubectl: node-role.kubernetes.io/ROLE, and kubernetes.io/role=ROLE.
std::string roles_of(JsonView node) {
  constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  node["metadata"]["labels"].each_member([&](std::string_view key, JsonView value) {
    if (key.starts_with(kPrefix) && key.size() > kPrefix.size()) roles.insert(std::string(key.substr(kPrefix.size())));
    if (key == "kubernetes.io/role" && !value.text().empty()) roles.insert(value.string());
  });
  // The console and the predecessor know only these two; a control plane often has both.
  for (const char* role : {"control-plane", "master"})
    if (roles.count(role) > 0) return role;
  std::string list;
  for (const std::string& role : roles) append(list, role, ",");
  return list.empty() ? "worker" : list;
}

/// The member `value` of the item whose type is `wanted`.
std::string listed(JsonView items, std::string_view wanted, const char* value, const char* otherwise) {
  std::optional<std::string> found;
  items.each([&](JsonView item) {
    if (!found && item["type"].text() == wanted) found = item[value].text(otherwise);
  });
  return found.value_or(otherwise);
}

/// A quantity in units of `one`, to one decimal place.
std::string amount(std::string_view quantity, QuantityUnit unit, std::int64_t one, const char* suffix) {
  const auto value = parse_quantity(quantity, unit);
  if (!value) return {};
  const std::int64_t tenths = (*value % one * 10 + (one - 1) / 2) / one;
  return std::to_string(*value / one + tenths / 10) + "." + std::to_string(tenths % 10) + suffix;
}

std::string backend_text(JsonView backend) {
  // A backend that is not a Service: "StorageBucket/assets".
  if (const JsonView resource = backend["resource"]) return resource["kind"].string() + "/" + resource["name"].string();
  if (backend["serviceName"]) return backend["serviceName"].string() + ":" + port_text(backend["servicePort"]);
  const JsonView port = backend["service"]["port"];
  return backend["service"]["name"].string() + ":" + (port["name"].text().empty() ? port_text(port["number"]) : port["name"].string());
}

}  // namespace

Json node_row(JsonView node) {
  const JsonView status = node["status"];
  return {{"name", node["metadata"]["name"].text()},
          {"role", roles_of(node)},
          {"status", listed(status["conditions"], "Ready", "status", "Unknown")},
          {"internal_ip", listed(status["addresses"], "InternalIP", "address", "")},
          {"os_image", status["nodeInfo"]["osImage"].text()},
          {"kubelet_version", status["nodeInfo"]["kubeletVersion"].text()},
          {"cpu_allocatable", amount(status["allocatable"]["cpu"].text(), QuantityUnit::thousandths, 1000, "核")},
          {"memory_allocatable", amount(status["allocatable"]["memory"].text(), QuantityUnit::whole, std::int64_t(1) << 30, "Gi")},
          {"creation_timestamp", node["metadata"]["creationTimestamp"].text()},
          {"unschedulable", node["spec"]["unschedulable"].flag()}};
}

Json service_row(JsonView service) {
  const JsonView spec = service["spec"];
  std::string ports;
  spec["ports"].each([&](JsonView port) {
    // Without a target port it equals the port; a headless Service may have none at all.
    const std::string target = port_text(port["targetPort"]);
    append(ports, port_text(port["port"]) + (target.empty() ? "" : ":" + target));
  });
  const std::string_view type = spec["type"].text("ClusterIP");
  const std::string outside = addresses(service);
  const bool waits = type == "LoadBalancer" && outside.empty();
  std::string ip = outside.empty() ? spec["clusterIP"].string() : outside;
  if (type == "ExternalName") ip = spec["externalName"].string();
  return row(service, "Service", {{"ip", ip}, {"ports", ports}, {"status", waits ? "Pending" : "Ready"}});
}

Json ingress_row(JsonView ingress) {
  const JsonView spec = ingress["spec"];
  std::string ports;
  spec["rules"].each([&](JsonView rule) {
    rule["http"]["paths"].each([&](JsonView path) { append(ports, std::string(path["path"].text("/")) + " -> " + backend_text(path["backend"])); });
  });
  for (const char* whole : {"defaultBackend", "backend"})
    if (spec[whole].is_object()) append(ports, "* -> " + backend_text(spec[whole]));
  const std::string ip = addresses(ingress);
  return row(ingress, "Ingress", {{"ip", ip}, {"ports", ports}, {"status", ip.empty() ? "Pending" : "Ready"}});
}

Json config_map_row(JsonView config_map) {
  return row(config_map, "ConfigMap", {{"data_count", config_map["data"].size() + config_map["binaryData"].size()}});
}

Json claim_row(JsonView claim) {
  const JsonView bound = claim["status"]["capacity"]["storage"];
  return row(claim, "PersistentVolumeClaim",
             {{"capacity", bound.text(claim.at("/spec/resources/requests/storage").text())}, {"status", claim["status"]["phase"].text()}});
}

Json volume_row(JsonView volume) {
  return row(volume, "PersistentVolume", {{"capacity", volume["spec"]["capacity"]["storage"].text()}, {"status", volume["status"]["phase"].text()}});
}

Json storage_class_row(JsonView storage_class) {
  return row(storage_class, "StorageClass", {{"capacity", ""}, {"status", "Available"}});
}

Json secret_row(JsonView columns, JsonView row) {
  Json result = objects::row(row["object"], "Secret", {{"data_count", 0}});
  std::size_t data = 0, at = 0;
  bool found = false;
  columns.each([&](JsonView column) {
    if (!found && column["name"].text() == "Data") data = at, found = true;
    ++at;
  });
  at = 0;
  row["cells"].each([&](JsonView cell) {
    if (found && at++ == data) result["data_count"] = cell.number();
  });
  return result;
}

}  // namespace podload::objects
