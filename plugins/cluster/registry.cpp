#include "registry.hpp"

#include "cluster_rules.hpp"
#include "kube/check.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload::cluster {
namespace {

/// What the log may keep of an error: its arguments may quote the kubeconfig or the server.
Json told(const Error& error) {
  Json args = Json::object();
  for (const auto& [name, value] : error.args().items()) {
    const bool ours = name == "cluster" || name == "field" || name == "instead" || name == "rights" || name == "version" || name == "status" ||
                      name == "line";
    args[name] = ours ? value : Json("…");
  }
  return {{"code", error.code()}, {"args", args}};
}

}  // namespace

Registry::Registry(Database& database, HttpClient& http, const Clock& clock, Log& log, const Sealer& sealer,
                   Directory& directory, Defaults defaults, Options options)
    : database_(database),
      http_(http),
      clock_(clock),
      log_(log),
      sealer_(sealer),
      directory_(directory),
      defaults_(std::move(defaults)),
      options_(std::move(options)) {}

template <class Work>
auto Registry::logged(const AuditEntry& entry, AuditLog& audit, Work work) {
  const auto write = [&](const char* outcome, Json details) {
    AuditEntry row = entry;
    row.outcome = outcome;
    row.details.update(details);
    try {
      database_.transact([&](Transaction& tx) { audit.record(tx, row); });
    } catch (const std::exception& error) {  // what was refused stays refused
      log_.error("a refusal could not be logged", {{"action", entry.action}, {"what", error.what()}});
    }
  };
  try {
    return work();
  } catch (const Error& error) {
    write("refused", told(error));
    throw;
  } catch (const std::exception&) {
    write("failed", Json::object());
    throw;
  }
}

std::string Registry::add(NewCluster cluster, const Actor& actor, AuditLog& audit) {
  Actor named = actor;
  named.entry.cluster = cluster.row.name;
  named.entry.resource = "cluster/" + cluster.row.name;
  return logged(named.entry, audit, [&] { return check_and_save(cluster, named, audit); });
}

std::string Registry::check_and_save(NewCluster& cluster, const Actor& actor, AuditLog& audit) {
  ClusterRow& row = cluster.row;
  check_name(row.name, options_.literals);
  check_label(directory_.with_defaults(row).label);
  if (row.simulated != options_.simulated) throw Error(row.simulated ? "not_demo" : "demo_only");
  row.id = new_uuid();
  const Json kept = cluster.kept();
  Access access = access_of(kept);

  const std::unique_lock trying(trying_, std::try_to_lock);
  if (!trying) throw Error("trying_another").with_retry_after(5);
  if (directory_.find(row.name)) throw Error("cluster_exists", {{"cluster", row.name}});
  HttpKubeClient::Options options;
  options.cluster = row.name;
  options.group = row.id;
  options.any_address = row.any_address;
  options.timeout = defaults_.timeout;
  HttpKubeClient client(http_, clock_, std::move(access), std::move(options));
  std::string version = try_cluster(client);

  const std::string sealed = sealer_.seal(Secret(print_json(kept)), kKubeconfigPurpose, row.id);
  AuditEntry entry = actor.entry;
  entry.outcome = "ok";
  entry.cluster_id = row.id;
  entry.details["version"] = version;
  database_.transact([&](Transaction& tx) {
    actor.confirm(tx, {});
    store_.add(tx, row, sealed, actor.entry.username);
    audit.record(tx, entry);
  });
  directory_.forget();
  return version;
}

void Registry::remove(const std::string& name, const Actor& actor, AuditLog& audit) {
  AuditEntry entry = actor.entry;
  entry.cluster = name;
  entry.resource = "cluster/" + name;
  logged(entry, audit, [&] {
    directory_.forget();
    const auto cluster = directory_.find(name);
    if (!cluster) throw Error("unknown_cluster", {{"cluster", name}});
    AuditEntry done = entry;
    done.outcome = "ok";
    done.cluster_id = cluster->id;
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx, cluster->id);
      if (!store_.remove(tx, cluster->id, actor.entry.username)) throw Error("unknown_cluster", {{"cluster", name}});
      audit.record(tx, done);
    });
    directory_.forget();
  });
}

}  // namespace podload::cluster
