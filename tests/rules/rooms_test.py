"""The rooms inside a plugin, circles anywhere, and decisions by an error's code."""
import graphlib
import posixpath
import re

from repository import ROOT, cpp_files, files, is_test, text, without_comments

# The folders of each plugin that has some, lowest first; "" is the plugin's own folder. A file includes its folder
# and those before it, except for those of APART.
ROOMS = {
    "audit": ["log", "chain", ""],
    "auth": ["grants", "users", "sessions", "sign_in", "tokens", "accounts", ""],
    "cluster": ["kube", ""],
    "pod-load": ["kube", "record", "workloads", "live", "removal", ""],
}
# A removal decides by what it reads live, never by what is kept in memory (ADR 0024), which only says what to read (0026).
APART = {("pod-load", "removal"): "live"}


def includes(path):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', text(path), re.MULTILINE)


def test_every_folder_of_a_plugin_is_a_room():
    found = {}
    for path in cpp_files("plugins/"):
        found.setdefault(path.split("/")[1], set()).add(posixpath.dirname(path.split("/", 2)[2]))
    assert {plugin: folders for plugin, folders in found.items() if folders != {""}} == {plugin: set(rooms) for plugin, rooms in ROOMS.items()}


def test_rooms_include_downwards_only():
    wrong = []
    for path in cpp_files("plugins/"):
        plugin, inner = path.split("/", 2)[1:]
        rooms = ROOMS.get(plugin, [""])
        room = posixpath.dirname(inner)
        allowed = [other for other in rooms[:rooms.index(room) + 1] if other != APART.get((plugin, room))]
        for name in includes(path):
            own = (ROOT / "plugins" / plugin / name).is_file()
            shared_test = is_test(path) and "_testing" in name
            if own and posixpath.dirname(name) not in allowed and not shared_test:
                wrong.append(f"{path} includes {name}")
    assert not wrong


def circle(graph):
    """Some circle of the graph, or nothing."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return None


def test_no_units_of_cpp_include_each_other_in_a_circle():
    """A unit is a header with its source."""
    unit = lambda path: re.sub(r"\.[ch]pp$", "", path)
    graph = {}
    for path in cpp_files():
        if is_test(path):
            continue
        home = "/".join(path.split("/")[:2]) if path.startswith("plugins/") else "daemon"
        edges = graph.setdefault(unit(path), set())
        for name in includes(path):
            found = next((folder for folder in (home, "daemon/sdk/include") if (ROOT / folder / name).is_file()), None)
            target = unit(f"{found}/{name}").replace("daemon/sdk/include/podload/", "daemon/sdk/src/") if found else None
            if found and target != unit(path).replace("daemon/sdk/include/podload/", "daemon/sdk/src/"):
                edges.add(target)
        if path.startswith("daemon/sdk/include/podload/"):
            graph.setdefault(unit(path).replace("daemon/sdk/include/podload/", "daemon/sdk/src/"), set()).update(graph.pop(unit(path)))
    assert circle(graph) is None


def test_no_modules_of_the_console_import_each_other_in_a_circle():
    """Types may: they are gone when it runs."""
    graph = {}
    modules = files("www/src/", (".ts", ".vue"))
    for path in modules:
        edges = graph.setdefault(path, set())
        source = re.sub(r"^import type .*$", "", text(path), flags=re.MULTILINE)
        for name in re.findall(r"""(?:^import [^'"]*?from |^import |^export [^'"]*?from )['"]([@.][^'"]+)['"]""", source, re.MULTILINE):
            base = "www/src/" + name[2:] if name.startswith("@/") else posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            target = next((base + end for end in ("", ".ts", ".vue", "/index.ts") if base + end in modules), None)
            if target:
                edges.add(target)
    assert circle(graph) is None


def test_nothing_is_decided_by_an_errors_code():
    """A code is for people and for callers; what must be told apart is an error of its own type."""
    pattern = re.compile(r'\bcode(\(\))?\s*[!=]=\s*"')
    assert [path for path in cpp_files() if not is_test(path) and not path.startswith("tests/") and pattern.search(without_comments(text(path)))] == []
