"""The SDK as it is installed, and plugins built with it as a stranger would: outside podload's own tree."""
import os
import shutil
import subprocess
from pathlib import Path

BUILD = Path(os.environ.get("PODLOAD_BUILD_DIR", "/nowhere"))
CACHE = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []


def run(*command, check=True, **options):
    # Scratch folders have another name each time; what is compiled in them is the same.
    cache = {"CCACHE_BASEDIR": "/var/tmp", "CCACHE_NOHASHDIR": "1"}
    done = subprocess.run([str(word) for word in command], text=True, env={**os.environ, **cache}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    assert not check or done.returncode == 0, f"{command}: {done.stdout[-4000:]}"
    return done


def install(prefix):
    """Both components. Some files are root's alone in a build; here podload's user reads them."""
    for component in ("runtime", "dev"):
        run("cmake", "--install", BUILD, "--prefix", prefix, "--component", component)
    run("chmod", "-R", "u=rwX,go=rX", prefix)
    return prefix


class Project:
    """A plugin's source folder, built against the SDK in `prefix`."""

    def __init__(self, source, prefix):
        self.source, self.prefix, self.build = Path(source), Path(prefix), Path(source) / "build"

    def write(self, files):
        for name, text in files.items():
            file = self.source / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return self

    def configure(self, *options, check=True):
        return run("cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                   f"-DCMAKE_PREFIX_PATH={self.prefix}", *CACHE, *options, check=check)

    def make(self, *targets, check=True):
        return run("cmake", "--build", self.build, *(["--target", *targets] if targets else []), check=check)

    def install(self, prefix):
        run("cmake", "--install", self.build, "--prefix", prefix)
        run("chmod", "-R", "u=rwX,go=rX", prefix)
