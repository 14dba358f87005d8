// Registers clusters from files: a folder with one kubeconfig per cluster, named after it; and the predecessor's
// cluster_configs.json. Skips names that were ever registered, so that a deleted cluster does not return and everything
// can run twice. It acts for the operator: addresses may be on loopback. Owned by the plugin; any thread.
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
    std::string version;  ///< If it was added.
    std::optional<Error> error;  ///< If it was refused.
  };

  Importer(Host& host, Registry& registry) : host_(host), registry_(registry) {}

  /// Imports every file in the folder, except files that begin with a dot, and refused files that have not changed
  /// since. Throws Error{"file_unreadable"} if the folder cannot be read.
  std::vector<Result> folder(const std::filesystem::path& folder, const Actor& actor, AuditLog& audit);

  /// An array of {name, display_name, kubeconfig_content}. Throws Error{"bad_import_file"}.
  std::vector<Result> configs(const std::filesystem::path& file, const Actor& actor, AuditLog& audit);

 private:
  Result add(ClusterRow row, const std::string& source, const std::function<Secret()>& kubeconfig, const Actor& actor,
             AuditLog& audit);

  Host& host_;
  Registry& registry_;
  std::map<std::filesystem::path, std::filesystem::file_time_type> refused_;  ///< With the times when they were last written.
};

/// Reads a whole file. Throws Error{"kubeconfig_unreadable"}.
Secret read_whole(const std::filesystem::path& file);

}  // namespace podload::cluster
