#include "commands.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <sstream>

#include "kube/kubeconfig.hpp"
#include "podload/error.hpp"
#include "rbac.hpp"

namespace podload::cluster {
namespace {

namespace fs = std::filesystem;

Actor operator_actor(const char* action) {
  Actor actor;
  actor.entry.action = action;
  actor.entry.username = command_line_actor();
  actor.confirm = [](Transaction&, const std::string&) {};  // anyone who can run this owns the installation
  return actor;
}

}  // namespace

std::function<StoredAccess()> Commands::reader_of(const Json& args) const {
  return [this, file = fs::path(text_member(args, "kubeconfig")), context = text_member(args, "context")] {
    // Like kubectl: paths are relative to the kubeconfig.
    const FileReader read = [&](const std::string& path) { return read_whole(file.parent_path() / path); };
    return stored_of_kubeconfig(host_.parse_yaml(read_whole(file).reveal()), context, read);
  };
}

int Commands::add(const Json& args, std::ostream& out) {
  NewCluster cluster;
  cluster.row.name = text_member(args, "name");
  cluster.row.display_name = text_member(args, "display-name");
  cluster.row.simulated = args.value("simulated", false);
  cluster.row.any_address = true;
  cluster.stored = reader_of(args);
  const Tried tried = registry_.add(std::move(cluster), operator_actor("add_cluster"), audit());
  out << text_member(args, "name") << "\t" << tried.version << "\t" << tried.context << "\n";
  return 0;
}

int Commands::list(std::ostream& out) {
  const auto clusters = directory_.all();
  const auto checked = probe_.check(clusters);
  for (const Cluster& cluster : clusters) {
    std::string server = "?";
    try {
      server = directory_.http_client(cluster)->server();
    } catch (const Error& error) {
      host_.log().warn("a cluster cannot be used", {{"cluster", cluster.name}, {"what", error.what()}});
    }
    out << cluster.name << "\t" << server << "\t" << checked.at(cluster.id).version << "\n";
  }
  return 0;
}

int Commands::update(const Json& args, std::ostream& out) {
  ClusterChange change;
  if (args.contains("display-name")) change.display_name = text_member(args, "display-name");
  if (args.contains("kubeconfig")) change.stored = reader_of(args);
  change.any_address = true;
  const std::string name = text_member(args, "name");
  if (args.contains("context") && !args.contains("kubeconfig")) throw Error("context_alone");
  const Tried tried = registry_.update(name, change, operator_actor("update_cluster"), audit());
  out << name << "\t" << tried.version << (tried.context.empty() ? "" : "\t" + tried.context) << "\n";
  return 0;
}

int Commands::rbac(const Json& args, std::ostream& out) {
  Json users = Json::array();
  std::istringstream list(text_member(args, "users"));
  for (std::string user; std::getline(list, user, ',');) users.push_back(user);
  const std::string mode = text_member(args, "identity", "itself");
  const Identity identity =
      Identity::from_json({{"mode", mode}, {"user", users.empty() ? Json("") : users[0]}, {"users", users}});
  const RbacInput input = rbac_input(host_.declared("cluster_rights"), host_.declared("workload_types"),
                                     directory_.with_defaults({}).label, identity);
  out << rbac_manifest(input, [this](const Json& value) { return host_.print_yaml(value); });
  return 0;
}

int Commands::import_flask(const Json& args, std::ostream& out) {
  const fs::path folder = text_member(args, "dir");
  const Actor actor = operator_actor("add_cluster");
  std::vector<Importer::Result> results;
  const auto take = [&](std::vector<Importer::Result> more) { std::move(more.begin(), more.end(), std::back_inserter(results)); };
  bool found = false;
  for (const fs::path& file : {folder / "config" / "cluster_configs.json", folder / "cluster_configs.json"})
    if (fs::exists(file) && !found) {
      take(importer_.configs(file, actor, audit()));
      found = true;
    }
  // Beside the config folder, if the argument is that folder.
  const bool is_config = fs::exists(folder / "cluster_configs.json") || fs::exists(folder / "auth_config.json");
  const fs::path kubeconfigs = (is_config ? folder / ".." : folder) / "kubeconfigs";
  if (fs::is_directory(kubeconfigs)) {
    take(importer_.folder(kubeconfigs, actor, audit()));
    found = true;
  }
  const auto say = [&](const char* code, const Json& words) { out << host_.say("en", code, words) << "\n"; };
  if (!found) say("import_no_clusters", {{"dir", folder.string()}});
  for (const Importer::Result& result : results) {
    Json words = {{"cluster", result.name}, {"source", result.source}, {"version", result.version}};
    if (result.state == Importer::Result::State::refused) words["why"] = host_.say("en", result.error->code(), result.error->args());
    say(result.state == Importer::Result::State::added   ? "import_cluster_added"
        : result.state == Importer::Result::State::known ? "import_cluster_known"
                                                         : "import_cluster_refused",
        words);
  }
  return 0;
}

void Commands::import_folder() {
  Actor actor = operator_actor("add_cluster");
  for (const Importer::Result& result : importer_.folder(text_member(host_.config(), "kubeconfig_dir"), actor, audit())) {
    if (result.state == Importer::Result::State::known) continue;
    if (result.state == Importer::Result::State::added)
      host_.log().info("a cluster was imported", {{"cluster", result.name}, {"version", result.version}});
    else
      host_.log().warn("a cluster was not imported", {{"cluster", result.name}, {"what", host_.say("en", result.error->code(), result.error->args())}});
  }
}

int Commands::remove(const Json& args, std::ostream&) {
  registry_.remove(text_member(args, "name"), operator_actor("delete_cluster"), audit());
  return 0;
}

AuditLog& Commands::audit() const {
  auto* const log = host_.want<AuditLog>();
  if (log == nullptr) throw Error("no_audit_log");
  return *log;
}

}  // namespace podload::cluster
