// One removal or restore of one Pod, as stored in the database. Value type and free functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "podload/json.hpp"
#include "podload/operation_check.hpp"
#include "record/outcome.hpp"

namespace podload::pod_load {

struct PodOperation {
  using Kind = OperationPlan::Kind;

  std::string id;
  Kind kind = Kind::remove;
  std::string cluster_id, cluster, name_space, pod;
  std::string uid;  ///< Empty until the Pod has been read.
  std::string user_id, username, credential, address;
  std::string reason;
  bool forced = false;  ///< force (removal) or confirm (restore)
  std::string request_id;
  std::optional<std::string> previous_value, new_value;
  std::string created_at;               ///< RFC 3339, by the database's clock.
  bool sent = false;                    ///< The PATCH may have been sent.
  double sent_seconds = 0;              ///< From then (if not sent: from the reservation) until the row was read.
  bool applied = false;                 ///< The API server acknowledged the PATCH.
  std::optional<double> applied_ms;     ///< From the request until the acknowledgement.
  Json details = Json::object();        ///< {services, warnings, refusals, refusal, ...}: for its messages.
  std::optional<Outcome> outcome;       ///< Empty while the operation is open.
  std::optional<std::string> settled_at;

  bool is_removal() const { return kind == Kind::remove; }
  /// "remove_load" or "restore_traffic": the name in the audit log.
  std::string_view action() const { return is_removal() ? "remove_load" : "restore_traffic"; }
};

/// "remove" or "restore".
std::string_view kind_name(PodOperation::Kind kind);

/// Writes into the details after how many milliseconds the change was proven for that Service.
void set_proven(Json& details, const std::string& service, std::optional<long> milliseconds);

}  // namespace podload::pod_load
