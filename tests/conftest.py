"""A real control plane and podload as deployed, made once for all tests of a run.

PODLOAD_BUILD_DIR names the build to install from (tests/run makes it). PODLOAD_TEST_PODS says how
many Pods the control plane holds (default 2,000).
"""
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lib.control_plane import ControlPlane, free_ports  # noqa: E402
from lib.kubelets import Kubelets, World  # noqa: E402
from lib.contract import Contract  # noqa: E402
from lib.podload import Client, Daemon, Installation, OverNginx  # noqa: E402

CLUSTER = "real"


@pytest.fixture(scope="session")
def folder():
    # Short, as sockets' paths have at most 107 bytes, and open to the services' users.
    made = Path(tempfile.mkdtemp(prefix="podload-", dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    if not os.environ.get("PODLOAD_KEEP"):
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def plane(folder):
    plane = ControlPlane(folder / "kube")
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def kubelets(plane):
    kubelets = Kubelets(plane.api)
    yield kubelets
    kubelets.stop()


@pytest.fixture(scope="session")
def world(plane, kubelets):
    return World(plane.api)


def events_fit(log):
    """What the plugins have emitted has the shapes that their plugin.yaml gives."""
    wrong = [line for line in log.splitlines() if "does not match its schema" in line]
    assert not wrong, wrong[:5]


@pytest.fixture(scope="session")
def installation(folder, plane):
    installation = Installation(folder / "state", free_ports(1)[0], {CLUSTER: plane.admin})
    Client.contract = Contract(OverNginx(installation.url).get("/api/openapi.json").json)
    yield installation
    Client.contract = None
    events_fit((installation.state / "log/podloadd.log").read_text())
    installation.down()


@pytest.fixture(scope="session")
def admin(installation):
    return installation.client()


@pytest.fixture(scope="session")
def daemons(installation):
    """Makes further daemons by name."""
    made = {}

    def make(name, **environment):
        if name not in made or made[name].process.poll() is not None:
            made[name] = Daemon(installation, name, **environment)
        return made[name]
    yield make
    for daemon in made.values():
        daemon.stop()
        events_fit(daemon.log())


@pytest.fixture
def space(world, request, numbers=itertools.count(1)):
    """A namespace of the test's own."""
    name = f"t{next(numbers)}"
    world.namespace(name)
    return name


@pytest.fixture(scope="session")
def kubesim(folder):
    """A simulated API server, for what needs a newer server or a fault on request."""
    from lib.kube_api import KubeApi
    from lib.wait import wait_for
    home = folder / "kubesim"
    home.mkdir()
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(["/usr/bin/python3", Path(__file__).resolve().parent / "kubesim/kubesim", home],
                                   stdout=log, stderr=log)
    wait_for(lambda: (home / "kubeconfig").exists(), 20, "kubesim")
    yield KubeApi(home / "kubeconfig")
    process.terminate()
    process.wait()
