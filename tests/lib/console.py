"""The console of an installation in Chromium: a file of tests/e2e/on-real at a time."""
import os
import shutil
import subprocess

from lib.podload import PASSWORD, REPOSITORY


class Console:
    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(REPOSITORY / "tests/e2e", folder, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run([REPOSITORY / "deploy/lib/npm", folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                       check=True, capture_output=True)

    def visit(self, file, url, user="admin", password=PASSWORD, **environment):
        done = subprocess.run(["node", "--test", f"on-real/{file}"], cwd=self.folder, text=True, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, "PODLOAD_URL": url, "PODLOAD_USER": user, "PODLOAD_PASSWORD": password, **environment})
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout
