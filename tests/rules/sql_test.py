"""Where SQL may stand, and how migrations are numbered."""
import re

from repository import PLUGINS, cpp_files, data, files, is_test, strings, text, without_comments

# A plugin's SQL is at home in its *_store files.
HOMES = ("daemon/storage/", "daemon/sdk/")

STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE [\w.]+ SET|DELETE FROM|TRUNCATE|(CREATE|ALTER|DROP) (TABLE|SCHEMA|INDEX|ROLE))\b")
CALL = re.compile(r"\bpqxx::|\bquery\(tx\b|\.exec(_params|_prepared)?\(")


def is_home(path):
    return path.startswith(HOMES) or re.search(r"_store\.[ch]pp$", path) or is_test(path)


def test_sql_stands_in_stores_only():
    found = {}
    for path in cpp_files():
        if is_home(path):
            continue
        source = without_comments(text(path))
        here = [literal for literal in strings(source) if STATEMENT.search(literal)] + [match[0] for match in CALL.finditer(source)]
        if here:
            found[path] = here
    assert not found


def migrations():
    folders = {}
    for path in files("sql/"):
        folders.setdefault(path.split("/")[1], []).append(path)
    return folders


def test_migrations_are_numbered_without_gaps():
    for plugin, paths in migrations().items():
        names = sorted(path.removeprefix(f"sql/{plugin}/") for path in paths)
        for number, name in enumerate(names, 1):
            assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.sql", name), f"sql/{plugin}/{name}: {number:04d}_name.sql is next"


def test_each_plugin_has_a_schema_of_its_own():
    schemas = {"host": "podload", **{plugin: data(f"plugins/{plugin}/plugin.yaml").get("schema") for plugin in PLUGINS}}
    owning = {plugin: schema for plugin, schema in schemas.items() if schema}
    assert set(owning) == set(migrations())
    assert len(set(owning.values())) == len(owning), owning
    for plugin, schema in owning.items():
        for path in migrations()[plugin]:
            made = re.findall(r"CREATE (?:TABLE|FUNCTION) (\w+)\.", text(path))
            assert set(made) <= {schema}, f"{path} makes something outside its schema {schema}"
