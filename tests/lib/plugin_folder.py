"""A folder of plugins that a test puts together, and what podloadd says to it."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import yaml

from .podload import REPOSITORY

BUILD = Path(os.environ.get("PODLOAD_BUILD_DIR", "."))


class Plugins:
    """A plugin_dir of a test's own."""

    def __init__(self, installation, folder, abi):
        self.installation, self.folder, self.abi = installation, folder, abi
        self.share = installation.state / "app/share/podload"
        self.www = self.share / "www"
        folder.mkdir(parents=True)

    def add(self, name, library=None, api=None, abi=None, version="1.0.0", sql=(), **manifest):
        """`sql`: the texts of its migrations."""
        made = self.folder / name
        made.mkdir()
        for number, statements in enumerate(sql, 1):
            self.migration(name, number, statements)
        rows = {"name": name, "version": version, "summary": "It misbehaves", **manifest, **({"abi": self.abi if abi is None else abi} if library else {})}
        (made / "plugin.yaml").write_text(yaml.safe_dump(rows))
        if api:
            (made / "api.yaml").write_text(yaml.safe_dump({"paths": api}))
        if library:
            shutil.copyfile(BUILD / f"{library}.so", made / "plugin.so")
        return made

    def migration(self, name, number, statements):
        file = self.folder / name / f"sql/{number:04d}_test.sql"
        file.parent.mkdir(exist_ok=True)
        file.write_text(statements)
        return file

    def example(self, name):
        """An example of tests/examples, as podload_add_plugin would lay it out."""
        made = shutil.copytree(REPOSITORY / "tests/examples" / name, self.folder / name, ignore=shutil.ignore_patterns("*.cpp", "*.hpp", "*.md", "CMakeLists.txt"))
        with open(made / "plugin.yaml", "a", encoding="utf-8") as manifest:
            manifest.write(f'abi: "{self.abi}"\n')
        shutil.copyfile(BUILD / f"examples/{name}.so", made / "plugin.so")
        return made

    def installed(self, *names):
        """Plugins of the installation itself."""
        for name in names:
            shutil.copytree(self.installation.state / "app/lib/podload/plugins" / name, self.folder / name)

    @property
    def environment(self):
        names = sorted(path.name for path in self.folder.iterdir())
        return {"PODLOAD_PLUGINS": json.dumps(names), "PODLOAD_PLUGIN_DIR": str(self.folder), "PODLOAD_SHARE_DIR": str(self.share)}

    def refused(self, *words, language="C", command="serve", **environment):
        """The daemon does not start, and says all of `words`."""
        done = subprocess.run(
            [self.installation.state / "app/bin/podloadd", "--config", self.installation.config, command], text=True, check=False,
            capture_output=True, timeout=20,
            env={**os.environ, "LC_ALL": language, "PODLOAD_LISTEN": str(self.folder / "sock"), **self.environment, **environment})
        assert done.returncode == 1, done
        for word in words:
            assert word in done.stderr, (word, done.stderr)
        return done.stderr
