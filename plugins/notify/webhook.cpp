#include "webhook.hpp"

#include <algorithm>

namespace podload::notify {

bool Webhook::wants(const Event& event) const {
  const auto has = [](const std::vector<std::string>& list, const std::string& item) { return std::find(list.begin(), list.end(), item) != list.end(); };
  return enabled && has(events, event.name) && (all_clusters || has(cluster_ids, text_member(event.data, "cluster_id")));
}

}  // namespace podload::notify
