#include "conformance/scratch_installation.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "podload/ids.hpp"

namespace podload::conformance {
namespace fs = std::filesystem;

namespace {

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "podload-conformance.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw fs::filesystem_error("mkdtemp", name, std::error_code(errno, std::generic_category()));
  return name;
}

Manifest manifest_in(const fs::path& plugin) {
  const fs::path folder = fs::canonical(plugin);
  return read_manifest(folder.parent_path(), folder.filename().string());
}

}  // namespace

ScratchInstallation::ScratchInstallation(const fs::path& plugin, const fs::path& prefix)
    : prefix_(fs::canonical(prefix)), folder_(make_folder()), manifest_(manifest_in(plugin)) {
  fs::create_directories(folder_ / "plugins");
  fs::create_directories(folder_ / "share");
  fs::create_symlink(prefix_ / "share/podload/host", folder_ / "share/host");
  std::ofstream(folder_ / "key") << random_bytes(32);
  fs::permissions(folder_ / "key", fs::perms::owner_read);
  add(manifest_);
}

ScratchInstallation::~ScratchInstallation() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void ScratchInstallation::add(const Manifest& manifest) {
  if (std::find(plugins_.begin(), plugins_.end(), manifest.name) != plugins_.end()) return;
  plugins_.push_back(manifest.name);
  fs::copy(manifest.folder, folder_ / "plugins" / manifest.name, fs::copy_options::recursive);  // the host would refuse a link
  std::vector<std::string> others = manifest.wants;
  for (const auto& [name, version] : manifest.needs) others.push_back(name);
  for (const std::string& name : others) {
    const fs::path other = prefix_ / "lib/podload/plugins" / name;
    if (fs::exists(other)) add(manifest_in(other));
  }
}

HostSettings ScratchInstallation::settings(const Json& section) const {
  HostSettings settings;
  settings.plugins = plugins_;
  settings.plugin_dir = folder_ / "plugins";
  settings.share_dir = folder_ / "share";
  settings.key_file = folder_ / "key";
  settings.sections[manifest_.name] = section;
  settings.environment = [](const std::string&) { return std::optional<std::string>(); };
  return settings;
}

}  // namespace podload::conformance
