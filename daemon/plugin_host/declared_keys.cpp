#include "plugin_host/declared_keys.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "http/schema.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const std::string& plugin, const std::string& what) {
  throw Error("bad_manifest", {{"plugin", plugin}, {"what", what}});
}

struct Declared {
  std::string plugin;
  std::unique_ptr<const Schema> row;
};
using Keys = std::map<std::string, Declared>;

void declare(Keys& keys, const Manifest& manifest, const std::string& key, const Json& schema) {
  if (std::find(host_keys().begin(), host_keys().end(), key) != host_keys().end()) refuse(manifest.name, "declares: the key " + key + " is the host's");
  if (const auto other = keys.find(key); other != keys.end()) refuse(manifest.name, "declares: the key " + key + " is declared by the plugin " + other->second.plugin);
  try {
    keys[key] = {manifest.name, std::make_unique<const Schema>(schema)};
  } catch (const Error& error) {
    refuse(manifest.name, "declares: the schema of " + key + ": " + text_member(error.args(), "what"));
  }
}

void check_rows(const Manifest& manifest, const std::string& key, const Schema& schema, Faults* faults) {
  const Json& rows = manifest.rows.at(key);
  if (!rows.is_array()) refuse(manifest.name, key + ": must be a list");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto problem = schema.problem_of(rows[i]))
      attempt(faults, [&] { refuse(manifest.name, key + ": row " + std::to_string(i + 1) + ": " + problem->where + ": " + problem->what); });
}

}  // namespace

void check_declared_keys(const std::vector<Manifest>& manifests, Faults* faults) {
  Keys keys;
  for (const Manifest& manifest : manifests) {
    checks_in(faults, manifest.name, "plugin.yaml");
    for (const auto& [key, schema] : manifest.declares.items())
      attempt(faults, [&, &key = key, &schema = schema] { declare(keys, manifest, key, schema); });
  }
  std::vector<std::string> known = host_keys();
  for (const auto& [name, declared] : keys) known.push_back(name);
  for (const Manifest& manifest : manifests) {
    checks_in(faults, manifest.name, "plugin.yaml");
    for (const std::string& key : manifest.other_keys)
      attempt(faults, [&] {
        const auto found = keys.find(key);
        if (found == keys.end()) refuse(manifest.name, "`" + key + "` is not known; did you mean `" + nearest(key, known) + "`?");
        check_rows(manifest, key, *found->second.row, faults);
      });
  }
}

}  // namespace podload
