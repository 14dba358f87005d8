#include "app/plugin_commands.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin_host/plugin_check.hpp"
#include "podload/error.hpp"
#include "podload/files.hpp"

namespace podload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 40;

/// "notes/api.yaml: operation notes.list has no x-permission …"
std::string line_of(const Faults::Fault& fault, const PluginCheck& check, const fs::path& folder,
                    const std::string& language) {
  Json args = fault.error.args();
  args.erase("plugin");  // the line begins with it
  const std::string parent = folder.parent_path().string() + "/";
  for (const char* place : {"file", "folder"})
    if (std::string text = text_member(args, place); text.starts_with(parent)) args[place] = text.substr(parent.size());
  const std::string said = check.catalog.words().say(language, fault.error.code(), args);
  return args.contains("file") ? said : check.plugin + "/" + fault.file + ": " + said;
}

Json contents_of(const PluginCheck& check) {
  const Manifest& manifest = check.catalog.manifest(check.plugin);
  const auto& operations = check.catalog.contract().operations();
  const auto& migrations = check.catalog.migrations();
  const auto own = [&](const auto& row) { return row.plugin == check.plugin; };
  return {{"plugin", manifest.name},
          {"version", manifest.version},
          {"operations", std::count_if(operations.begin(), operations.end(), own)},
          {"pages", check.catalog.pages(manifest.name).size()},
          {"texts", manifest.words.size()},
          {"migrations", std::count_if(migrations.begin(), migrations.end(), own)},
          {"events", manifest.emits.size()},
          {"commands", manifest.commands.size()},
          {"types", manifest.rows.value("workload_types", Json::array()).size()},
          {"library", fs::exists(manifest.folder / "plugin.so") ? "plugin.so" : "-"}};
}

void check_new_name(const std::string& name) {
  const auto refuse = [&](const std::string& what) {
    throw Error("bad_plugin_name", {{"name", name}, {"what", what}});
  };
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  if (name.empty() || name.size() > kLongestName || !is_letter(name.front()) || name.back() == '-' ||
      !std::all_of(name.begin(), name.end(), fits))
    refuse("");
  for (const char* taken : {"host", "podload", "owner", "public"})
    if (name == taken) refuse("podload or PostgreSQL has this one");
}

std::string camel_case(const std::string& name) {
  std::string made;
  bool begins = true;
  for (const char c : name) {
    if (c != '-') made += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '-';
  }
  return made;
}

std::string replaced(std::string text, std::string_view word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
  return text;
}

void write_new(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  if (!(stream << text << std::flush))
    throw fs::filesystem_error("cannot be written", file, std::make_error_code(std::errc::io_error));
}

}  // namespace

int check_plugin_folder(const fs::path& given, const HostSettings& settings, const std::string& language,
                        std::ostream& out) {
  std::error_code none;
  const fs::path folder = fs::canonical(given, none);
  if (none || !fs::is_directory(folder)) throw Error("no_such_folder", {{"folder", given.string()}});
  const PluginCheck check = check_plugin(folder, settings);
  for (const Faults::Fault& fault : check.faults) out << line_of(fault, check, folder, language) << "\n";
  const Words& words = check.catalog.words();
  if (check.faults.empty())
    out << words.say(language, "plugin_sound", contents_of(check)) << "\n";
  else
    out << words.say(language, "plugin_faulty", {{"plugin", check.plugin}, {"count", check.faults.size()}}) << "\n";
  return check.faults.empty() ? 0 : 1;
}

fs::path make_plugin_folder(const std::string& name, const fs::path& parent, const fs::path& share_dir) {
  check_new_name(name);
  const fs::path source = share_dir / "plugin-template", folder = parent / name;
  if (!fs::is_directory(parent)) throw Error("no_such_folder", {{"folder", parent.string()}});
  if (fs::exists(fs::symlink_status(folder))) throw Error("plugin_exists", {{"folder", folder.string()}});
  if (!fs::exists(source / "plugin.yaml")) throw Error("no_template", {{"folder", source.string()}});
  const std::vector<std::pair<std::string_view, std::string>> words{
      {"your-plugin", name}, {"your_plugin", replaced(name, "-", "_")}, {"YourPlugin", camel_case(name)}};
  // Whoever runs podloadd reads them; the process's umask is that of the daemon's secrets.
  const auto of_file = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read;
  const auto of_folder = of_file | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  for (const auto& entry : fs::recursive_directory_iterator(source, fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_regular_file()) continue;
    std::string text = read_file(entry.path());
    for (const auto& [word, by] : words) text = replaced(std::move(text), word, by);
    const fs::path file = folder / entry.path().lexically_relative(source);
    fs::create_directories(file.parent_path());
    write_new(file, text);
    fs::permissions(file, of_file);
    fs::permissions(file.parent_path(), of_folder);
  }
  return folder;
}

}  // namespace podload
