#include "commands.hpp"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "kube/kubeconfig.hpp"
#include "podload/error.hpp"

namespace podload::cluster {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!(in && text << in.rdbuf())) throw Error("kubeconfig_unreadable", {{"file", file.string()}});
  return text.str();
}

Actor operator_actor(const char* action) {
  const passwd* const user = getpwuid(geteuid());
  Actor actor;
  actor.entry.action = action;
  actor.entry.username = "cli:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(geteuid()));
  actor.confirm = [](Transaction&, const std::string&) {};  // who can run this owns the installation
  return actor;
}

}  // namespace

int Commands::add(const Json& args, std::ostream& out) {
  const fs::path file = text_member(args, "kubeconfig");
  NewCluster cluster;
  cluster.row.name = text_member(args, "name");
  cluster.row.display_name = text_member(args, "display-name");
  cluster.row.simulated = args.value("simulated", false);
  cluster.row.any_address = true;
  cluster.kept = [&] {
    // As kubectl has it: paths are relative to the kubeconfig.
    const FileReader read = [&](const std::string& path) { return read_file(file.parent_path() / path); };
    return kept_of_kubeconfig(host_.parse_yaml(read_file(file)), text_member(args, "context"), read);
  };
  const std::string version = registry_.add(std::move(cluster), operator_actor("add_cluster"), audit());
  out << text_member(args, "name") << "\t" << version << "\n";
  return 0;
}

int Commands::list(std::ostream& out) {
  const auto clusters = directory_.all();
  const auto pulses = probe_.pulses(clusters);
  for (const Cluster& cluster : clusters) {
    std::string server = "?";
    try {
      server = directory_.http_client(cluster)->server();
    } catch (const Error& error) {
      host_.log().warn("a cluster cannot be used", {{"cluster", cluster.name}, {"what", error.what()}});
    }
    out << cluster.name << "\t" << server << "\t" << pulses.at(cluster.id).version << "\n";
  }
  return 0;
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
