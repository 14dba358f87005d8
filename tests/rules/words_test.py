"""Every code that the program says has its words, in both languages, once."""
import re

from repository import cpp_files, data, files, first_argument, is_test, strings, text, without_comments

CODE = re.compile(r"^[a-z][a-z0-9_]+$")
ERROR = re.compile(r"(?<!public )\bError\b(?:\s+\w+)?\s*[({]")
# Errors that are told apart by type: the code stands behind the fault, or in the class.
TYPED = re.compile(r'\bFault::\w+,\s*"(\w+)"|\bDenied\("(\w+)"')
NOTICE = re.compile(r"(?:\b(?:refusals|warnings)\)?\.push_back\(\{|\bNotice\{)")
# Codes that stand in tables and switches, and in details: all of a match's groups are codes.
OTHERS = [
    re.compile(r'Fate::refused,\s*"(\w+)"'),
    re.compile(r'\{"code",\s*"(\w+)"\}'),
    re.compile(r'\["code"\] = ([^;]+);'),
    re.compile(r"\bcode_of\([^)]*\) \{(.*?)\n\}", re.DOTALL),
    re.compile(r'\bsay\([^,()]*(?:\([^()]*\))?[^,()]*,\s*("\w+")\s*[,)]'),
]
WORDS = files("", ("/words.yaml",))


def all_rows():
    return {code: row for path in WORDS for code, row in data(path).items()}


def codes_of(argument):
    """The codes that a first argument can be: "a", or `x ? "a" : "b"`, or text_member(json, "code", "a")."""
    literals = [literal for literal in strings(argument) if CODE.match(literal)]
    return literals[-1:] if "text_member(" in argument else literals


def errors_and_notices(path):
    """(code, is an error) for all that a file makes, and all that a header says it throws."""
    source = without_comments(text(path))
    for match in ERROR.finditer(source):
        yield from ((code, True) for code in codes_of(first_argument(source, match.end())))
    yield from ((match[1] or match[2], True) for match in TYPED.finditer(source))
    yield from ((code, True) for code in re.findall(r'//[^\n]*\bError\{"(\w+)"\}', text(path)))
    for match in NOTICE.finditer(source):
        # A refusal is thrown as an Error, a warning is only told.
        yield from ((code, "refusals.push_back" in match[0]) for code in codes_of(first_argument(source, match.end())))
    for pattern in OTHERS:
        for match in pattern.finditer(source):
            found = [match[1]] if CODE.match(match[1]) else strings(match[1])
            yield from ((code, False) for code in found if CODE.match(code))


def test_every_code_has_words():
    known, wrong = all_rows(), []
    for path in cpp_files():
        if is_test(path):
            continue
        for code, is_error in errors_and_notices(path):
            if code not in known:
                wrong.append(f"{path} says «{code}», which no words.yaml has")
            elif is_error and "status" not in known[code]:
                wrong.append(f"{path} throws «{code}», whose words have no status")
    assert not wrong


def test_the_codes_are_found():
    """The reading of C++ above would be no rule if it found nothing."""
    found = {code for path in cpp_files("plugins/pod-load/") if not is_test(path) for code, _ in errors_and_notices(path)}
    assert {"below_minimum", "budget_by_label", "operation_open", "cluster_forgotten", "pod_busy"} <= found


def test_both_languages_have_the_same_places():
    for path, code, row in ((path, code, row) for path in WORDS for code, row in data(path).items()):
        assert CODE.match(code), f"{path}: {code}"
        assert set(row) - {"status"} == {"en", "zh-CN"}, f"{path}: {code} has {sorted(row)}"
        places = [sorted(re.findall(r"\{(\w+)\}", row[language])) for language in ("en", "zh-CN")]
        assert places[0] == places[1], f"{path}: {code} has {places[0]} in en and {places[1]} in zh-CN"
        assert row["en"].strip() and row["zh-CN"].strip(), f"{path}: {code} says nothing"
        assert 400 <= row.get("status", 400) < 600, f"{path}: {code} has the status {row['status']}"


def test_no_two_words_files_share_a_code():
    seen = {}
    for path in WORDS:
        # A code that stands twice in one file would be read as the second of the two.
        for code in re.findall(r"^(\w+):", text(path), re.MULTILINE):
            assert code not in seen, f"{code} stands in {seen[code]} and in {path}"
            seen[code] = path


def test_every_outcome_of_an_operation_can_be_told():
    check = re.search(r"CHECK \(outcome IN \(([^)]*)\)", text("sql/pod-load/0001_operations.sql"))
    outcomes = re.findall(r"'(\w+)'", check[1])
    assert len(outcomes) == 10
    for outcome in outcomes:
        for prefix in ("became_", "outcome_"):
            assert prefix + outcome in all_rows(), prefix + outcome
