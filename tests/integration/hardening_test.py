"""Every program and library that is installed is built and linked with the project's protections."""
import subprocess

import pytest


def readelf(file, *options):
    return subprocess.run(["readelf", "-W", *options, file], check=True, text=True, capture_output=True).stdout


def is_elf(file):
    with open(file, "rb") as opened:
        return opened.read(4) == b"\x7fELF"


@pytest.fixture(scope="module")
def elves(sdk):
    """Both components: the runtime's, and what plugins are built and tested with."""
    found = [path for path in sorted(sdk.rglob("*")) if path.is_file() and not path.is_symlink() and is_elf(path)]
    names = {path.name for path in found}
    assert {"podloadd", "libpodload.so", "plugin.so"} <= names and len(found) >= 8, found
    return found


def test_every_installed_file_is_protected(elves):
    wrong = []
    for file in elves:
        segments, dynamic, symbols = readelf(file, "-l"), readelf(file, "-d"), readelf(file, "--dyn-syms")
        stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
        checks = {
            "canaries": "__stack_chk_fail" in symbols,
            "read-only relocations": "GNU_RELRO" in segments,
            "all bound at the start": "BIND_NOW" in dynamic or "NOW" in dynamic.split("FLAGS_1", 1)[-1].split("\n", 1)[0],
            "no executable stack": " RWE " not in stack,
            "no text relocations": "TEXTREL" not in dynamic,
            "position independent": readelf(file, "-h").split("Type:", 1)[1].split()[0] == "DYN",
            "no search path outside": all(part.startswith("$ORIGIN") for line in dynamic.splitlines() if "RUNPATH" in line or "RPATH" in line
                                          for part in line.split("[", 1)[1].rstrip("]").split(":")),
        }
        wrong += [f"{file}: {name}" for name, fine in checks.items() if not fine]
    assert not wrong, "\n".join(wrong)


def test_checked_functions_and_the_librarys_assertions_are_used(elves):
    """Fortified calls leave __NAME_chk behind, and -D_GLIBCXX_ASSERTIONS its failing branch."""
    for file in elves:
        if file.name in ("podloadd", "libpodload.so"):
            symbols = readelf(file, "--dyn-syms")
            assert "_chk@" in symbols.replace("__stack_chk_fail", ""), f"{file} has no fortified call"
            assert "__glibcxx_assert_fail" in symbols, f"{file} is built without the library's assertions"
