#include "house/scratch_installation.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "podload/ids.hpp"

namespace podload::testing {
namespace fs = std::filesystem;

namespace {

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "podload-scratch.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw fs::filesystem_error("mkdtemp", name, std::error_code(errno, std::generic_category()));
  return name;
}

/// As an installation has it: what is built may be writable by a group, which the host refuses.
void keep_to_owner(const fs::path& folder) {
  const auto others = fs::perms::group_write | fs::perms::others_write;
  fs::permissions(folder, others, fs::perm_options::remove);
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    fs::permissions(entry.path(), others, fs::perm_options::remove);
}

}  // namespace

ScratchFolder::ScratchFolder() : path(make_folder()) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

ScratchInstallation::ScratchInstallation(const fs::path& plugin, const fs::path& prefix)
    : prefix_(fs::canonical(prefix)) {
  const fs::path& folder = folder_.path;
  fs::create_directories(folder / "plugins");
  keep_to_owner(folder / "plugins");
  fs::create_directories(folder / "share");
  for (const char* data : {"host", "sql"})
    fs::create_symlink(prefix_ / "share/podload" / data, folder / "share" / data);
  std::ofstream(folder / "key") << random_bytes(32);
  fs::permissions(folder / "key", fs::perms::owner_read);
  manifest_ = add(plugin);
}

Manifest ScratchInstallation::add(const fs::path& plugin) {
  const fs::path source = fs::canonical(plugin);
  const std::string name = source.filename().string();
  const fs::path copy = folder_.path / "plugins" / name;
  fs::copy(source, copy, fs::copy_options::recursive);  // the host would refuse a link
  keep_to_owner(copy);
  plugins_.push_back(name);
  return read_manifest(copy.parent_path(), name);
}

void ScratchInstallation::add_others_of(const Manifest& manifest) {
  std::vector<std::string> others = manifest.wants;
  for (const auto& [name, version] : manifest.needs) others.push_back(name);
  for (const std::string& name : others) {
    const fs::path other = prefix_ / "lib/podload/plugins" / name;
    if (std::find(plugins_.begin(), plugins_.end(), name) != plugins_.end() || !fs::exists(other)) continue;
    add_others_of(add(other));
  }
}

void ScratchInstallation::add_stand_in(const Json& plugin_yaml) {
  const std::string name = text_member(plugin_yaml, "name");
  const fs::path folder = folder_.path / "plugins" / name;
  fs::create_directory(folder);
  std::ofstream(folder / "plugin.yaml") << print_json(plugin_yaml);
  keep_to_owner(folder);
  plugins_.push_back(name);
}

HostSettings ScratchInstallation::settings(const Json& section) const {
  HostSettings settings;
  settings.plugins = plugins_;
  settings.plugin_dir = folder_.path / "plugins";
  settings.share_dir = folder_.path / "share";
  settings.key_file = folder_.path / "key";
  settings.sections[manifest_.name] = section;
  settings.environment = [](const std::string&) { return std::optional<std::string>(); };
  return settings;
}

}  // namespace podload::testing
