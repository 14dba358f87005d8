"""What api.yaml files declare: every operation its id, its permission, and its name in the log."""
import pytest
from repository import PLUGINS, data, files

METHODS = {"get", "post", "put", "patch", "delete"}
PERMISSIONS = {"public", "signed-in", "read", "write", "admin"}


def operations():
    for path in files("", ("/api.yaml",)):
        for address, methods in (data(path).get("paths") or {}).items():
            for method, row in methods.items():
                yield pytest.param(path, address, method, row, id=f"{path}:{method} {address}")


@pytest.mark.parametrize("path, address, method, row", operations())
def test_an_operation_says_what_it_needs(path, address, method, row):
    assert method in METHODS
    owner = "host" if path.startswith("daemon/") else path.split("/")[1].replace("-", "_")
    assert row.get("operationId", "").startswith(f"{owner}."), f"operationId {row.get('operationId')}: begin it with {owner}."
    assert row.get("x-permission") in PERMISSIONS, "x-permission"
    assert row.get("summary"), "summary"
    assert ("x-change" in row) == (method != "get"), "x-change: every change has one, a GET has none"


def test_operation_ids_and_addresses_are_taken_once():
    rows = [one.values for one in operations()]
    ids = [row["operationId"] for *_, row in rows]
    addresses = [(address, method) for _, address, method, _ in rows]
    assert len(set(ids)) == len(ids)
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("path", files("", ("/api.yaml",)))
def test_schemas_have_no_pattern(path):
    """valijson matches with std::regex, which a long text can make end the process."""
    def has_pattern(value):
        if isinstance(value, dict):
            return isinstance(value.get("pattern"), str) or any(map(has_pattern, value.values()))
        return isinstance(value, list) and any(map(has_pattern, value))
    assert not has_pattern(data(path))


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_is_told_about(plugin):
    """A folder says what it is: a README, a summary, and a help text for each row of its configuration."""
    assert files(f"plugins/{plugin}/README.md"), f"plugins/{plugin}/README.md is missing"
    manifest = data(f"plugins/{plugin}/plugin.yaml")
    assert manifest["name"] == plugin and manifest["summary"]
    for row in manifest.get("config", []) + manifest.get("commands", []):
        assert row.get("help"), f"plugins/{plugin}/plugin.yaml: {row.get('key') or row.get('name')} has no help"
