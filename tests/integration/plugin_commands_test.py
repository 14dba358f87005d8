"""`podloadd plugin check` and `podloadd plugin new`: without a database, a daemon or a configuration file."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from lib.sdk import BUILD, Project, run

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(folder.name for folder in (REPOSITORY / "tests/examples").iterdir() if folder.is_dir())


def podloadd(*words, prefix=BUILD, language="C", **options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PODLOAD_")}
    return subprocess.run([prefix / "bin/podloadd", *words], text=True, capture_output=True, check=False,
                          env={**environment, "LC_ALL": language}, **options)


def checked(folder, **options):
    done = podloadd("plugin", "check", folder, **options)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", sorted(file.parent.name for file in (REPOSITORY / "plugins").glob("*/plugin.yaml")))
def test_the_plugins_that_podload_brings_are_right(name):
    code, said = checked(BUILD / "lib/podload/plugins" / name)
    assert code == 0 and said.startswith(f"{name} 1.0.0: nothing is wrong."), said


def as_built(name, folder):
    made = shutil.copytree(REPOSITORY / "tests/examples" / name, folder / name, ignore=shutil.ignore_patterns("*.cpp", "*.hpp", "*.md", "CMakeLists.txt"))
    abi = podloadd("version").stdout.splitlines()[1]
    with open(made / "plugin.yaml", "a", encoding="utf-8") as manifest:
        manifest.write(f'abi: "{abi}"\n')
    shutil.copyfile(BUILD / f"examples/{name}.so", made / "plugin.so")
    return made


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_right(tmp_path, name):
    code, said = checked(as_built(name, tmp_path))
    assert code == 0 and "library: plugin.so" in said, said


def test_what_a_right_plugin_has_is_said_in_the_terminals_language(tmp_path):
    made = as_built("notes", tmp_path)
    assert checked(made) == (0, "notes 1.0.0: nothing is wrong. Operations: 2; pages: 1; texts: 1; migrations: 1; events: 0; "
                                "commands: 0; workload types: 0; library: plugin.so.\n")
    assert checked(made, language="zh_CN.UTF-8")[1].startswith("notes 1.0.0：没有发现问题。接口：2；")


def edit(file, old, new):
    def change(made):
        text = (made / file).read_text()
        assert old in text, text
        (made / file).write_text(text.replace(old, new))
    return change


def write(file, text):
    return lambda made: (made / file).write_text(text)


def more(text):
    return lambda made: (made / "plugin.yaml").write_text((made / "plugin.yaml").read_text() + text)


# What an author does wrong, and the line that says so.
MISTAKES = {
    "a key of plugin.yaml": (edit("plugin.yaml", "wants:", "want:"), "notes/plugin.yaml: `want` is not known; did you mean `wants`?"),
    "a key of a configuration row": (edit("plugin.yaml", "minimum:", "minimun:"), "notes/plugin.yaml: config: row `longest`: `minimun` is not known; did you mean `minimum`?"),
    "a default out of bounds": (edit("plugin.yaml", "default: 500", "default: 0"), "notes/plugin.yaml: configuration: `notes.longest`: it is below 1"),
    "another name than the folder's": (edit("plugin.yaml", "name: notes", "name: note"), "notes/plugin.yaml: name: «note» must be the name of its folder"),
    "no version": (edit("plugin.yaml", "version: 1.0.0", "version: 1.0"), "notes/plugin.yaml: version: is missing; three numbers, such as 1.0.0"),
    "a value of another type": (more("essential: maybe\n"), "notes/plugin.yaml: essential: type must be boolean, but is string"),
    "an unknown need": (more('needs: {clusters: ">=1.0"}\n'), "notes/plugin.yaml: it needs the plugin clusters, which is not configured; did you mean `cluster`?"),
    "a newer need": (more('needs: {cluster: ">=3.0"}\n'), "notes/plugin.yaml: it needs cluster >=3.0, but 1.0.0 is installed"),
    "an unknown event": (more("subscribes: [operation.setled]\n"),
                         "notes/plugin.yaml: it subscribes to operation.setled, which no plugin here emits; did you mean operation.settled?"),
    "an event of another": (more("emits: [{name: cluster.added, help: x}]\n"), "notes/plugin.yaml: the event cluster.added belongs to the plugin cluster"),
    "data of an event that is no schema": (more("emits: [{name: note.made, help: x, data: {type: objekt}}]\n"), "notes/plugin.yaml: emits: the data of note.made: a schema: "),
    "a row of another's key": (more("checks: [{operation: stop, on_failure: warn, within_ms: 100, help: x}]\n"), "notes/plugin.yaml: checks: row 1: operation: "),
    "a workload type": (more("workload_types: [{kind: Fleet, plural: fleets, versions: [v1], desired: spec/size}]\n"),
                        "notes/plugin.yaml: workload type Fleet: `desired` must be a JSON pointer, which begins with /"),
    "a right in a cluster": (more("cluster_rights: [{resource: pods, verbs: [lst], for: x}]\n"),
                             "notes/plugin.yaml: cluster_rights: row 1 (pods): the verb `lst` is not one of get, list, watch"),
    "no permission": (edit("api.yaml", "      x-permission: read\n", ""), "notes/api.yaml: operation notes.list has no x-permission (public, signed-in, read, write or admin)"),
    "an unknown permission": (edit("api.yaml", "x-permission: read", "x-permission: reader"),
                              "notes/api.yaml: operation notes.list: x-permission is public, signed-in, read, write or admin, not reader"),
    "no name in the log": (edit("api.yaml", "      x-change: set_note\n", ""), "notes/api.yaml: operation notes.set: a change must have x-change"),
    "a key of an operation": (edit("api.yaml", "x-change: set_note", "x-change: set_note\n      x-body-limt: 1"),
                              "notes/api.yaml: notes.set: `x-body-limt` is not known; did you mean `x-body-limit`?"),
    "a path of another": (edit("api.yaml", "/api/{cluster}/{namespace}/notes:", "/api/{cluster}/namespaces:"), "notes/api.yaml: GET /api/{cluster}/namespaces belongs to the plugin cluster already"),
    "a parameter that is not declared": (edit("api.yaml", "- {name: pod,", "- {name: pods,"), "notes/api.yaml: notes.set: the path parameter {pod} is not declared"),
    "a broken file": (write("api.yaml", "paths: [\n"), "notes/api.yaml, line "),
    "no language": (write("words.yaml", "note_too_long: {status: 422, en: Too long}\n"), "notes/words.yaml: `note_too_long` must have en and zh-CN"),
    "another language": (edit("words.yaml", "zh-CN", "zh"), "notes/words.yaml: `note_too_long`: `zh` is not one of status, en and zh-CN"),
    "a place in one language": (edit("words.yaml", "最多 {longest}", "最多 {lngest}"), "notes/words.yaml: `note_too_long` has {lngest} in one language and not in the other"),
    "a code of another": (edit("words.yaml", "note_too_long", "forbidden"), "notes/words.yaml: `forbidden` is already defined in host/words.yaml"),
    "a status that is none": (edit("words.yaml", "422", "42"), "notes/words.yaml: `note_too_long`: status must be a number from 200 to 599"),
    "a page's operation": (edit("ui.json", '"notes.list"', '"notes.lst"'), "notes/ui.json: the operation «notes.lst» is not in its api.yaml; did you mean `notes.list`?"),
    "a key of a page": (edit("ui.json", '"columns"', '"colums"'), "notes/ui.json: `colums` is not known; did you mean `columns`?"),
    "no JSON": (write("ui.json", "{"), "notes/ui.json: it is not JSON"),
    "a migration's name": (lambda made: (made / "sql/0001_notes.sql").rename(made / "sql/1_notes.sql"), "notes/sql/1_notes.sql: its name is not NNNN_name.sql"),
    "a gap in the migrations": (write("sql/0003_more.sql", "SELECT 1;"), "notes/sql/0003_more.sql: its number is not the next one"),
    "a schema without SQL": (lambda made: shutil.rmtree(made / "sql"), "notes/sql: its plugin.yaml has a `schema`, but notes/sql has no migration"),
    "SQL without a schema": (edit("plugin.yaml", "schema: notes\n", ""), "notes/sql: notes/sql has migrations, but its plugin.yaml has no `schema`"),
    "a schema of another": (edit("plugin.yaml", "schema: notes", "schema: audit"), "notes/plugin.yaml: the schema audit belongs to the plugin audit"),
    "no ABI record": (edit("plugin.yaml", "abi:", "# abi:"), "notes/plugin.so: its plugin.yaml has no ABI record: podload_add_plugin adds it"),
    "an older SDK": (edit("plugin.yaml", "sdk=2.0", "sdk=1.4"), "notes/plugin.so: was built for another host: it has «sdk=1.4», this host has «sdk=2.0»"),
    "types of another layout": (lambda made: shutil.copyfile(BUILD / "bad_plugins/other_layout.so", made / "plugin.so"), "notes/plugin.so: was built for another host: it has «_GLIBCXX_DEBUG=1"),
    "no library": (write("plugin.so", "text"), "notes/plugin.so: it is no library with an ABI record (see PODLOAD_PLUGIN)"),
    "files that others may write": (lambda made: (made / "sql/0001_notes.sql").chmod(0o666), "notes/sql/0001_notes.sql may be written by others than its owner"),
    "files of another user": (lambda made: shutil.chown(made / "words.yaml", "nobody"), "notes/words.yaml belongs to another user"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(tmp_path, mistake):
    made = as_built("notes", tmp_path)
    change, line = MISTAKES[mistake]
    change(made)
    code, said = checked(made)
    assert code == 1 and any(printed.startswith(line) for printed in said.splitlines()), said


def test_all_mistakes_are_named_at_once(tmp_path):
    """Each on a line of its own, with the file."""
    together = ["a key of a configuration row", "an unknown event", "no permission", "no name in the log", "a place in one language", "a page's operation", "a gap in the migrations"]
    made = as_built("notes", tmp_path)
    for mistake in together:
        MISTAKES[mistake][0](made)
    code, said = checked(made)
    lines = said.splitlines()
    assert code == 1 and lines[-1] == f"notes: faults: {len(lines) - 1}"
    for mistake in together:
        assert [line for line in lines if line.startswith(MISTAKES[mistake][1])], f"{mistake}: {said}"
    assert len(lines) - 1 == len(together), said


def test_a_folder_that_is_none(tmp_path):
    done = podloadd("plugin", "check", tmp_path / "nothing")
    assert done.returncode == 1 and done.stderr == f"podloadd: {tmp_path}/nothing is not a folder\n"
    (tmp_path / "empty").mkdir()
    assert checked(tmp_path / "empty")[1].startswith("empty/plugin.yaml cannot be read")


# plugin new

def test_the_template_is_a_plugin_itself():
    code, said = checked(REPOSITORY / "daemon/sdk/template/your-plugin")
    assert code == 0, said


@pytest.fixture(scope="module")
def made(folder, sdk):
    """A plugin as it is written, built where only podload and its SDK are installed."""
    done = podloadd("plugin", "new", "on-call", "--in", folder, prefix=sdk)
    assert done.returncode == 0 and f"cmake -S {folder}/on-call -B {folder}/on-call/build -DCMAKE_PREFIX_PATH={sdk}" in done.stdout, done.stderr
    project = Project(folder / "on-call", sdk)
    project.configure()
    project.make()
    return project


def test_a_new_plugin_is_right_before_it_is_built(made, sdk):
    code, said = checked(made.source, prefix=sdk)
    assert code == 0 and "Operations: 2; pages: 1; texts: 1; migrations: 1;" in said and "library: -." in said, said
    assert {oct(file.stat().st_mode)[-3:] for file in [made.source, *made.source.glob("*.*"), *made.source.glob("sql*")]} == {"644", "755"}
    assert "your" not in "".join(file.read_text() for file in made.source.glob("*.*"))


def test_a_new_plugin_is_built_and_passes_its_tests(made, sdk):
    assert "All tests passed" in run(made.build / "on_call_test").stdout
    code, said = checked(made.build / "lib/podload/plugins/on-call", prefix=sdk)
    assert code == 0 and "library: plugin.so." in said, said


def test_a_new_plugin_conforms(made, sdk, installation):
    server = f"host={installation.state / 'run/postgres'} dbname=postgres user=postgres"
    tried = run("runuser", "-u", "podload-pg", "--", "env", f"PODLOAD_TEST_DATABASE={server}", sdk / "libexec/podload/podload-conformance",
                made.build / "lib/podload/plugins/on-call", check=False)
    assert tried.returncode == 0 and "FAILED" not in tried.stdout and "on_call.add refuses anonymous callers (401)" in tried.stdout, tried.stdout


def test_a_new_plugin_is_optimised_unless_told_otherwise(made):
    """As podload is: with no CMAKE_BUILD_TYPE, CMake would not optimise."""
    for option, flags in ((None, "-O2 -g"), ("-DCMAKE_BUILD_TYPE=Debug", "-g ")):
        build = made.source / f"build-{'default' if option is None else 'debug'}"
        run("cmake", "-S", made.source, "-B", build, "-G", "Ninja", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", f"-DCMAKE_PREFIX_PATH={made.prefix}", *([option] if option else []))
        commands = [row["command"] for row in yaml.safe_load((build / "compile_commands.json").read_text()) if row["file"].endswith("on-call/plugin.cpp")]
        assert commands and all(flags in command and ("-O2" in command) == (option is None) for command in commands), commands


@pytest.mark.parametrize("name", ["", "Notes", "1st", "on_call", "on/call", "../up", "-x", "x-", "host", "public", "x" * 41])
def test_a_name_that_no_plugin_can_have(tmp_path, name):
    done = podloadd("plugin", "new", "--in", tmp_path, "--", name)
    assert done.returncode == 1 and f"`{name}` cannot be a plugin's name" in done.stderr and not list(tmp_path.iterdir()), done.stderr


def test_a_new_plugin_overwrites_nothing(tmp_path):
    (tmp_path / "mine").mkdir()
    done = podloadd("plugin", "new", "mine", cwd=tmp_path)
    assert done.returncode == 1 and "./mine exists already" in done.stderr and not list((tmp_path / "mine").iterdir()), done.stderr
    done = podloadd("plugin", "new", "mine", "--in", tmp_path / "nowhere")
    assert done.returncode == 1 and "nowhere is not a folder" in done.stderr, done.stderr


# The SDK's component

def test_the_examples_and_the_documentation_are_installed(sdk, folder):
    for name in ("plugin.md", "workload-type.md", "api.md", "LICENSE"):
        assert (sdk / "share/doc/podload" / name).is_file(), name
    assert sorted(path.name for path in (sdk / "share/podload/examples").iterdir()) == EXAMPLES
    project = Project(folder / "examples/notes", sdk)
    shutil.copytree(sdk / "share/podload/examples/notes", project.source)
    project.configure()
    project.make("notes_plugin", "notes_data")
    assert checked(project.build / "lib/podload/plugins/notes", prefix=sdk)[0] == 0


def test_a_component_that_was_not_built_is_not_installed(tmp_path):
    """deploy/up's build has none; neither has one that is configured and not built."""
    for options, words in ((["-DPODLOAD_DEV=OFF"], "PODLOAD_DEV=OFF"), ([], "is not built: cmake --build BUILD")):
        build = tmp_path / f"build{len(options)}"
        run("cmake", "-S", REPOSITORY, "-B", build, "-G", "Ninja", "-DPODLOAD_TESTS=OFF", *options)
        done = run("cmake", "--install", build, "--prefix", tmp_path / "prefix", "--component", "dev", check=False)
        assert done.returncode != 0 and words in re.sub(r"\s+", " ", done.stdout), done.stdout
        assert not (tmp_path / "prefix").exists()
