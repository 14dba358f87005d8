// That all that is wrong with a plugin is said at once, and nothing that is another's.
#include "plugin_host/plugin_check.hpp"

#include <catch2/catch.hpp>

#include "plugin_host/folders_testing.hpp"

using namespace podload;
using podload::testing::Folders;

namespace {

constexpr const char* kApi = "paths:\n  /api/notes:\n    get: {operationId: NAME.list, x-permission: read, responses: {}}\n";

/// The plugin `mine` under development beside the installed `notes`, both without faults.
struct Developer {
  Developer() {
    plugin("plugins", "notes", "emits: [{name: note.made, help: x}]\n");
    folders.write("plugins/notes/api.yaml", api_of("notes"));
    plugin("work", "mine", "");
  }
  static std::string api_of(const std::string& name) { return std::string(kApi).replace(std::string(kApi).find("NAME"), 4, name); }
  void plugin(const std::string& folder, const std::string& name, const std::string& more) const { folders.plugin(folder, name, more); }

  /// "plugin.yaml bad_manifest the fault\n…"
  std::string faults() const {
    std::string text;
    for (const Faults::Fault& fault : check_plugin(folders.path("work/mine"), folders.settings()).faults)
      text += fault.file + " " + fault.error.code() + " " + text_member(fault.error.args(), "what") + "\n";
    return text;
  }

  Folders folders;
};

}  // namespace

TEST_CASE("a plugin without faults has none") { CHECK(Developer().faults().empty()); }

TEST_CASE("the faults of all files are said at once, several of one file too") {
  const Developer developer;
  developer.plugin("work", "mine", "want: [auth]\nseconds: 0\nconfig: [{key: a, typ: string}, {key: b, type: number}]\nschema: mine\n");
  developer.folders.write("work/mine/api.yaml", "paths:\n  /api/mine/{x}:\n    get: {operationId: mine.list, responses: {}}\n    post: {operationId: mine.add, x-permission: write, responses: {}}\n");
  developer.folders.write("work/mine/words.yaml", "one: {en: One}\ntwo: {en: '{a}', zh-CN: '{b}'}\n");
  developer.folders.write("work/mine/ui.json", R"({"pages": [{"name": "P", "list": "mine.list"}, {"name": "p", "list": "mine.lists"}]})");
  developer.folders.write("work/mine/sql/1_first.sql", "SELECT 1");
  CHECK(developer.faults() ==
        "plugin.yaml bad_manifest seconds: must be a number from 1 to 3600\n"
        "plugin.yaml bad_manifest config: row `a`: `typ` is not known; did you mean `type`?\n"
        "plugin.yaml bad_manifest config: row `b`: the type is string, integer, boolean, list or map, not number\n"
        "plugin.yaml bad_manifest `want` is not known; did you mean `wants`?\n"
        "words.yaml bad_words `one` must have en and zh-CN\n"
        "words.yaml bad_words `two` has {a} in one language and not in the other\n"
        "api.yaml bad_api operation mine.list has no x-permission (public, signed-in, read, write or admin)\n"
        "api.yaml bad_api operation mine.add: a change must have x-change (its name in the audit log), a GET must not\n"
        "api.yaml bad_api mine.list: the path parameter {x} is not declared\n"
        "api.yaml bad_api mine.add: the path parameter {x} is not declared\n"
        "ui.json bad_page a page's name must consist of lowercase letters, digits and -\n"
        "ui.json bad_page the operation «mine.lists» is not in its api.yaml; did you mean `mine.list`?\n"
        "sql bad_migration its name is not NNNN_name.sql\n"
        "sql schema_without_sql \n");
}

TEST_CASE("a file that cannot be read hides nothing of the others") {
  const Developer developer;
  developer.folders.write("work/mine/plugin.yaml", "name: [mine\n");
  developer.folders.write("work/mine/words.yaml", "one: {en: One}\n");
  developer.folders.write("work/mine/ui.json", "{");
  const std::string faults = developer.faults();
  CHECK_THAT(faults, Catch::Contains("plugin.yaml bad_yaml_file") && Catch::Contains("words.yaml bad_words") && Catch::Contains("ui.json bad_page it is not JSON"));
}

TEST_CASE("what another plugin has already is a fault of the plugin under check; what is wrong with the other is not") {
  const Developer developer;
  developer.plugin("work", "mine", "emits: [{name: note.made, help: x}]\nneeds: {note: '>=1.0', notes: '>=2.0'}\nsubscribes: [note.maid]\n");
  developer.folders.write("work/mine/api.yaml", Developer::api_of("mine"));
  developer.plugin("extra", "broken", "sumary: x\n");
  CHECK(developer.faults() ==
        "api.yaml bad_api GET /api/notes belongs to the plugin notes already\n"
        "plugin.yaml bad_manifest the event note.made belongs to the plugin notes\n"
        "plugin.yaml bad_manifest it needs the plugin note, which is not configured; did you mean `notes`?\n"
        "plugin.yaml bad_manifest it needs notes >=2.0, but 1.0.0 is installed\n"
        "plugin.yaml bad_manifest it subscribes to note.maid, which no plugin here emits; did you mean note.made?\n");
}

TEST_CASE("the plugin that it replaces, those that replace the same or it, and an installed version of itself are not beside it") {
  const Developer developer;
  developer.plugin("work", "mine", "replaces: notes\n");
  developer.plugin("plugins", "mine", "");
  developer.folders.write("work/mine/api.yaml", Developer::api_of("mine"));
  CHECK(developer.faults().empty());
  developer.plugin("extra", "third", "replaces: mine\n");
  developer.plugin("extra", "fourth", "replaces: notes\n");
  for (const char* other : {"third", "fourth"}) developer.folders.write(std::string("extra/") + other + "/api.yaml", Developer::api_of(other));
  CHECK(developer.faults().empty());
}

TEST_CASE("plugins that need each other are a fault") {
  const Developer developer;
  developer.plugin("extra", "other", "wants: [mine]\n");
  developer.plugin("work", "mine", "wants: [other]\n");
  CHECK(developer.faults() == "plugin.yaml plugin_circle \n");
}

TEST_CASE("a library is checked by its record, without running it") {
  const Developer developer;
  developer.folders.write("work/mine/plugin.so", "no library");
  CHECK(developer.faults() ==
        "plugin.so bad_library its plugin.yaml has no ABI record: podload_add_plugin adds it\n"
        "plugin.so bad_library it is no library with an ABI record (see PODLOAD_PLUGIN)\n");
  developer.plugin("work", "mine", "abi: sdk=0.9\n");
  CHECK_THAT(developer.faults(), Catch::StartsWith("plugin.so bad_abi "));
}
