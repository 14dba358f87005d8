"""The outcomes of an operation have one table, plugins/pod-load/record/outcome.cpp. All else that lists them agrees."""
import re

from repository import data, files, text

TABLE = {name: (tone, label) for _, name, tone, label in re.findall(
    r'OutcomeRow\{Outcome::(\w+), "(\w+)", Tone::(\w+), Label::(\w+)\}', text("plugins/pod-load/record/outcome.cpp"))}


def test_the_table_has_every_outcome_once_under_its_own_name():
    enum = re.search(r"enum class Outcome \{(.*?)\};", text("plugins/pod-load/record/outcome.hpp"), re.DOTALL)[1]
    rows = re.findall(r'OutcomeRow\{Outcome::(\w+), "(\w+)"', text("plugins/pod-load/record/outcome.cpp"))
    assert all(outcome == name for outcome, name in rows)
    assert sorted(name for _, name in rows) == sorted(re.findall(r"^\s+(\w+),?\s+///<", enum, re.MULTILINE))


def test_the_database_takes_these_and_no_others():
    migrations = [text(path) for path in sorted(files("sql/pod-load/", (".sql",)))]
    checks = [re.findall(r"'(\w+)'", names) for sql in migrations for names in re.findall(r"CHECK \(outcome IN \((.*?)\)\)", sql, re.DOTALL)]
    assert set(checks[-1]) == set(TABLE)


def test_the_api_names_these():
    schema = data("plugins/pod-load/api.yaml")["components"]["schemas"]["Operation"]["properties"]["outcome"]
    assert set(schema["enum"]) == {*TABLE, None}


def test_each_has_words():
    words = data("plugins/pod-load/words.yaml")
    assert {f"became_{name}" for name in TABLE} <= set(words)
    unworded = {name for name in TABLE if f"outcome_{name}" not in words}
    assert unworded == {"refused", "failed"}, "the audit plugin has these two for every action"


def test_the_console_shows_them_alike():
    rows = re.findall(r"^  (\w+): \{ tone: '(\w+)', asAsked: (true|false) \},$", text("www/src/operations/outcome.ts"), re.MULTILINE)
    assert {name: (tone, asked == "true") for name, tone, asked in rows} == \
        {name: (tone, label == "as_requested") for name, (tone, label) in TABLE.items()}
    for language in ("en", "zh"):
        operation = text(f"www/src/i18n/{language}.ts").split("\n  operation: {", 1)[1]
        words = re.search(r"\n    outcomes: \{(.*?)\n    \}", operation, re.DOTALL)[1]
        assert set(re.findall(r"^\s+(\w+):", words, re.MULTILINE)) == set(TABLE)
