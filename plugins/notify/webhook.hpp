// A webhook: where messages go, and which events it gets. Value types.
#pragma once

#include <string>
#include <vector>

#include "podload/events.hpp"
#include "podload/secret.hpp"

namespace podload::notify {

struct Webhook {
  std::string id, name;
  std::string format;  ///< The name of a Chat.
  std::string host;    ///< The host in its URL.
  std::vector<std::string> events;
  bool all_clusters = true;
  std::vector<std::string> cluster_ids;  ///< If all_clusters is false.
  std::string language = "zh-CN";
  bool enabled = true;
  std::string sealed;  ///< Its Target, sealed for its id.
  // For display only:
  std::string created_at, created_by;
  std::string tried_at;  ///< Empty before the first message.
  std::string error;

  /// Whether it gets that event.
  bool wants(const Event& event) const;
};

/// Where a webhook's messages go. Never leaves the daemon except to that address.
struct Target {
  Secret url;
  Secret secret;  ///< The key that signs requests; empty if there is none.
};

inline constexpr const char* kTargetPurpose = "webhook";
inline constexpr const char* kDue = "notify.due";

}  // namespace podload::notify
