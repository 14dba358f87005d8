"""The rights in a cluster are declared in each plugin.yaml; the operating guides list them all, and the code uses them."""
import re

import pytest

from repository import PLUGINS, cpp_files, data, is_test, text, without_comments

GUIDES = {"daemon/docs/operating.md": ("needed", {"yes": True, "no": False}),
          "daemon/docs/operating.zh-CN.md": ("必需", {"是": True, "否": False})}


def full_name(row):
    """As RBAC's messages name it: `deployments.apps`."""
    return row["resource"] + ("." + row["group"] if row.get("group") else "")


def declared():
    """(plugin, row) of every plugin."""
    return [(plugin, row) for plugin in PLUGINS for row in data(f"plugins/{plugin}/plugin.yaml").get("cluster_rights", [])]


def listed(path):
    """The rows of a guide's table: resource, verbs, plugin, needed, purpose."""
    column, needed = GUIDES[path]
    tables = re.findall(r"(?:^\|.*\n)+", text(path), re.MULTILINE)
    (table,) = [table for table in tables if re.match(r"(\|[^|]*){3}\| " + column + r" \|", table)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return [(resource.strip("`"), re.findall(r"`(\w+)`", verbs), plugin.strip("`"), needed[need], purpose) for resource, verbs, plugin, need, purpose in rows]


def in_order(rows):
    return sorted(rows, key=repr)


@pytest.mark.parametrize("path", GUIDES)
def test_the_guides_list_what_the_plugins_declare(path):
    there = [(full_name(row), row["verbs"], plugin, not row.get("optional", False)) for plugin, row in declared()]
    assert in_order(row[:4] for row in listed(path)) == in_order(there)


def test_the_guides_give_the_same_purposes():
    english, chinese = (listed(path) for path in GUIDES)
    assert in_order((*row[:3], row[4]) for row in english) == in_order((full_name(row), row["verbs"], plugin, row["for"]) for plugin, row in declared())
    translations = {}
    for (*mine, purpose), (*its, translated) in zip(english, chinese):
        assert mine == its, "both tables have the same order"
        assert translations.setdefault(purpose, translated) == translated, f"one translation for «{purpose}»"


def test_each_right_is_used_by_its_plugin():
    """A resource that no line of the plugin's code or workload types names needs no right."""
    for plugin, row in declared():
        source = "\n".join(without_comments(text(path)) for path in cpp_files(f"plugins/{plugin}/") if not is_test(path))
        types = data(f"plugins/{plugin}/plugin.yaml").get("workload_types", [])
        plurals = {kind["plural"] for one in types for kind in [one, *one.get("through", [])]}
        assert re.search(rf'[/"]{row["resource"]}["?/]', source) or row["resource"] in plurals, f"{plugin}: {full_name(row)}"


def test_each_kind_of_a_table_in_the_code_has_its_right():
    """The lists of objects, the lists that serve warnings, and the workload types of pod-load."""
    rights = {(plugin, full_name(row)) for plugin, row in declared()}
    objects = re.findall(r'"\w+", "\w+", "\w+", \{"([\w.]*)", \{[^}]*\}, "(\w+)"', text("plugins/objects/kinds.cpp"))
    assert len(objects) > 5
    warnings = re.findall(r'\{"([\w.]+)", \{"v[^}]*\}, "(\w+)"\}', text("plugins/pod-load/removal/warnings_reader.cpp"))
    assert len(warnings) == 3
    types = [kind for one in data("plugins/pod-load/plugin.yaml")["workload_types"] for kind in [one, *one.get("through", [])]]
    used = {("objects", full_name({"group": group, "resource": plural})) for group, plural in objects} - {("objects", "secrets")}  # see its README
    used |= {("pod-load", full_name({"group": group, "resource": plural})) for group, plural in warnings}
    used |= {("pod-load", full_name({"group": kind["group"], "resource": kind["plural"]})) for kind in types}
    assert used <= rights, f"these have no row under cluster_rights: {used - rights}"
