// your-plugin: two handlers. They read the request and reply; what can be tested without a host is in text.hpp.
#include "podload/plugin.hpp"

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/database.hpp"
#include "text.hpp"

namespace {

using namespace podload;

Reply list(Host& host, const Request& request) {
  const auto rows = host.database().transact([&](Transaction& tx) {
    return query(tx,
                 "SELECT text, by, " + rfc3339_of("at") +
                     " FROM your_plugin.notes WHERE cluster_id = $1 AND namespace = $2 ORDER BY at",
                 request.the_cluster().id, request.param("namespace"));
  });
  Json reply = Json::array();
  for (const auto& row : rows)
    reply.push_back({{"text", row[0].c_str()}, {"by", row[1].c_str()}, {"at", row[2].c_str()}});
  return Reply::json(reply);
}

Reply add(Host& host, const Request& request) {
  const std::string text = your_plugin::checked_text(request.body);
  AuditEntry entry = AuditEntry::of(request);
  entry.outcome = "ok";
  // The check of the permission, the row and its row in the operation log: all in one transaction.
  const std::string at = host.database().transact([&](Transaction& tx) -> std::string {
    host.want<Authenticator>()->confirm(tx, request.the_principal(), Level::write, entry.cluster_id, entry.name_space);
    host.want<AuditLog>()->record(tx, entry);
    return query(tx,
                 "INSERT INTO your_plugin.notes (cluster_id, namespace, text, by) VALUES ($1, $2, $3, $4) RETURNING " +
                     rfc3339_of("at"),
                 entry.cluster_id, entry.name_space, text, request.the_principal().username)[0][0]
        .c_str();
  });
  return Reply::json({{"text", text}, {"by", request.the_principal().username}, {"at", at}});
}

class YourPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    host.handle("your_plugin.list", [&host](Request& request) { return list(host, request); });
    host.handle("your_plugin.add", [&host](Request& request) { return add(host, request); });
  }
  void stop() noexcept override {}
};

}  // namespace

PODLOAD_PLUGIN(YourPlugin, "your-plugin", "1.0.0")
