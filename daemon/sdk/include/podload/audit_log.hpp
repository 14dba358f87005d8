// The operation log: who did what, to what, from where, and with what outcome. Offered by the audit plugin. Rows are
// written in the caller's transaction and can be neither changed nor deleted. Any thread.
#pragma once

#include <string>

#include "podload/database.hpp"
#include "podload/json.hpp"
#include "podload/request.hpp"

namespace podload {

struct AuditEntry {
  enum class Phase { attempt, outcome };

  Phase phase = Phase::outcome;
  std::string operation;  ///< A UUID that joins an attempt and its outcome; empty if there is only one row.
  std::string action;     ///< Such as "remove_load": the x-change of the api.yaml row, or a more specific one ("login_failed").
  std::string outcome;    ///< Such as "ok", "refused", "removed"; empty for an attempt.
  std::string username;
  std::string user_id;     ///< Empty for callers that are not signed in and for the command line.
  std::string credential;  ///< Names the session or token.
  std::string address;
  std::string request_id;
  std::string cluster_id;  ///< Empty if no cluster is concerned; the same holds for the next two.
  std::string cluster;
  std::string name_space;
  std::string resource;  ///< "pod/NAMESPACE/NAME", "cluster/NAME", "user/NAME"
  std::string reason;
  Json details = Json::object();  ///< Further facts; no secrets.

  /// Filled with the caller, the address, and the cluster and namespace of the request.
  static AuditEntry of(const Request& request);
};

/// The actor of a command in the log: "cli:" and the system user's name.
std::string command_line_actor();

class AuditLog {
 public:
  static constexpr const char* kInterface = "AuditLog";
  virtual ~AuditLog() = default;

  virtual void record(Transaction& tx, const AuditEntry& entry) = 0;
};

}  // namespace podload
