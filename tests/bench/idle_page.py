#!/usr/bin/env python3
"""How many bytes an open page of 660 Pods receives in a minute in which nothing happens, in Chromium, on a real control plane.
PODLOAD_BUILD_DIR names the build.

    tests/bench/idle_page.py [PODS]
"""
import re
import sys
import tempfile
from pathlib import Path

from common import crowd, goal_row

from lib.console import Console
from lib.podload import PASSWORD

A_WORKLOAD = 33
GOAL = 10  # kB


def main():
    pods = int((sys.argv[1:] + ["2000"])[0])
    with crowd(pods, A_WORKLOAD) as (_, installation, spaces), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        shown = Console(Path(folder) / "e2e").visit("idle-page.mjs", installation.url, password=PASSWORD, PODLOAD_PATH=f"/c/real/ns/{spaces[0]}/pods")
    found = re.search(r"idle page: (\d+) bytes a minute in (\d+) requests", shown)
    goal_row(f"an idle page of {pods // 3} Pods, {found[1]} bytes a minute in {found[2]} requests", "in kB", int(found[1]) / 1000, GOAL)


if __name__ == "__main__":
    main()
