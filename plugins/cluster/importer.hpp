// Registers clusters from files: a folder of kubeconfigs, a file a cluster, named after it; and the
// predecessor's cluster_configs.json. A name that was ever registered is left alone, so that a
// cluster deleted here does not come back, and everything can run twice. The operator's own word:
// addresses may be on loopback. Owned by the plugin; any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podload/error.hpp"
#include "podload/host.hpp"
#include "registry.hpp"

namespace podload::cluster {

class Importer {
 public:
  struct Result {
    enum class State { added, known, refused };
    std::string name, source;
    State state = State::added;
    std::string version;  ///< Of an added one.
    std::optional<Error> error;  ///< Of a refused one.
  };

  Importer(Host& host, Registry& registry) : host_(host), registry_(registry) {}

  /// Every file in the folder, those that begin with a dot left out, and those that were refused
  /// before and have not changed since. Throws Error{"file_unreadable"} where the folder cannot be read.
  std::vector<Result> folder(const std::filesystem::path& folder, const Actor& actor, AuditLog& audit);

  /// An array of {name, display_name, kubeconfig_content}. Throws Error{"bad_import_file"}.
  std::vector<Result> configs(const std::filesystem::path& file, const Actor& actor, AuditLog& audit);

 private:
  Result add(ClusterRow row, const std::string& source, const std::function<std::string()>& kubeconfig, const Actor& actor, AuditLog& audit);

  Host& host_;
  Registry& registry_;
  std::map<std::filesystem::path, std::filesystem::file_time_type> refused_;  ///< And when they had been written.
};

/// A whole file. Throws Error{"kubeconfig_unreadable"}.
std::string read_whole(const std::filesystem::path& file);

}  // namespace podload::cluster
