#include "plugin_host/plugin_check.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "plugin_host/abi_of_library.hpp"
#include "plugin_host/declared_events.hpp"
#include "plugin_host/library.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

namespace fs = std::filesystem;

/// Whether only one of them can be configured: they have one name, or one place.
bool exclude_each_other(const Manifest& one, const Manifest& other) {
  return answers_to(one, other.name) || answers_to(other, one.name) ||
         (!one.replaces.empty() && one.replaces == other.replaces);
}

/// The installed plugins that may run beside `manifest`, by name. What is wrong with one of them is not said here.
std::vector<fs::path> others_than(const Manifest& manifest, const HostSettings& settings) {
  std::map<std::string, fs::path> found;
  for (const fs::path& dir : {settings.plugin_dir, settings.extra_plugin_dir}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(dir, none)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with('.') || !fs::exists(entry.path() / "plugin.yaml", none)) continue;
      Faults ignored;
      if (!exclude_each_other(manifest, read_manifest(dir, name, &ignored))) found.try_emplace(name, entry.path());
    }
  }
  std::vector<fs::path> folders;
  for (const auto& [name, folder] : found) folders.push_back(folder);
  return folders;
}

void check_start(const Catalog& catalog, const Manifest& manifest, Faults& faults) {
  DeclaredEvents events;
  events.declare(catalog.manifests(), &faults);
  faults.in(manifest.name, "plugin.yaml");
  const auto refuse = [&](const std::string& what) {
    faults.add(Error("bad_manifest", {{"plugin", manifest.name}, {"what", what}}));
  };
  for (const auto& [name, version] : manifest.needs)
    if (const std::string why = unmet_need(name, version, catalog.manifests()); !why.empty()) refuse(why);
  for (const std::string& why : events.missing(manifest)) refuse(why);
  const fs::path library = manifest.folder / "plugin.so";
  faults.in(manifest.name, "plugin.so");
  attempt(&faults, [&] { check_library(manifest); });
  if (fs::exists(library) && !abi_of_library(library))
    faults.add(Error("bad_library", {{"plugin", manifest.name},
                                     {"what", "it is no library with an ABI record (see PODLOAD_PLUGIN)"}}));
}

}  // namespace

PluginCheck check_plugin(const fs::path& given, const HostSettings& settings) {
  const fs::path folder = fs::weakly_canonical(given);
  const std::string name = folder.filename().string();
  Faults ignored, faults;
  PluginCheck check;
  check.plugin = name;
  std::vector<fs::path> folders = others_than(read_manifest(folder.parent_path(), name, &ignored), settings);
  folders.push_back(folder);  // the last: what it shares with another is its fault
  check.catalog.read_host(settings);
  check.catalog.read_plugins(folders, settings, &faults);
  check_start(check.catalog, check.catalog.manifest(name), faults);
  std::copy_if(faults.all().begin(), faults.all().end(), std::back_inserter(check.faults),
               [&](const Faults::Fault& fault) { return fault.plugin.empty() || fault.plugin == name; });
  return check;
}

}  // namespace podload
