#include "live/route_tables.hpp"

#include "kube/endpoint_slice.hpp"
#include "kube/service.hpp"

namespace podload::pod_load {

std::size_t ServiceTable::Record::bytes() const {
  constexpr std::size_t kPlace = 64;  // in the map
  std::size_t bytes = 0;
  for (const auto& [label, value] : selector)
    bytes += kPlace + sizeof(Labels::value_type) + label.size() + value.size();
  return bytes;
}

void ServiceTable::put(JsonView object) {
  const Service service = read_service(object);
  if (service.selector.empty()) return erase(object);
  const std::string_view name_space = object["metadata"]["namespace"].text();
  const Record* const known = records_.find(name_space, service.name);
  const bool is_change = known == nullptr || known->selector != service.selector;
  records_.put(name_space, service.name, {service.selector}, is_change);
}

void ServiceTable::erase(JsonView object) {
  records_.erase(object["metadata"]["namespace"].text(), object["metadata"]["name"].text());
}

std::size_t SliceTable::Record::bytes() const {
  std::size_t bytes = service->size();
  for (const Name& endpoint : endpoints) bytes += sizeof(Name) + endpoint->size();
  return bytes;
}

void SliceTable::put(JsonView object) {
  const EndpointSlice slice = read_slice(object);
  Record record;
  record.service = names_->of(slice.service);
  for (const Endpoint& endpoint : slice.endpoints) {
    if (!endpoint.ready || slice.service.empty()) continue;  // without a Service, nothing routes by it
    if (!endpoint.uid.empty())
      record.endpoints.push_back(names_->of(endpoint.uid));
    else
      for (const std::string& address : endpoint.addresses) record.endpoints.push_back(names_->of(address));
  }
  const std::string_view name_space = object["metadata"]["namespace"].text();
  const Record* const known = records_.find(name_space, slice.name);
  const bool is_change = known == nullptr || known->service != record.service || known->endpoints != record.endpoints;
  records_.put(name_space, slice.name, std::move(record), is_change);
}

void SliceTable::erase(JsonView object) {
  records_.erase(object["metadata"]["namespace"].text(), object["metadata"]["name"].text());
}

}  // namespace podload::pod_load
