"""What the repository looks like: its folders, its headers, the length of files, and what never stands in it."""
import re

from repository import cpp_files, files, is_test, text, tracked, without_comments

TOP = {
    "CMakeLists.txt", "README.md", "README.zh-CN.md", "daemon", "plugins", "sql", "nginx", "www", "deploy", "tests",
    ".ci", ".clang-format", ".clang-tidy", ".gitignore", "CMakePresets.json", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
}
CODE = (".cpp", ".hpp", ".py", ".sh", ".ts", ".vue", ".mjs", ".css", ".sql", ".yaml", ".cmake", "CMakeLists.txt")
LONGEST = 400
# Files that may be longer, each with the reason. None is.
LONG = {}


def test_only_known_names_lie_at_the_top():
    assert {path.split("/")[0] for path in tracked()} <= TOP


def test_a_header_opens_with_what_it_is():
    """What it is, who owns it, which threads may call it, what it throws."""
    assert not [path for path in files("", (".hpp",)) if not text(path).startswith("// ") or "#pragma once" not in text(path)]


def scripts():
    """Programs without an ending to their name."""
    return [path for path in tracked() if "." not in path.split("/")[-1] and text(path).startswith("#!")]


def test_no_file_is_too_long():
    lengths = {path: text(path).count("\n") for path in files("", CODE) + scripts()}
    too_long = {path: lines for path, lines in lengths.items() if lines > LONGEST and path not in LONG}
    assert not too_long, f"past {LONGEST} lines, ask what else moved in: {too_long}"
    assert all(lengths[path] > LONGEST for path in LONG), "an exemption that nothing needs"


# Written so that this file does not find itself.
FOREIGN = [
    re.compile(r"/[w]ork/|/[h]ome/\w|/[U]sers/\w|/tmp/[b]rief"),  # paths of somebody's machine
    # Registries and mirrors; images that simulated Pods claim to run have Kubernetes' own name.
    re.compile(r"\b[r]egistry\.(?!k8s\.io/)[a-z0-9-]+\.[a-z]{2,}|[n]pmmirror|[a]rtifactory|[p]ypi\.org|[d]eb\.debian\.org|[p]roxy\.golang\.org"
               r"|[m]irrors?\.[a-z0-9-]+\.[a-z]{2,}|\b[d]ocker\.io\b|\b[g]hcr\.io\b|\b[q]uay\.io\b"),
    re.compile(r"BEGIN [A-Z ]*PRIVATE [K]EY-----\n?[A-Za-z0-9+/]{20}"),  # keys
]


def test_nothing_of_one_machine_stands_in_the_repository():
    assert not [(path, match[0]) for path in tracked() for pattern in FOREIGN for match in pattern.finditer(text(path))]


SLEEPS = {
    ".py": re.compile(r"\btime\.sleep\(|\bfrom time import .*\bsleep\b|\basyncio\.sleep\("),
    ".cpp": re.compile(r"\bsleep_(for|until)\(|\b(u|nano)?sleep\("),
    ".hpp": re.compile(r"\bsleep_(for|until)\(|\b(u|nano)?sleep\("),
    ".mjs": re.compile(r"\bsetTimeout\(|\bwaitForTimeout\("),
    ".ts": re.compile(r"\bsetTimeout\("),
    ".sh": re.compile(r"(^|[;&|]|\bdo|\bthen)\s*sleep\s+[\d$\"]", re.MULTILINE),
}
WAITING = "tests/lib/wait.py"
# A client of the simulated API server that stands alone; it asks until a condition is true.
MAY_SLEEP = {"tests/kubesim/sim_client.py"}


def test_tests_wait_for_conditions_and_do_not_sleep():
    for path in tracked():
        if not (path.startswith("tests/") or is_test(path) or path.endswith(".test.ts")) or path == WAITING:
            continue
        ending = ".sh" if path in scripts() and not text(path).startswith("#!/usr/bin/env python") else "." + path.split(".")[-1]
        pattern = SLEEPS.get(ending)
        source = text(path) if ending not in (".cpp", ".hpp") else without_comments(text(path))
        sleeps = bool(pattern and pattern.search(source))
        assert sleeps == (path in MAY_SLEEP), f"{path}: wait for a condition ({WAITING})" if sleeps else f"{path} needs no exemption"


def test_a_test_says_which_error_it_expects():
    """Any Error would do for CHECK_THROWS_AS(…, Error): code_of() of podload_testing/doubles.hpp gives its code."""
    for path in cpp_files():
        if is_test(path):
            assert not re.search(r"(CHECK|REQUIRE)_THROWS_AS\(.*, Error\)|_THROWS\(", text(path)), path


def test_no_work_is_left_behind_in_comments():
    mark = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
    assert not [path for path in files("", CODE) + scripts() if mark.search(text(path))]
