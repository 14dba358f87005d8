#include "registry.hpp"

#include <algorithm>

#include "cluster_rules.hpp"
#include "kube/check.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload::cluster {
namespace {

/// The parts of an error for the log: its arguments may quote the kubeconfig or the server.
Json safe_details(const Error& error) {
  Json args = Json::object();
  for (const auto& [name, value] : error.args().items()) {
    const bool ours = name == "cluster" || name == "field" || name == "instead" || name == "rights" || name == "version" || name == "status" ||
                      name == "line" || name == "list" || name == "step";
    args[name] = ours ? value : Json("…");
  }
  return {{"code", error.code()}, {"args", args}};
}

/// A cluster's fields before and after a change, for the log.
Json described(const ClusterRow& row) {
  const auto text = [](const std::optional<std::string>& value) { return value ? Json(*value) : Json(); };
  return {{"display_name", row.display_name}, {"label", text(row.label_name)},   {"online", text(row.online_value)},
          {"done", text(row.done_value)},     {"minimum", row.minimum ? Json(*row.minimum) : Json()}, {"identity", row.identity.json()}};
}

}  // namespace

Registry::Registry(Database& database, HttpClient& http, const Clock& clock, Log& log, Events& events, const Sealer& sealer,
                   Directory& directory, Options options)
    : database_(database),
      http_(http),
      clock_(clock),
      changes_(database, log),
      events_(events),
      sealer_(sealer),
      directory_(directory),
      options_(std::move(options)) {}

Tried Registry::add(NewCluster cluster, const Actor& actor, AuditLog& audit) {
  Actor named = actor;
  named.entry.cluster = cluster.row.name;
  named.entry.resource = "cluster/" + cluster.row.name;
  return changes_.logged(named.entry, audit, [&] { return check_and_save(cluster, named, audit); }, safe_details);
}

Tried Registry::check_and_save(NewCluster& cluster, const Actor& actor, AuditLog& audit) {
  ClusterRow& row = cluster.row;
  check_name(row.name, options_.literals);
  check_label(directory_.with_defaults(row).label);
  if (row.simulated != options_.simulated) throw Error(row.simulated ? "not_demo" : "demo_only");
  row.id = new_uuid();
  const StoredAccess stored = cluster.stored();
  if (directory_.find(row.name)) throw Error("cluster_exists", {{"cluster", row.name}});
  const std::string version = tried(row, stored);

  const std::string sealed = sealer_.seal(to_text(stored), kKubeconfigPurpose, row.id);
  AuditEntry entry = actor.entry;
  entry.outcome = "ok";
  entry.cluster_id = row.id;
  entry.details["version"] = version;
  database_.transact([&](Transaction& tx) {
    actor.confirm(tx, {});
    store_.add(tx, row, sealed, actor.entry.username);
    record_and_emit(tx, "cluster.added", entry, audit);
  });
  directory_.forget();
  return {version, stored.context};
}

void Registry::record_and_emit(Transaction& tx, const char* event, const AuditEntry& entry, AuditLog& audit) {
  audit.record(tx, entry);
  events_.emit(tx, event, {{"cluster_id", entry.cluster_id}, {"cluster", entry.cluster}, {"user", entry.username}});
}

std::string Registry::tried(const ClusterRow& row, const StoredAccess& stored) {
  Access access = access_of(stored);
  const std::unique_lock trying(trying_, std::try_to_lock);
  if (!trying) throw Error("trying_another").with_retry_after(5);
  HttpKubeClient client(http_, clock_, std::move(access), directory_.client_options(row));
  return try_cluster(client, options_.needed, row.identity);
}

Tried Registry::update(const std::string& name, const ClusterChange& change, const Actor& actor, AuditLog& audit) {
  AuditEntry entry = actor.entry;
  entry.cluster = name;
  entry.resource = "cluster/" + name;
  return changes_.logged(entry, audit, [&] { return check_and_update(name, change, entry, actor, audit); }, safe_details);
}

Tried Registry::check_and_update(const std::string& name, const ClusterChange& change, AuditEntry entry, const Actor& actor,
                                       AuditLog& audit) {
  directory_.forget();
  const std::vector<ClusterRow> rows = directory_.rows();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ClusterRow& row) { return row.name == name; });
  if (found == rows.end()) throw Error("unknown_cluster", {{"cluster", name}});
  const ClusterRow& before = *found;
  ClusterRow row = before;
  const auto set = [](std::optional<std::string>& column, const std::optional<std::string>& value) {
    if (value) column = value->empty() ? std::nullopt : value;
  };
  if (change.display_name) row.display_name = *change.display_name;
  set(row.label_name, change.label_name);
  set(row.online_value, change.online_value);
  set(row.done_value, change.done_value);
  if (change.minimum) row.minimum = *change.minimum;
  if (change.identity) row.identity = *change.identity;
  check_label(directory_.with_defaults(row).label);

  entry.details["before"] = described(before);
  entry.details["after"] = described(row);
  std::optional<std::string> sealed;
  Tried tried_now;
  if (change.stored || !(row.identity == before.identity)) {
    const StoredAccess stored = change.stored ? change.stored() : directory_.stored(before);
    if (change.stored) {
      // An address that the operator allowed stays allowed for that server, and for no other.
      const std::string server = access_of(stored).server;
      std::string old;
      try {
        old = access_of(directory_.stored(before)).server;
      } catch (const Error&) {  // unusable, which is why it gets a new one
      }
      row.any_address = change.any_address || (before.any_address && server == old);
      sealed = sealer_.seal(to_text(stored), kKubeconfigPurpose, row.id);
      entry.details["before"]["server"] = old;
      entry.details["after"]["server"] = server;
      tried_now.context = stored.context;
    }
    tried_now.version = tried(row, stored);
    entry.details["version"] = tried_now.version;
  }
  entry.outcome = "ok";
  entry.cluster_id = row.id;
  database_.transact([&](Transaction& tx) {
    actor.confirm(tx, row.id);
    if (!store_.update(tx, row, sealed)) throw Error("cluster_changed", {{"cluster", name}});
    record_and_emit(tx, "cluster.changed", entry, audit);
  });
  directory_.forget();
  return tried_now;
}

bool Registry::ever_known(const std::string& name) {
  return database_.transact([&](Transaction& tx) { return store_.ever_known(tx, name); });
}

void Registry::remove(const std::string& name, const Actor& actor, AuditLog& audit) {
  AuditEntry entry = actor.entry;
  entry.cluster = name;
  entry.resource = "cluster/" + name;
  const auto work = [&] {
    directory_.forget();
    const auto cluster = directory_.find(name);
    if (!cluster) throw Error("unknown_cluster", {{"cluster", name}});
    AuditEntry done = entry;
    done.outcome = "ok";
    done.cluster_id = cluster->id;
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx, cluster->id);
      if (!store_.remove(tx, cluster->id, actor.entry.username)) throw Error("unknown_cluster", {{"cluster", name}});
      record_and_emit(tx, "cluster.removed", done, audit);
    });
    directory_.forget();
  };
  changes_.logged(entry, audit, work, safe_details);
}

}  // namespace podload::cluster
