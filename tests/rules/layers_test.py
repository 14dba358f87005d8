"""Who may include and link what: the layers, and one home for each third-party library."""
import re

from repository import ROOT, cmake_commands, cpp_files, files, is_test, text

# What each part of the daemon may include besides itself. sdk and base <- the middle ones, which never
# include each other <- plugin_host <- app, and for tests house <- conformance.
MIDDLE = {"config", "storage", "net", "http", "metrics"}
MAY_INCLUDE = {
    "sdk": set(),
    "base": {"sdk"},
    **{name: {"sdk", "base"} for name in MIDDLE},
    "plugin_host": {"sdk", "base", *MIDDLE},
    "app": {"sdk", "base", *MIDDLE, "plugin_host"},
    "house": {"sdk", "base", *MIDDLE, "plugin_host", "sdk/testing"},  # the host over one plugin, for tests
    "conformance": {"sdk", "base", *MIDDLE, "plugin_host", "house", "sdk/testing"},
    "sdk/testing": {"sdk", "net"},  # real servers and the real client, for tests
}

# The one home of each library, by how its includes begin and by its names in CMake. Two have two homes. libsodium: the
# SDK's encodings, digests and random bytes, and the passwords of auth. libcurl: the SDK's reading of URLs, so that plugins
# judge a URL as the library reads it that connects, and the connections in net.
HOMES = {
    "yaml-cpp/": "daemon/config/",
    "curl/": ("daemon/net/", "daemon/sdk/src/url.cpp"),
    "fcgi": "daemon/http/",
    "fastcgi.h": "daemon/http/",
    "libpq-fe": "daemon/storage/",
    "valijson/": "daemon/http/",
    "prometheus/": "daemon/metrics/",
    "boost/": "daemon/plugin_host/",
    "CLI/": "daemon/app/",
    "simdjson": "daemon/sdk/src/",
    "zlib": "daemon/sdk/src/",
    "sodium": ("daemon/sdk/src/", "plugins/auth/"),
}
# Values and connections that pass through the whole house; and OpenSSL, a toolbox rather than a
# framework: each part that needs a piece of it has its own small file for that.
EVERYWHERE = ("nlohmann/", "pqxx/", "openssl/")

LINKS = {
    "yaml-cpp": "daemon/config", "PkgConfig::CURL": ("daemon/net", "daemon/sdk"), "PkgConfig::LIBPQ": "daemon/storage",
    "${FCGI_LIBRARY}": "daemon/http", "${FCGI_INCLUDE}": "daemon/http", "${VALIJSON_INCLUDE}": "daemon/http", "Boost::headers": "daemon/plugin_host", "PkgConfig::PROMETHEUS": "daemon/metrics",
    "$<LINK_LIBRARY:WHOLE_ARCHIVE,podload_house>": "daemon/sdk/testing", "CLI11::CLI11": "daemon/app", "simdjson::simdjson": "daemon/sdk", "ZLIB::ZLIB": "daemon/sdk", "PkgConfig::SODIUM": ("daemon/sdk", "plugins/auth"),
}
LINKED_ANYWHERE = {"OpenSSL::Crypto", "OpenSSL::SSL", "nlohmann_json::nlohmann_json", "PkgConfig::PQXX", "Threads::Threads",
                   "${CMAKE_DL_LIBS}", "podload_flags", "podload_hardening", "Catch2::Catch2"}

STANDARD = re.compile(r"^[a-z_0-9]+$")
SYSTEM = re.compile(r"^((sys|netinet|arpa)/\w+|unistd|fcntl|signal|pthread|poll|dlfcn|netdb|pwd|grp|malloc|execinfo|link)\.h$")


# Plugins that are not part of the daemon: what `podloadd plugin new` copies.
TEMPLATES = "daemon/sdk/template/"


