#include "plugin_host/library.hpp"

#define BOOST_DLL_USE_STD_FS 1
#include <boost/dll/shared_library.hpp>

#include "plugin_host/abi_of_library.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const Manifest& manifest, const std::string& what) {
  throw Error("bad_library", {{"plugin", manifest.name}, {"what", what}});
}

void check_abi(const Manifest& manifest, const std::string& abi) {
  static constexpr AbiRecord kOwn = abi_record();
  if (abi == kOwn.text) return;
  const AbiDifference difference = compare_abi(abi, kOwn.text);
  throw Error("bad_abi", {{"plugin", manifest.name}, {"has", difference.has}, {"needs", difference.needs}});
}

}  // namespace

void check_library(const Manifest& manifest) {
  const std::filesystem::path file = manifest.folder / "plugin.so";
  if (!std::filesystem::exists(file)) return;
  if (manifest.abi.empty()) refuse(manifest, "its plugin.yaml has no ABI record: podload_add_plugin adds it");
  check_abi(manifest, manifest.abi);
  if (const auto abi = abi_of_library(file)) check_abi(manifest, *abi);
}

PluginObject load_library(const Manifest& manifest) {
  const std::filesystem::path file = manifest.folder / "plugin.so";
  if (!std::filesystem::exists(file)) return nullptr;
  check_library(manifest);
  try {
    // On the heap and never freed: see library.hpp.
    auto* library = new boost::dll::shared_library(file, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    if (!library->has("podload_plugin_v1")) refuse(manifest, "plugin.so is not a plugin: it does not export podload_plugin_v1 (see PODLOAD_PLUGIN)");
    const auto& descriptor = library->get<const PluginDescriptor>("podload_plugin_v1");
    if (descriptor.magic != kPluginMagic || descriptor.size != sizeof(PluginDescriptor))
      refuse(manifest, "its descriptor has another format than this SDK's");
    check_abi(manifest, descriptor.abi);
    if (descriptor.name != manifest.name || descriptor.version != manifest.version)
      refuse(manifest, std::string("plugin.so is ") + descriptor.name + " " + descriptor.version + ", but plugin.yaml says " +
                           manifest.name + " " + manifest.version);
    return PluginObject(descriptor.create(), descriptor.destroy);
  } catch (const Error&) {
    throw;
  } catch (...) {  // from Boost.DLL or the plugin's constructor
    refuse(manifest, caught_text());
  }
}

}  // namespace podload
