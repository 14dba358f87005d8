#include "kube/endpoint_slice.hpp"

#include <algorithm>

namespace podload::pod_load {

const Endpoint* EndpointSlice::find(std::string_view uid) const {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) { return endpoint.uid == uid; });
  return found == endpoints.end() ? nullptr : &*found;
}

bool EndpointSlice::lists(std::string_view uid, std::string_view address) const {
  return find(uid) != nullptr || (!address.empty() && std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) {
           return std::find(endpoint.addresses.begin(), endpoint.addresses.end(), address) != endpoint.addresses.end();
         }));
}

bool EndpointSlice::is_own() const { return managed_by == kOwnManager; }

bool routes(const EndpointSlice& slice, const ServicePort& port) {
  return std::any_of(slice.ports.begin(), slice.ports.end(),
                     [&](const SlicePort& own) { return own.name == port.name && own.protocol == port.protocol; });
}

bool routes(const EndpointSlice& slice, const Service& service) {
  return service.ports.empty() ||
         std::any_of(service.ports.begin(), service.ports.end(), [&](const ServicePort& port) { return routes(slice, port); });
}

EndpointSlice read_slice(JsonView object) {
  const JsonView labels = object["metadata"]["labels"];
  EndpointSlice slice;
  slice.name = object["metadata"]["name"].string();
  slice.service = labels[kServiceNameLabel].string();
  slice.managed_by = labels[kManagedByLabel].string();
  object["ports"].each([&](JsonView port) {
    if (port["port"]) slice.ports.push_back({port["name"].string(), std::string(port["protocol"].text("TCP"))});
  });
  object["endpoints"].each([&](JsonView item) {
    Endpoint endpoint;
    endpoint.uid = item["targetRef"]["uid"].string();
    endpoint.node = item["nodeName"] ? item["nodeName"].string() : item["topology"]["kubernetes.io/hostname"].string();
    item["addresses"].each([&](JsonView address) { endpoint.addresses.push_back(address.string()); });
    endpoint.ready = item["conditions"]["ready"].flag(true);
    endpoint.serving = item["conditions"]["serving"].flag(endpoint.ready);
    slice.endpoints.push_back(std::move(endpoint));
  });
  return slice;
}

SliceList read_slices(const std::string& body) {
  const JsonDocument document(body);
  SliceList list;
  list.version = document.root()["metadata"]["resourceVersion"].string();
  document.root()["items"].each([&](JsonView item) { list.slices.push_back(read_slice(item)); });
  return list;
}

}  // namespace podload::pod_load
