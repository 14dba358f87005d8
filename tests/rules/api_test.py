"""What api.yaml files declare: every operation its id, its permission, and its name in the log."""
from repository import PLUGINS, data, files

METHODS = {"get", "post", "put", "patch", "delete"}
PERMISSIONS = {"public", "signed-in", "read", "write", "admin"}


def operations():
    for path in files("", ("/api.yaml",)):
        for address, methods in (data(path).get("paths") or {}).items():
            for method, row in methods.items():
                yield path, address, method, row


def test_an_operation_says_what_it_needs():
    for path, address, method, row in operations():
        where = f"{path}: {method} {address}: "
        owner = "host" if path == "daemon/http/api.yaml" else path.split("/")[-2].replace("-", "_")
        assert method in METHODS, where
        assert row.get("operationId", "").startswith(f"{owner}."), f"{where}begin operationId with {owner}."
        assert row.get("x-permission") in PERMISSIONS, f"{where}x-permission"
        assert row.get("summary"), f"{where}summary"
        assert ("x-change" in row) == (method != "get"), f"{where}every change has an x-change, a GET has none"


def test_operation_ids_and_addresses_are_taken_once():
    rows = list(operations())
    ids = [row["operationId"] for *_, row in rows]
    # An example may take the place of a plugin, and then has its addresses.
    addresses = [(address, method) for path, address, method, _ in rows if not path.startswith("tests/")]
    assert len(set(ids)) == len(ids)
    assert len(set(addresses)) == len(addresses)


def test_schemas_have_no_pattern():
    """valijson matches with std::regex, which a long text can make end the process."""
    def has_pattern(value):
        if isinstance(value, dict):
            return isinstance(value.get("pattern"), str) or any(map(has_pattern, value.values()))
        return isinstance(value, list) and any(map(has_pattern, value))
    assert not [path for path in files("", ("/api.yaml",)) if has_pattern(data(path))]


def test_a_plugin_is_told_about():
    """A folder says what it is: a README, a summary, and a help text for each row of its configuration."""
    for plugin in PLUGINS:
        assert files(f"plugins/{plugin}/README.md"), f"plugins/{plugin}/README.md is missing"
        manifest = data(f"plugins/{plugin}/plugin.yaml")
        assert manifest["name"] == plugin and manifest["summary"], plugin
        for row in manifest.get("config", []) + manifest.get("commands", []):
            assert row.get("help"), f"plugins/{plugin}/plugin.yaml: {row.get('key') or row.get('name')} has no help"
