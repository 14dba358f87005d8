"""npm's packages: each is fixed by the SHA-512 of its tarball, comes from whatever registry is configured, and runs no script
while it is installed."""
import json
import re

import pytest

from repository import ROOT, text, tracked

LOCKS = ["tests/e2e/package-lock.json", "www/package-lock.json"]
SHA512 = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


def test_every_lock_file_is_looked_at():
    assert sorted(name for name in tracked() if name.endswith(("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"))) == LOCKS


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_its_sum_and_names_no_registry(lock):
    packages = json.loads(text(lock))["packages"]
    unsummed = [name for name, entry in packages.items() if name and not SHA512.fullmatch(entry.get("integrity", ""))]
    assert not unsummed, f"{lock}: without the SHA-512 of their tarballs: {unsummed}"
    placed = [name for name, entry in packages.items() if "resolved" in entry or "link" in entry]
    assert not placed, f"{lock}: these say where they come from: {placed}"
    assert "omit-lockfile-registry-resolved=true" in (ROOT / lock).with_name(".npmrc").read_text().splitlines()


def test_no_package_runs_a_script_while_it_is_installed():
    bare = re.compile(r"\bnpm[\"', ]+(ci|install|i)\b(?!.*--ignore-scripts)")
    found = [f"{name}:{number}" for name in tracked() if not name.endswith((".json", ".md5", "packages_test.py"))
             for number, line in enumerate(text(name).splitlines(), 1) if bare.search(line)]
    assert not found, f"npm without --ignore-scripts: {found}"
