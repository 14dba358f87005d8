// A webhook: where messages go, and what it is told. Value types.
#pragma once

#include <string>
#include <vector>

#include "podload/events.hpp"
#include "podload/secret.hpp"

namespace podload::notify {

struct Webhook {
  std::string id, name;
  std::string format;  ///< dingtalk, wecom, feishu, slack or json
  std::string host;    ///< Of its URL.
  std::vector<std::string> events;
  bool all_clusters = true;
  std::vector<std::string> cluster_ids;  ///< Where all_clusters is false.
  std::string language = "zh-CN";
  bool enabled = true;
  std::string sealed;  ///< Its Target, sealed for its id.
  // As they are told to who looks:
  std::string created_at, created_by;
  std::string tried_at;  ///< Empty where nothing was sent yet.
  std::string error;

  /// Whether it is to be told that event.
  bool wants(const Event& event) const;
};

/// Where a webhook's messages go. Never leaves the daemon but to that address.
struct Target {
  Secret url;
  Secret secret;  ///< What requests are signed with; empty for none.
};

inline constexpr const char* kTargetPurpose = "webhook";
inline constexpr const char* kDue = "notify.due";

}  // namespace podload::notify
