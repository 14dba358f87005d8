// The audit plugin: offers AuditLog, answers audit.list, keeps partitions ahead of the calendar.
#include "podload/plugin.hpp"

#include <chrono>

#include "audit_store.hpp"
#include "log_sentence.hpp"

namespace podload::audit {
namespace {

constexpr int kMostRows = 1000;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json reply_row(const LogRow& row, const Say& say) {
  const AuditEntry& entry = row.entry;
  return {{"id", row.id},
          {"timestamp", row.at},
          {"username", entry.username},
          {"action", entry.action},
          {"resource", entry.resource},
          {"details", log_sentence(entry, say)},
          {"phase", entry.phase == AuditEntry::Phase::attempt ? "attempt" : "outcome"},
          {"outcome", or_null(entry.outcome)},
          {"cluster", or_null(entry.cluster)},
          {"address", or_null(entry.address)},
          {"operation", or_null(entry.operation)},
          {"request_id", or_null(entry.request_id)}};
}

class AuditPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    host.offer<AuditLog>(store_);
    host.handle("audit.list", [this, &host](Request& request) { return list(host, request); });
    host.every(std::chrono::hours(1), "audit partitions", [this, &host] { make_partitions(host); });
  }
  void stop() noexcept override {}

 private:
  Reply list(Host& host, const Request& request) {
    const std::string action = action_name(request.query_value("action"));
    const auto rows = host.database().transact([&](Transaction& tx) { return store_.newest(tx, action, kMostRows); });
    const Say say = [&](const std::string& code, const Json& args) { return host.say(request.language, code, args); };
    Json reply = Json::array();
    for (const LogRow& row : rows) reply.push_back(reply_row(row, say));
    return Reply::json(reply);
  }

  void make_partitions(Host& host) {
    const auto made = host.database().transact([&](Transaction& tx) { return store_.make_partitions(tx); });
    for (const std::string& name : made) host.log().info("the operation log has a new partition", {{"name", name}});
  }

  AuditStore store_;
};

}  // namespace
}  // namespace podload::audit

PODLOAD_PLUGIN(podload::audit::AuditPlugin, "audit", "1.0.0")
