#include "live/names.hpp"

#include <algorithm>

namespace podload::pod_load {
namespace {

// Longer than any name or label of Kubernetes: nothing that many records share.
constexpr std::size_t kLongest = 512;

}  // namespace

Name Names::of(std::string_view text) {
  if (text.size() > kLongest) return std::make_shared<const std::string>(text);
  const MutexLock lock(mutex_);
  if (const auto known = names_.find(text); known != names_.end()) return *known;
  if (names_.size() >= sweep_at_) {
    std::erase_if(names_, [](const Name& name) { return name.use_count() == 1; });
    sweep_at_ = std::max<std::size_t>(1024, names_.size() * 2);
  }
  return *names_.insert(std::make_shared<const std::string>(text)).first;
}

}  // namespace podload::pod_load
