#include "live/pod_table.hpp"

#include <algorithm>
#include <charconv>

namespace podload::pod_load {
namespace {

std::uint64_t number_of(std::string_view version) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
  return error == std::errc() && end == version.data() + version.size() ? number : 0;
}

/// Whether a page would show the same.
bool is_shown_alike(const PodRecord& a, const PodRecord& b) {
  return a.uid == b.uid && a.node == b.node && a.host_ip == b.host_ip && a.status == b.status && a.pod_ip == b.pod_ip &&
         a.labels == b.labels && a.operation == b.operation && a.owners == b.owners && a.created == b.created &&
         a.restarts == b.restarts && a.containers_ready == b.containers_ready && a.containers == b.containers &&
         a.ready == b.ready && a.ending == b.ending;
}

}  // namespace

std::size_t PodRecord::bytes() const {
  std::size_t bytes = uid.size() + operation.size() + sizeof(Name) * owners.size();
  for (const auto& [label, value] : labels) bytes += sizeof(NameLabels::value_type) + label->size() + value->size();
  return bytes + node->size() + host_ip->size() + status->size() + pod_ip.size();
}

const std::string* PodRecord::label(std::string_view name) const {
  const auto found =
      std::find_if(labels.begin(), labels.end(), [&](const auto& entry) { return *entry.first == name; });
  return found == labels.end() ? nullptr : found->second.get();
}

bool PodRecord::is_owned_by(const std::vector<Name>& uids) const {
  return std::any_of(owners.begin(), owners.end(),
                     [&](const Name& owner) { return std::binary_search(uids.begin(), uids.end(), owner); });
}

PodRecord PodTable::record_of(const Pod& pod) const {
  PodRecord record;
  record.uid = pod.uid;
  record.version = number_of(pod.resource_version);
  record.node = names_->of(pod.node);
  record.host_ip = names_->of(pod.host_ip);
  record.status = names_->of(pod.status);
  record.pod_ip = pod.pod_ip;
  record.labels.reserve(pod.labels.size());
  for (const auto& [name, value] : pod.labels) record.labels.emplace_back(names_->of(name), names_->of(value));
  record.operation = pod.operation;
  record.owners.reserve(pod.owners.size());
  for (const OwnerReference& owner : pod.owners) record.owners.push_back(names_->of(owner.uid));
  record.created = pod.created;
  record.restarts = static_cast<std::int32_t>(pod.restarts);
  record.containers_ready = static_cast<std::int16_t>(pod.containers_ready);
  record.containers = static_cast<std::int16_t>(pod.containers);
  record.ready = pod.ready;
  record.ending = pod.ending;
  return record;
}

void PodTable::put(const Pod& pod) {
  PodRecord record = record_of(pod);
  const PodRecord* const known = records_.find(pod.name_space, pod.name);
  // An event that is older than what put_newer() took from a reply.
  if (known != nullptr && records_.is_current(*known) && known->uid == record.uid && known->version > record.version)
    return;
  const bool is_change = known == nullptr || !is_shown_alike(*known, record);
  records_.put(pod.name_space, pod.name, std::move(record), is_change);
}

void PodTable::put_newer(const Pod& pod) {
  const PodRecord* const known = records_.find(pod.name_space, pod.name);
  if (known != nullptr && known->uid == pod.uid && known->version < number_of(pod.resource_version)) put(pod);
}

void PodTable::erase(JsonView object) {
  const JsonView metadata = object["metadata"];
  const std::string_view name_space = metadata["namespace"].text(), name = metadata["name"].text();
  const PodRecord* const known = records_.find(name_space, name);
  // Its place may have been taken by another Pod meanwhile.
  if (known != nullptr && known->uid == metadata["uid"].text()) records_.erase(name_space, name);
}

}  // namespace podload::pod_load
