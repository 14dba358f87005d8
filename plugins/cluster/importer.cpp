#include "importer.hpp"

#include <algorithm>

#include "cluster_rules.hpp"
#include "kube/kubeconfig.hpp"
#include "kube/secret_tree.hpp"
#include "podload/error.hpp"
#include "podload/files.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"

namespace podload::cluster {
namespace {

namespace fs = std::filesystem;

/// Both "shop.yaml" and "shop" are the cluster shop.
std::string name_of(const fs::path& file) {
  for (const char* end : {".yaml", ".yml", ".conf", ".config", ".kubeconfig", ".json"})
    if (file.extension() == end) return file.stem().string();
  return file.filename().string();
}

/// An invalid name is not looked up, because the database does not accept every text.
bool could_be_name(const std::string& name) {
  try {
    check_name(name, {});
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Secret read_whole(const fs::path& file) {
  try {
    return Secret(read_file(file));
  } catch (const Error&) {
    throw Error("kubeconfig_unreadable", {{"file", file.string()}});
  }
}

Importer::Result Importer::add(ClusterRow row, const std::string& source, const std::function<Secret()>& kubeconfig,
                               const Actor& actor, AuditLog& audit) {
  Result result;
  result.name = row.name;
  result.source = source;
  Actor named = actor;
  named.entry.details["source"] = source;
  NewCluster cluster;
  cluster.row = std::move(row);
  cluster.row.any_address = true;
  cluster.stored = [&] { return stored_of_kubeconfig(host_.parse_yaml(kubeconfig().reveal())); };
  // A fault in one row is reported for it, and the next row is read.
  try {
    if (could_be_name(result.name) && registry_.ever_known(result.name)) {
      result.state = Result::State::known;
      return result;
    }
    result.version = registry_.add(std::move(cluster), named, audit).version;
  } catch (const Error& error) {
    result.state = Result::State::refused;
    result.error = error;
  } catch (const std::exception& error) {
    result.state = Result::State::refused;
    result.error = Error("import_row_failed", {{"what", clean_text(error.what(), 200)}});
  }
  return result;
}

std::vector<Importer::Result> Importer::folder(const fs::path& folder, const Actor& actor, AuditLog& audit) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code unreadable;  // a broken link is not a kubeconfig
    if (at->is_regular_file(unreadable) && !at->path().filename().string().starts_with('.')) files.push_back(at->path());
  }
  if (error) throw FileUnreadable(folder.string(), error.message());
  std::sort(files.begin(), files.end());
  std::vector<Result> results;
  for (const fs::path& file : files) {
    ClusterRow row;
    row.name = name_of(file);
    const auto written = fs::last_write_time(file, error);
    if (const auto before = refused_.find(file); before != refused_.end() && before->second == written) continue;
    results.push_back(add(std::move(row), file.filename().string(), [&] { return read_whole(file); }, actor, audit));
    if (results.back().state == Result::State::refused) refused_[file] = written;
  }
  return results;
}

std::vector<Importer::Result> Importer::configs(const fs::path& file, const Actor& actor, AuditLog& audit) {
  const auto refuse = [&](const std::string& what) { return Error("bad_import_file", {{"file", file.string()}, {"what", what}}); };
  SecretTree rows{Json()};
  try {
    *rows = parse_json(read_whole(file).reveal());
  } catch (const Error&) {
    throw refuse("it is not JSON");
  }
  if (!rows->is_array()) throw refuse("it is not a JSON list");
  std::vector<Result> results;
  for (Json& item : *rows) {
    ClusterRow row;
    row.name = clean_text(text_member(item, "name"), 128);
    row.display_name = clean_text(text_member(item, "display_name"), 127);
    results.push_back(add(
        std::move(row), file.filename().string(), [&] { return take_text(item, "kubeconfig_content"); }, actor, audit));
  }
  return results;
}

}  // namespace podload::cluster
