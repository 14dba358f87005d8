"""The SDK's headers have a version: what changed has another one, so that no plugin is loaded by a podloadd
whose headers were not those that it was built with."""
import hashlib
import re
import subprocess

from repository import ROOT, files, text, without_comments

RECORD = "daemon/sdk/versions"
HEADERS = "daemon/sdk/include/"


def version():
    return re.search(r'^#define PODLOAD_SDK_VERSION "([\d.]+)"$', text(f"{HEADERS}podload/abi.hpp"), re.MULTILINE)[1]


def digest():
    """Of every public header, but for comments, blank lines and the version itself."""
    found = hashlib.sha256()
    for path in sorted(files(HEADERS, (".hpp",))):
        source = text(path).replace(f'PODLOAD_SDK_VERSION "{version()}"', "")
        lines = [line.rstrip() for line in without_comments(source).splitlines() if line.strip()]
        found.update("\n".join([path.removeprefix(HEADERS), *lines, ""]).encode())
    return found.hexdigest()


def recorded(record):
    return [tuple(line.split()) for line in record.splitlines() if line and not line.startswith("#")]


def before():
    """The record as the last commit has it; empty where there is none."""
    shown = subprocess.run(["git", "-c", "safe.directory=*", "-C", ROOT, "show", f"HEAD:{RECORD}"], capture_output=True, text=True, check=False)
    return recorded(shown.stdout)


def test_headers_that_changed_have_another_version():
    rows = recorded(text(RECORD))
    assert rows[-1] == (version(), digest()), (
        f"The SDK's headers are not those of version {rows[-1][0]}. Raise PODLOAD_SDK_VERSION in {HEADERS}podload/abi.hpp (the second "
        f"number; the first where plugins must be changed to compile) and add to {RECORD}, with that version:\n{version()} {digest()}")


def test_versions_rise_and_stay():
    rows = recorded(text(RECORD))
    numbers = [tuple(map(int, number.split("."))) for number, _ in rows]
    assert numbers == sorted(set(numbers)), f"{RECORD}: versions only rise, and stand once"
    old = before()
    assert rows[:len(old)] == old, f"{RECORD}: a version's headers never change; give what you changed a version of its own, at the end"
