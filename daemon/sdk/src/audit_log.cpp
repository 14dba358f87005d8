#include "podload/audit_log.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

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

std::string command_line_actor() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const uid_t id = getuid();
  getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
  return "cli:" + (found != nullptr ? std::string(found->pw_name) : std::to_string(id));
}

}  // namespace podload
