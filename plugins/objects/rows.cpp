#include "rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "podload/quantity.hpp"

namespace podload::objects {
namespace {

const Json& at(const Json& object, const char* pointer) {
  static const Json kNothing;
  const Json::json_pointer path(pointer);
  return object.contains(path) ? object.at(path) : kNothing;
}

std::string text(const Json& object, const char* pointer) {
  const Json& value = at(object, pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// A port: a number or a name.
std::string port_text(const Json& port) {
  if (port.is_number_integer()) return std::to_string(port.get<long>());
  return port.is_string() ? port.get<std::string>() : std::string();
}

void append(std::string& list, const std::string& item, const char* separator = ", ") {
  if (item.empty()) return;
  list += (list.empty() ? "" : separator) + item;
}

Json row(const Json& object, const char* type, Json members) {
  members["name"] = text(object, "/metadata/name");
  members["type"] = type;
  members["namespace"] = text(object, "/metadata/namespace");
  members["creation_time"] = text(object, "/metadata/creationTimestamp");
  return members;
}

/// The addresses that a load balancer gave.
std::string addresses(const Json& object) {
  std::string list;
  for (const Json& entry : at(object, "/status/loadBalancer/ingress"))
    append(list, text_member(entry, "ip", text_member(entry, "hostname")));
  return list;
}

std::string role_of(const Json& node) {
  const Json& labels = at(node, "/metadata/labels");
  for (const char* role : {"control-plane", "master"})
    if (labels.contains(std::string("node-role.kubernetes.io/") + role)) return role;
  return "worker";
}

/// The member `value` of the item whose type is `wanted`.
std::string listed(const Json& items, std::string_view wanted, const char* value, const char* otherwise) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Json& item) { return text_member(item, "type") == wanted; });
  return found == items.end() ? otherwise : text_member(*found, value, otherwise);
}

std::string amount(const Json& node, const char* pointer, long double unit, const char* suffix) {
  const auto quantity = parse_quantity(text(node, pointer));
  if (!quantity) return {};
  std::array<char, 48> written{};
  std::snprintf(written.data(), written.size(), "%.1Lf%s", *quantity / 1000 / unit, suffix);
  return written.data();
}

std::string backend_text(const Json& backend) {
  if (backend.contains("serviceName"))
    return text_member(backend, "serviceName") + ":" + port_text(at(backend, "/servicePort"));
  const Json& port = at(backend, "/service/port");
  const std::string name = text_member(port, "name");
  return text(backend, "/service/name") + ":" + (name.empty() ? port_text(at(port, "/number")) : name);
}

}  // namespace

Json node_row(const Json& node) {
  return {{"name", text(node, "/metadata/name")},
          {"role", role_of(node)},
          {"status", listed(at(node, "/status/conditions"), "Ready", "status", "Unknown")},
          {"internal_ip", listed(at(node, "/status/addresses"), "InternalIP", "address", "")},
          {"os_image", text(node, "/status/nodeInfo/osImage")},
          {"kubelet_version", text(node, "/status/nodeInfo/kubeletVersion")},
          {"cpu_allocatable", amount(node, "/status/allocatable/cpu", 1, "核")},
          {"memory_allocatable", amount(node, "/status/allocatable/memory", 1073741824.0L, "Gi")},
          {"creation_timestamp", text(node, "/metadata/creationTimestamp")},
          {"unschedulable", at(node, "/spec/unschedulable") == true}};
}

Json service_row(const Json& service) {
  std::string ports;
  for (const Json& port : at(service, "/spec/ports")) {
    const std::string target = port_text(at(port, "/targetPort"));
    append(ports, port_text(at(port, "/port")) + (target.empty() ? "" : ":" + target));
  }
  const std::string outside = addresses(service);
  const bool waits = text(service, "/spec/type") == "LoadBalancer" && outside.empty();
  std::string ip = outside.empty() ? text(service, "/spec/clusterIP") : outside;
  if (text(service, "/spec/type") == "ExternalName") ip = text(service, "/spec/externalName");
  return row(service, "Service", {{"ip", ip}, {"ports", ports}, {"status", waits ? "Pending" : "Ready"}});
}

Json ingress_row(const Json& ingress) {
  std::string ports;
  for (const Json& rule : at(ingress, "/spec/rules"))
    for (const Json& path : at(rule, "/http/paths"))
      append(ports, text_member(path, "path", "/") + " -> " + backend_text(at(path, "/backend")));
  for (const char* whole : {"/spec/defaultBackend", "/spec/backend"})
    if (at(ingress, whole).is_object()) append(ports, "* -> " + backend_text(at(ingress, whole)));
  const std::string ip = addresses(ingress);
  return row(ingress, "Ingress", {{"ip", ip}, {"ports", ports}, {"status", ip.empty() ? "Pending" : "Ready"}});
}

Json config_map_row(const Json& config_map) {
  return row(config_map, "ConfigMap", {{"data_count", at(config_map, "/data").size() + at(config_map, "/binaryData").size()}});
}

Json claim_row(const Json& claim) {
  const std::string bound = text(claim, "/status/capacity/storage");
  return row(claim, "PersistentVolumeClaim",
             {{"capacity", bound.empty() ? text(claim, "/spec/resources/requests/storage") : bound}, {"status", text(claim, "/status/phase")}});
}

Json volume_row(const Json& volume) {
  return row(volume, "PersistentVolume", {{"capacity", text(volume, "/spec/capacity/storage")}, {"status", text(volume, "/status/phase")}});
}

Json storage_class_row(const Json& storage_class) {
  return row(storage_class, "StorageClass", {{"capacity", ""}, {"status", "Available"}});
}

Json secret_row(const Json& columns, const Json& row) {
  Json result = objects::row(at(row, "/object"), "Secret", {{"data_count", 0}});
  const Json& cells = at(row, "/cells");
  for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i)
    if (text_member(columns[i], "name") == "Data" && cells[i].is_number_integer()) result["data_count"] = cells[i];
  return result;
}

}  // namespace podload::objects
