#include "podload/principal.hpp"

#include <algorithm>
#include <array>

namespace podload {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"none", "read", "write", "admin"};

const Grant* find(const Principal& principal, std::string_view cluster_id) {
  const auto found = std::find_if(principal.grants.begin(), principal.grants.end(),
                                  [&](const Grant& grant) { return grant.cluster_id == cluster_id; });
  return found == principal.grants.end() ? nullptr : &*found;
}

bool covers(const Grant& grant, std::string_view name_space) {
  if (grant.all_namespaces) return true;
  return std::find(grant.namespaces.begin(), grant.namespaces.end(), name_space) != grant.namespaces.end();
}

}  // namespace

std::string_view level_name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

Level level_of(std::string_view name) {
  const auto found = std::find(kLevels.begin(), kLevels.end(), name);
  return found == kLevels.end() ? Level::none : static_cast<Level>(found - kLevels.begin());
}

bool Principal::may(Level needed, std::string_view cluster_id, std::string_view name_space) const {
  if (level == Level::admin) return true;
  if (needed > level) return false;
  if (all_clusters) return true;
  const Grant* grant = find(*this, cluster_id);
  if (grant == nullptr || needed > grant->level) return false;
  return name_space.empty() ? grant->all_namespaces : covers(*grant, name_space);
}

bool Principal::sees(std::string_view cluster_id) const {
  if (level == Level::admin) return true;
  if (level == Level::none) return false;
  if (all_clusters) return true;
  const Grant* grant = find(*this, cluster_id);
  return grant != nullptr && grant->level >= Level::read && (grant->all_namespaces || !grant->namespaces.empty());
}

bool Principal::sees(std::string_view cluster_id, std::string_view name_space) const {
  return !name_space.empty() && may(Level::read, cluster_id, name_space);
}

}  // namespace podload
