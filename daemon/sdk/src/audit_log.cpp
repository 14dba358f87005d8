#include "podload/audit_log.hpp"

namespace podload {

AuditEntry AuditEntry::of(const Request& request) {
  AuditEntry entry;
  entry.action = request.change;
  entry.address = request.address;
  entry.request_id = request.id;
  if (request.principal) {
    entry.username = request.principal->username;
    entry.user_id = request.principal->user_id;
    entry.credential = request.principal->credential;
  }
  if (request.cluster) {
    entry.cluster_id = request.cluster->id;
    entry.cluster = request.cluster->name;
  }
  if (const auto found = request.params.find("namespace"); found != request.params.end())
    entry.name_space = found->second;
  return entry;
}

}  // namespace podload
