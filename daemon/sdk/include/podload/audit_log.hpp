// The operation log: who did what to what, from where, and what came of it. Offered by the audit
// plugin. Rows are written in the caller's transaction and can never be changed or taken out.
// Any thread.
#pragma once

#include <string>

#include "podload/database.hpp"
#include "podload/json.hpp"
#include "podload/request.hpp"

namespace podload {

struct AuditEntry {
  enum class Phase { attempt, outcome };

  Phase phase = Phase::outcome;
  std::string operation;  ///< A UUID that joins an attempt and its outcome; empty where there is one row only.
  std::string action;     ///< Like "remove_load": the api.yaml row's x-change, or finer ("login_failed").
  std::string outcome;    ///< Like "ok", "refused", "removed"; empty for an attempt.
  std::string username;
  std::string user_id;     ///< Empty for nobody and for the command line.
  std::string credential;  ///< Which session or token.
  std::string address;
  std::string request_id;
  std::string cluster_id;  ///< Empty where no cluster is concerned; likewise the next two.
  std::string cluster;
  std::string name_space;
  std::string resource;  ///< "pod/NAMESPACE/NAME", "cluster/NAME", "user/NAME"
  std::string reason;
  Json details = Json::object();  ///< Whatever explains it; no secrets.

  /// Filled with who asked, from where, and for which cluster and namespace.
  static AuditEntry of(const Request& request);
};

/// Who runs a command, as the log names them: "cli:" and the name of the system's user.
std::string command_line_actor();

class AuditLog {
 public:
  static constexpr const char* kInterface = "AuditLog";
  virtual ~AuditLog() = default;

  virtual void record(Transaction& tx, const AuditEntry& entry) = 0;
};

}  // namespace podload
