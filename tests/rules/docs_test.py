"""The documentation: each Chinese page keeps the form of its English original."""
import re

import pytest

from repository import PLUGINS, data, files, text

TRANSLATED = files("", (".zh-CN.md",))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def original_of(path):
    return path.replace(".zh-CN.md", ".md")


def prose(source):
    """A page without its fenced code blocks."""
    return FENCE.sub("", source)


def headings(source):
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(source), re.MULTILINE)]


def commands(source):
    """Each code block as its language and its lines, without comments: what follows `#`, or two spaces in a listing."""
    blocks = []
    for language, body in FENCE.findall(source):
        lines = [re.split(r"\s+#(?= )|(?<=\S)\s{2,}", line)[0] for line in body.splitlines() if not line.startswith("# ")]
        blocks.append((language, [line.rstrip() for line in lines]))
    return blocks


def tables(source):
    """(rows, columns) of each table."""
    found = []
    for table in re.findall(r"(?:^\|.*\n?)+", prose(source), re.MULTILINE):
        rows = table.strip().splitlines()
        found.append((len(rows), {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}))
    return found


def code_words(source):
    """What stands in backticks, in any order: names, options and paths are not translated."""
    return sorted(set(re.findall(r"`([^`\n]+)`", prose(source))))


def test_there_are_translations():
    assert {"README.zh-CN.md", "daemon/docs/operating.zh-CN.md"} <= set(TRANSLATED)


@pytest.mark.parametrize("path", TRANSLATED)
def test_a_translation_has_the_form_of_its_original(path):
    here, there = text(path), text(original_of(path))
    assert headings(here) == headings(there), "the levels of the headings, in order"
    assert tables(here) == tables(there), "the tables: rows, columns"
    for mine, its in zip(commands(here), commands(there)):
        assert mine == its
    assert len(commands(here)) == len(commands(there)), "the number of code blocks"
    assert code_words(here) == code_words(there), "what stands in backticks"


@pytest.mark.parametrize("path", TRANSLATED)
def test_a_translation_and_its_original_link_to_each_other(path):
    assert original_of(path).split("/")[-1] in LINK.findall(text(path))
    assert path.split("/")[-1] in LINK.findall(text(original_of(path)))


def test_the_reference_of_a_plugin_names_every_key():
    """daemon/docs/plugin.md has the keys of plugin.yaml, api.yaml and ui.json that the code reads, and no others."""
    page = text("daemon/docs/plugin.md")
    rows = set(re.findall(r"`([\w-]+)`", " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))))
    keys = set(re.findall(r'"([a-z_]+)"', re.search(r"kKeys\{([^}]*)\}", text("daemon/plugin_host/manifest.cpp"))[1]))
    declared = set(data("plugins/pod-load/plugin.yaml")["declares"])
    of_operations = set(re.findall(r'"(x-[a-z-]+)"', text("daemon/http/contract.cpp")))
    of_pages = set(re.findall(r'"([a-z_]+)"', re.search(r"Json page\(.*?known\(row, \{([^}]*)\}", text("daemon/plugin_host/pages.cpp"), re.DOTALL)[1]))
    events = {event["name"] for plugin in PLUGINS for event in data(f"plugins/{plugin}/plugin.yaml").get("emits", [])}
    told = set(re.findall(r"`(\w+\.\w+)`", page))
    assert (keys | declared | of_operations | of_pages) - rows == set()
    assert events - {"notify.due"} <= told
