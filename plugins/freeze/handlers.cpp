#include "handlers.hpp"

#include "podload/change_log.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "window_store.hpp"

namespace podload::freeze {
namespace {

SystemTime time_of(const Json& body, const char* name) {
  const std::string text = text_member(body, name);
  const auto time = parse_rfc3339(text);
  if (!time) throw Error("invalid", {{"where", name}, {"what", "must be a time as RFC 3339 has it, 2026-11-30T10:00:00Z"}});
  return *time;
}

/// A caller with a grant for some namespaces sees the freezes of these, and those that concern all.
bool is_seen(const Window& window, const Principal& principal) {
  if (window.cluster_id.empty()) return true;
  return window.name_space.empty() ? principal.sees(window.cluster_id) : principal.sees(window.cluster_id, window.name_space);
}

}  // namespace

Reply Handlers::list(const Request& request) const {
  const bool past = request.query_flag("past");
  Json rows = Json::array();
  for (const Window& window : host_.database().transact([&](Transaction& tx) { return WindowStore::all(tx, past); }))
    if (is_seen(window, request.the_principal())) rows.push_back(shown(window));
  return Reply::json(rows);
}

Reply Handlers::add(const Request& request) const {
  const Window window = window_of(request);
  AuditEntry entry = AuditEntry::of(request);
  entry.cluster_id = window.cluster_id;
  entry.cluster = window.cluster;
  entry.name_space = window.name_space;
  entry.resource = "freeze/" + window.id;
  entry.reason = window.reason;
  entry.details = {{"starts_at", rfc3339(window.starts_at)}, {"ends_at", rfc3339(window.ends_at)}, {"may_force", name_of(window.may_force)}};
  change(request, std::move(entry), [&](Transaction& tx) { WindowStore::add(tx, window); });
  return Reply::json(shown(window));
}

Reply Handlers::end(const Request& request) const {
  const std::string& id = request.param("id");
  if (!is_uuid(id)) throw Error("no_freeze");
  AuditEntry entry = AuditEntry::of(request);
  entry.resource = "freeze/" + id;
  change(request, std::move(entry), [&](Transaction& tx) {
    if (!WindowStore::end(tx, id)) throw Error("no_freeze");
  });
  return Reply::json({{"success", true}, {"message", host_.say(request.language, "freeze_ended")}});
}

Window Handlers::window_of(const Request& request) const {
  const Json& body = request.body;
  Window window;
  window.id = new_uuid();
  window.name_space = text_member(body, "namespace");
  if (const std::string name = text_member(body, "cluster"); !name.empty()) {
    const auto cluster = clusters_.find(name);
    if (!cluster) throw Error("unknown_cluster", {{"cluster", name}});
    window.cluster_id = cluster->id;
    window.cluster = cluster->name;
  } else if (!window.name_space.empty()) {
    throw Error("freeze_all_clusters");
  }
  window.starts_at = time_of(body, "starts_at");
  window.ends_at = time_of(body, "ends_at");
  const SystemTime now = host_.clock().now();
  if (window.ends_at <= window.starts_at || window.ends_at <= now)
    throw Error("freeze_times", {{"what", rfc3339(window.starts_at) + " – " + rfc3339(window.ends_at)}});
  window.reason = clean_text(text_member(body, "reason"), 200);
  window.may_force = may_force_of(text_member(body, "may_force"));
  window.created_by = request.the_principal().username;
  window.created_at = rfc3339(now);
  return window;
}

Json Handlers::shown(const Window& window) const {
  return {{"id", window.id}, {"cluster", window.cluster}, {"namespace", window.name_space}, {"starts_at", rfc3339(window.starts_at)},
          {"ends_at", rfc3339(window.ends_at)}, {"running", window.is_running(host_.clock().now())}, {"reason", window.reason},
          {"may_force", name_of(window.may_force)}, {"created_by", window.created_by}, {"created_at", window.created_at}};
}

/// The permission, the change and its log row, in one transaction; a refusal has a row too.
template <class Change>
void Handlers::change(const Request& request, AuditEntry entry, Change change) const {
  auto* const authenticator = host_.want<Authenticator>();
  auto* const audit = host_.want<AuditLog>();
  if (authenticator == nullptr) throw Error("no_authenticator");
  if (audit == nullptr) throw Error("no_audit_log");
  entry.outcome = "ok";
  ChangeLog(host_.database(), host_.log()).logged(entry, *audit, [&] {
    host_.database().transact([&](Transaction& tx) {
      authenticator->confirm(tx, request.the_principal(), Level::admin, {}, {});
      change(tx);
      audit->record(tx, entry);
    });
  });
}

}  // namespace podload::freeze
