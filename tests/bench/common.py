"""What the benches share: the demonstration on its own, a real cluster with many Pods, and wrk (Debian's package)."""
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.control_plane import ControlPlane, free_ports  # noqa: E402
from lib.kubelets import Kubelets, World  # noqa: E402
from lib.podload import Installation  # noqa: E402
from lib.wait import wait_for  # noqa: E402


@contextlib.contextmanager
def demonstration():
    """The installed demonstration and a folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="podload-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        installation = Installation(folder / "state", free_ports(1)[0])
        try:
            yield installation, folder
        finally:
            installation.down()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def crowd(pods, a_workload):
    """A real control plane with so many Pods in three namespaces, in Deployments web-00 and so on with a Service each; an
    installation with it as the cluster `real`; and the namespaces."""
    folder = Path(tempfile.mkdtemp(prefix="podload-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    plane = ControlPlane(folder / "kube")
    try:
        kubelets, world = Kubelets(plane.api), World(plane.api)
        spaces = [f"crowd-{index}" for index in range(3)]
        for space in spaces:
            world.namespace(space)
        count = max(1, pods // a_workload)
        for index in range(count):
            world.workload("Deployment", spaces[index % 3], f"web-{index:02}", a_workload)
            world.service(spaces[index % 3], f"web-{index:02}")
        for index in range(count):
            world.serving(spaces[index % 3], f"web-{index:02}", a_workload)
        installation = Installation(folder / "state", free_ports(1)[0], {"real": plane.admin})
        try:
            yield plane, installation, spaces
        finally:
            installation.down()
        kubelets.stop()
    finally:
        plane.stop()
        shutil.rmtree(folder, ignore_errors=True)


def goal_row(what, beside, ratio, goal, most=True):
    """A line of tests/bench/run's table; the goal is the most or the least that the ratio may be."""
    met = ratio <= goal if most else ratio >= goal
    print(f"{what:72} {beside:48} {ratio:8.2f}   goal {'<=' if most else '>='} {goal:<6} {'met' if met else 'MISSED'}", flush=True)


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def lift_limits(installation):
    """nginx's limits: they would be what is measured."""
    file = installation.state / "etc/nginx/limits.conf"
    master = (installation.state / "run/nginx.pid").read_text().strip()
    workers = lambda: set(subprocess.run(["pgrep", "-P", master], text=True, capture_output=True).stdout.split())
    before = workers()
    file.write_text(re.sub(r"(?m)^limit_conn podload_address \d+;", "limit_conn podload_address 60000;", re.sub(r"rate=\d+r/s", "rate=1000000r/s", file.read_text())))
    subprocess.run(["nginx", "-p", f"{installation.state}/", "-c", installation.state / "etc/nginx/nginx.conf", "-s", "reload"],
                   check=True, capture_output=True)
    wait_for(lambda: workers() and not workers() & before, 20, "nginx's new workers")


def wrk(url, cookie, connections, seconds, *options):
    """p50 and p99 in ms, and requests a second. Every reply must be 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *(["-H", f"Cookie: {cookie}"] if cookie else []), *options, url]
    text = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text

    def milliseconds(percent):
        value, unit = re.search(rf"\b{percent}%\s+([\d.]+)(us|ms|s)\b", text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return milliseconds(50), milliseconds(99), float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
