"""Every file and folder that a page or a comment names exists."""
import ast
import functools
import re

import pytest

from repository import ROOT, TOKEN, files, text, tracked

TOP = ("daemon", "plugins", "sql", "nginx", "www", "deploy", "tests")
ENDINGS = "cpp|hpp|py|sql|ts|vue|mjs|md|css|sh|dict"
# In prose and comments: a file by its ending, a path from the top, or a decision by its number.
NAMED = re.compile(
    rf"(?<![\w/.@$*{{}}<>-])(?P<path>(?:[\w.*<>-]+/)*[\w*<>][\w.*<>-]*\.(?:{ENDINGS})\b(?![\w/-])"
    rf"|(?:{'|'.join(TOP)}|adr|docs)/[\w.*<>/-]*[\w*>/]|ADR \d{{4}})")
URL = re.compile(r"\b[a-z]+://\S+")
# What stands for a name of the reader's own.
PLACEHOLDER = re.compile(r"\b(?:NNNN_\w+|NAME|TARGET|x)(?=[._/]|_test\b|$)|<\w+>")
# Files that a test writes, each with the test.
WRITTEN = {"greeting.hpp": "tests/integration/sdk_test.py"}


@functools.cache
def names():
    return ["/" + path for path in tracked()]


@functools.cache
def exists(named):
    """As a path from the top, or from any folder: `http/path.cpp` is daemon/http/path.cpp. A folder needs no slash at its
    end, and a decision no more than its number."""
    if named.startswith("ADR "):
        named = "daemon/docs/adr/" + named[4:]
    pattern = "/" + re.escape(PLACEHOLDER.sub("*", named.rstrip("/."))).replace(r"\*", "[^/]*")
    pattern += "$" if re.search(rf"\.(?:{ENDINGS})$", named) else r"(?=[/.-]|$)"
    return any(re.search(pattern, path) for path in names())


def missing(path, prose):
    """What a text of the file names and is not there."""
    prose = URL.sub("", prose)
    for match in NAMED.finditer(prose):
        named = match["path"]
        if WRITTEN.get(named) != path and not exists(named):
            yield f"{path}: {named}"


def comments(path):
    """The comments of a source file as one text."""
    source = text(path)
    ending = path.rsplit(".", 1)[-1] if "." in path.split("/")[-1] else ""
    if ending in ("cpp", "hpp"):
        return "\n".join(found[0] for found in TOKEN.finditer(source) if found[0].startswith("/"))
    if ending in ("ts", "vue", "mjs", "css"):
        return "\n".join(re.findall(r"(?<![:\w])//[^\n]*|/\*.*?\*/|<!--.*?-->", source, re.DOTALL))
    if ending == "sql":
        return "\n".join(re.findall(r"--[^\n]*", source))
    hashes = "\n".join(re.findall(r"(?:^|(?<=\s))#[^\n]*", source))
    if ending == "py":
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))]
        return hashes + "\n" + "\n".join(ast.get_docstring(node) or "" for node in nodes)
    return hashes


def sources(*ends):
    """Source files, and programs and lists without an ending of their own."""
    plain = [path for path in tracked() if "." not in path.split("/")[-1] and text(path).startswith("#!")]
    return files("", ends) + (plain if ".sh" in ends else [])


def test_a_page_links_to_what_is_there():
    """Relative links."""
    wrong = []
    for path in files("", (".md",)):
        for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
            if URL.match(target) or target.startswith("mailto:"):
                continue
            there = (ROOT / path).parent / target.split("#")[0] if target.split("#")[0] else ROOT / path
            if not there.exists():
                wrong.append(f"{path}: {target}")
    assert not wrong


def test_a_page_names_what_is_there():
    wrong = []
    for path in files("", (".md",)):
        for code in re.findall(r"`([^`\n]+)`", text(path)):
            # Of a command its program; what begins with a slash or a dot is not a path here.
            wrong += missing(path, code.split(" ")[0] if not code.startswith("ADR ") else code)
        wrong += missing(path, " ".join(re.findall(r"ADR \d{4}", text(path))))
    assert not wrong


@pytest.mark.parametrize("ends", [(".py", ".sh"), (".sql",), (".ts", ".vue", ".mjs", ".css"), (".yaml", ".conf", ".in", ".cmake", ".txt"),
                                  (".cpp", ".hpp")], ids=lambda ends: ends[0])
def test_a_comment_names_what_is_there(ends):
    assert not [wrong for path in sources(*ends) for wrong in missing(path, comments(path))]


def test_a_build_names_the_sources_that_are_there():
    """Also where it is not configured every day, as for the fuzz targets."""
    wrong = []
    for path in sources(".txt", ".cmake"):
        code = re.sub(r"(?:^|(?<=\s))#[^\n]*", "", text(path))
        wrong += [f"{path}: {named}" for named in re.findall(r"(?<![\w/.@$*{}<>-])(?:[\w-]+/)+[\w-]+\.cpp\b", code) if not exists(named)]
    assert not wrong


def test_the_names_are_found():
    """The reading above would be no rule if it found nothing."""
    seen = [match["path"] for path in sources(".cpp", ".hpp") for match in NAMED.finditer(comments(path))]
    assert len(seen) > 12 and "daemon/docs/adr/0015" in seen
    assert exists("http/dispatcher.cpp") and exists("tests/run") and exists("sql/*/NNNN_name.sql") and exists("plugins/audit/")
    assert not exists("daemon/http/nothing.cpp") and not exists("ADR 9999") and not exists("plugins/nobody/")
