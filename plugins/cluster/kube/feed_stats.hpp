// What a reflector tells about itself, for /metrics. It writes on its lane, any thread reads. The reflector that follows the
// same kind after it goes on with the same counts.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "podload/clock.hpp"

namespace podload::cluster {

struct FeedStats {
  std::atomic<bool> in_step{false};
  std::atomic<SteadyTime> heard{
      SteadyTime{}};  ///< When the server last sent an event or a bookmark, or accepted a watch; zero: never.
  std::atomic<std::int64_t> objects{0};
  std::atomic<std::uint64_t> bytes{0};     ///< Of JSON that it has received.
  std::atomic<std::uint64_t> lists{0};     ///< Lists begun.
  std::atomic<std::uint64_t> failures{0};  ///< Of lists and watches.
};

/// "pods" of /api/v1/pods, "deployments.apps" of /apis/apps/v1/deployments.
inline std::string kind_of_path(std::string_view path) {
  std::string kind(path.substr(path.rfind('/') + 1));
  constexpr std::string_view kGroups = "/apis/";
  if (path.starts_with(kGroups)) {
    const std::string_view rest = path.substr(kGroups.size());
    kind.append(".").append(rest.substr(0, rest.find('/')));
  }
  return kind;
}

}  // namespace podload::cluster