def all_includes(under=""):
    for path in cpp_files(under):
        for bracket, name in re.findall(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', text(path), re.MULTILINE):
            yield path, bracket, name


def part_of(path):
    """The part of the daemon that a file belongs to."""
    return "sdk/testing" if path.startswith("daemon/sdk/testing/") else path.split("/")[1]


def part_included(name):
    return {"podload": "sdk", "podload_testing": "sdk/testing"}.get(name.split("/")[0], name.split("/")[0])


def test_every_part_of_the_daemon_has_its_layer():
    assert {part_of(path) for path in cpp_files("daemon/")} <= set(MAY_INCLUDE)


def test_the_daemons_parts_include_downwards_only():
    wrong = []
    for path, bracket, name in all_includes("daemon/"):
        if path.startswith(TEMPLATES):
            continue
        part = part_of(path)
        allowed = MAY_INCLUDE[part] | {part} | ({"sdk/testing"} if is_test(path) else set())
        if bracket == '"' and part_included(name) not in allowed:
            wrong.append(f"{path} ({part}) includes {name}")
    assert not wrong


def test_a_plugin_includes_the_sdk_and_itself():
    wrong = []
    for path, bracket, name in [*all_includes("plugins/"), *all_includes(TEMPLATES)]:
        folder = (ROOT / path).parent if path.startswith(TEMPLATES) else ROOT / "plugins" / path.split("/")[1]
        sdk = (ROOT / "daemon/sdk/include" / name).is_file()
        testing = is_test(path) and (ROOT / "daemon/sdk/testing" / name).is_file()
        if bracket == '"' and (".." in name or not (sdk or testing or (folder / name).is_file())):
            wrong.append(f"{path} includes {name}, which is neither the SDK's nor its own")
    assert not wrong


def test_each_library_is_included_in_its_home_only():
    wrong = []
    for path, bracket, name in all_includes():
        if bracket != "<" or STANDARD.match(name) or SYSTEM.match(name) or name.startswith(EVERYWHERE):
            continue
        if name.startswith("catch2/"):
            if not is_test(path):
                wrong.append(f"{path} is no test and includes {name}")
            continue
        home = next((folder for begin, folder in HOMES.items() if name.startswith(begin)), None)
        if home and path.startswith("tests/fuzz/"):
            continue  # a fuzz target may hold our reading of a text against the library's
        if home is None or not path.startswith(home):
            wrong.append(f"{path} includes <{name}>, whose home is {home or 'not in HOMES yet'}")
    assert not wrong


def linked(path):
    """(part, what) for the libraries that a CMakeLists.txt names: the part is "daemon/net" or "plugins/auth"."""
    folder = "/".join(path.split("/")[:2]) if path.startswith("plugins/") else "daemon"
    targets = {"podload_sdk": "daemon/sdk", "podload_abi": "daemon/sdk", "podload_testing": "daemon/sdk/testing", "podloadd": "daemon/app",
               "podload_conformance": "daemon/conformance"}
    targets |= {f"podload_{name}": f"daemon/{name}" for name in MAY_INCLUDE if name not in ("sdk", "app", "conformance", "sdk/testing")}
    for command, words in cmake_commands(path):
        if command == "podload_layer":
            yield from ((f"daemon/{words[0]}", word) for word in words[1:])
        elif command in ("target_link_libraries", "target_include_directories") and words[0] in targets:
            keywords = {"PUBLIC", "PRIVATE", "INTERFACE", "SYSTEM"}
            found = [word for word in words[1:] if word not in keywords]
            if command == "target_include_directories":
                found = [word for word in found if word in LINKS]
            yield from ((targets[words[0]], word) for word in found)
        elif command == "podload_add_plugin" and "LIBRARIES" in words:
            after = words[words.index("LIBRARIES") + 1:]
            yield from ((folder, word) for word in after[:next((i for i, word in enumerate(after) if word == "TESTS"), None)])


def test_the_link_lines_agree():
    seen = set()
    for path in ["daemon/CMakeLists.txt", *files("plugins/", ("CMakeLists.txt",))]:
        for part, word in linked(path):
            if word in LINKED_ANYWHERE:
                continue
            if word.startswith("podload_"):
                layer, own = word.removeprefix("podload_"), part.removeprefix("daemon/")
                assert part.startswith("daemon/"), f"{path}: {part} links {word}; a plugin links the SDK alone"
                assert layer in MAY_INCLUDE[own] | {own}, f"{path}: {own} links {word}"
                continue
            home = LINKS.get(word, ())
            assert part in (home if isinstance(home, tuple) else (home,)), f"{path}: {part} links {word}, whose home is {home or 'not in LINKS'}"
            seen.add(word)
    assert seen == set(LINKS), f"no longer linked, or the reading of CMake broke: {set(LINKS) - seen}"


def test_the_daemon_builds_without_any_plugin():
    named = [word for _, words in cmake_commands("daemon/CMakeLists.txt") for word in words if "plugins/" in word and "CMAKE" not in word]
    assert named == []
