#include "live/known_rows.hpp"

#include <functional>

#include "podload/json.hpp"

namespace podload::pod_load {

std::string KnownRows::take(const std::vector<NamedRow>& now) {
  std::map<std::string, std::size_t> fresh;
  std::string changed, gone;
  for (const auto& [name, text] : now) {
    const std::size_t hash = std::hash<std::string>{}(text);
    fresh.emplace(name, hash);
    const auto known = known_.find(name);
    if (known != known_.end() && known->second == hash) continue;
    changed.append(changed.empty() ? "" : ",").append(text);
  }
  for (const auto& [name, hash] : known_)
    if (!fresh.contains(name)) gone.append(gone.empty() ? "" : ",").append(print_json(Json(name)));
  known_ = std::move(fresh);
  if (changed.empty() && gone.empty()) return {};
  return "\"changed\":[" + changed + "],\"gone\":[" + gone + "]";
}

}  // namespace podload::pod_load
