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

/// About what an entry takes, with its place in the map. Counts shared texts as if they were its own.
std::size_t bytes_of(std::string_view name, const PodRecord& record) {
  std::size_t bytes =
      sizeof(PodRecord) + 96 + name.size() + record.uid.size() + record.operation.size() + 16 * record.owners.size();
  for (const auto& [label, value] : record.labels)
    bytes += sizeof(NameLabels::value_type) + label->size() + value->size();
  return bytes + record.node->size() + record.host_ip->size() + record.status->size() + record.pod_ip.size();
}

}  // namespace

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

void PodTable::begin() { ++round_; }

void PodTable::end() {
  for (auto space = spaces_.begin(); space != spaces_.end();) {
    const auto gone = std::erase_if(space->second.pods, [&](const auto& entry) {
      if (entry.second.round == round_) return false;
      memory_.remove(bytes_of(entry.first, entry.second));
      return true;
    });
    if (gone > 0) space->second.version = ++changes_;
    space = space->second.pods.empty() ? spaces_.erase(space) : std::next(space);
  }
}

void PodTable::put(const Pod& pod) {
  PodRecord record = record_of(pod);
  record.round = round_;
  Space& space = spaces_[pod.name_space];
  const auto known = space.pods.find(pod.name);
  if (known == space.pods.end()) {
    memory_.replace(0, bytes_of(pod.name, record));
    space.pods.emplace(pod.name, std::move(record));
    space.version = ++changes_;
    return;
  }
  // An event that is older than what put_newer() took from a reply.
  if (known->second.round == round_ && known->second.uid == record.uid && known->second.version > record.version)
    return;
  memory_.replace(bytes_of(pod.name, known->second), bytes_of(pod.name, record));
  if (!is_shown_alike(known->second, record)) space.version = ++changes_;
  known->second = std::move(record);
}

void PodTable::put_newer(const Pod& pod) {
  const Pods& pods = of(pod.name_space);
  const auto known = pods.find(pod.name);
  if (known != pods.end() && known->second.uid == pod.uid && known->second.version < number_of(pod.resource_version))
    put(pod);
}

void PodTable::erase(JsonView object) {
  const JsonView metadata = object["metadata"];
  const auto space = spaces_.find(metadata["namespace"].text());
  if (space == spaces_.end()) return;
  const auto known = space->second.pods.find(metadata["name"].text());
  // Its place may have been taken by another Pod meanwhile.
  if (known == space->second.pods.end() || known->second.uid != metadata["uid"].text()) return;
  memory_.remove(bytes_of(known->first, known->second));
  space->second.pods.erase(known);
  space->second.version = ++changes_;
  if (space->second.pods.empty()) spaces_.erase(space);
}

const PodTable::Pods& PodTable::of(std::string_view name_space) const {
  static const Pods none;
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? none : space->second.pods;
}

std::vector<std::string> PodTable::namespaces() const {
  std::vector<std::string> names;
  names.reserve(spaces_.size());
  for (const auto& [name, space] : spaces_) names.push_back(name);
  return names;
}

std::uint64_t PodTable::version(std::string_view name_space) const {
  const auto space = spaces_.find(name_space);
  return space == spaces_.end() ? 0 : space->second.version;
}

std::size_t PodTable::size() const {
  std::size_t size = 0;
  for (const auto& [name, space] : spaces_) size += space.pods.size();
  return size;
}

}  // namespace podload::pod_load
