#include "removal/proof.hpp"

namespace podload::pod_load {

Proof::Proof(std::string uid, Goals goals, bool known_gone) : uid_(std::move(uid)), goals_(std::move(goals)), known_gone_(known_gone) {}

void Proof::reset(const std::vector<EndpointSlice>& slices, SteadyTime seen) {
  slices_.clear();
  for (const EndpointSlice& slice : slices) {
    const Endpoint* endpoint = slice.find(uid_);
    slices_[slice.name] = {slice.service, endpoint != nullptr, endpoint != nullptr && endpoint->serving};
  }
  for (const auto& [service, goal] : goals_) look(service, seen);
}

void Proof::changed(const EndpointSlice& slice, SteadyTime seen) {
  const Endpoint* endpoint = slice.find(uid_);
  slices_[slice.name] = {slice.service, endpoint != nullptr, endpoint != nullptr && endpoint->serving};
  look(slice.service, seen);
}

void Proof::deleted(const std::string& slice, SteadyTime seen) {
  const auto found = slices_.find(slice);
  if (found == slices_.end()) return;
  const std::string service = found->second.service;
  slices_.erase(found);
  look(service, seen);
}

void Proof::sent(SteadyTime at) {
  sent_ = at;
  was_gone_.clear();
  for (const auto& [service, goal] : goals_) look(service, at);
}

void Proof::recheck(SteadyTime now) {
  for (const auto& [service, goal] : goals_) look(service, now);
}

std::optional<long> Proof::milliseconds(const std::string& service) const {
  const auto found = proven_.find(service);
  if (found == proven_.end() || !sent_) return std::nullopt;
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(found->second - *sent_).count());
}

void Proof::look(const std::string& service, SteadyTime seen) {
  if (!sent_ || seen < *sent_ || proven_.count(service) > 0) return;
  const auto wanted = goals_.find(service);
  if (wanted == goals_.end()) return;
  bool listed = false, serving = false;
  for (const auto& [name, entry] : slices_)
    if (entry.service == service) {
      listed = listed || entry.listed;
      serving = serving || entry.serving;
    }
  if (!listed) was_gone_.insert(service);
  const bool back = (known_gone_ || was_gone_.count(service) > 0) && (wanted->second == Goal::serving ? serving : listed);
  if (wanted->second == Goal::gone ? !listed : back) proven_[service] = seen;
}

}  // namespace podload::pod_load
