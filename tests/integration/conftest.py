"""What the tests of the SDK and of workload types share."""
import pytest
from lib.console import Console
from lib.sdk import install


@pytest.fixture(scope="session")
def sdk(folder):
    """The SDK as it is installed; whoever adds a plugin makes a copy."""
    return install(folder / "sdk")


@pytest.fixture(scope="session")
def console(folder):
    return Console(folder / "console")


@pytest.fixture(scope="module")
def hostile_cluster(unwell, folder):
    """Makes a server in whose answers tests interfere, before `unwell`'s simulated one; a cluster of its name."""
    from lib.hostile_server import HostileServer
    from lib.kube_api import KubeApi
    made = {}

    def make(name):
        made[name] = HostileServer(folder / name, KubeApi(unwell.state / "kubesim/kubeconfig"))
        unwell.command("cluster", "add", name, "--kubeconfig", str(made[name].kubeconfig), "--simulated")
        return made[name]
    yield make
    for name, server in made.items():
        server.stop()
        unwell.command("cluster", "remove", name, check=False)


@pytest.fixture(scope="session")
def unwell(folder):
    """podload on a simulated cluster of its own, in whose way tests put faults."""
    from lib.control_plane import free_ports
    from lib.podload import Installation
    installation = Installation(folder / "unwell", free_ports(1)[0])
    yield installation
    installation.down()
