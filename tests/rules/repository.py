"""The files that git has of this repository, as the rules look at them."""
import functools
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/plugin.yaml"))


@functools.cache
def tracked():
    # The checkout may be another user's than who runs the tests.
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True)
    return [path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file()]


def files(under="", ends=("",)):
    """Tracked files below a folder whose names end in one of `ends`."""
    return [path for path in tracked() if path.startswith(under) and path.endswith(tuple(ends))]


@functools.cache
def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@functools.cache
def data(path):
    """A YAML file."""
    return yaml.safe_load(text(path))


def cpp_files(under=""):
    return files(under, (".cpp", ".hpp"))


def is_test(path):
    """Whether a C++ file is a test's own: x_test.cpp, or what a plugin's tests share."""
    return path.endswith("_test.cpp") or "_testing" in path or path.startswith(("tests/", "daemon/sdk/testing/"))


RAW = r'R"(?P<raw>\w*)\(.*?\)(?P=raw)"'
STRING = r'"(?:\\.|[^"\\\n])*"'
CHARACTER = r"'(?:\\.|[^'\\\n])'"
COMMENT = r"//[^\n]*|/\*.*?\*/"
TOKEN = re.compile(f"{RAW}|{STRING}|{CHARACTER}|{COMMENT}", re.DOTALL)


def without_comments(source):
    return TOKEN.sub(lambda found: "" if found[0].startswith("/") else found[0], source)


def strings(source):
    """The string literals of C++ without comments, their quotes taken off."""
    found = (match[0] for match in TOKEN.finditer(source))
    return [literal[literal.index('"') + 1:-1] for literal in found if literal.startswith(('"', "R"))]


def first_argument(source, start):
    """What stands between `start`, just behind an opening bracket, and the comma or bracket that ends it."""
    depth, at = 0, start
    while at < len(source):
        if literal := TOKEN.match(source, at):
            at = literal.end()
            continue
        if source[at] in "([{":
            depth += 1
        elif source[at] in ")]}" or (source[at] == "," and depth == 0):
            if depth == 0:
                break
            depth -= 1
        at += 1
    return source[start:at]


def cmake_commands(path):
    """(name, [words]) for every command of a CMakeLists.txt."""
    source = re.sub(r"#[^\n]*", "", text(path))
    return [(name.lower(), words.split()) for name, words in re.findall(r"(\w+)\s*\(((?:[^()]|\([^()]*\))*)\)", source)]
