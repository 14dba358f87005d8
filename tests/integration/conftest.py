"""What the tests of the SDK and of workload types share."""
import pytest
from lib.console import Console
from lib.control_plane import serves_custom_objects
from lib.sdk import install


@pytest.fixture(scope="session")
def sdk(folder):
    """The SDK as it is installed; whoever adds a plugin makes a copy."""
    return install(folder / "sdk")


@pytest.fixture(scope="session")
def console(folder):
    return Console(folder / "console")


@pytest.fixture(scope="session")
def custom_objects(plane):
    if not serves_custom_objects():
        pytest.skip("this kube-apiserver ends at the first custom object: make one with tests/build-kube DIR, and KUBEBUILDER_ASSETS=DIR")
    return plane.api


@pytest.fixture(scope="session")
def unwell(folder):
    """podload on a simulated cluster of its own, in whose way tests put faults."""
    from lib.control_plane import free_ports
    from lib.podload import Installation
    installation = Installation(folder / "unwell", free_ports(1)[0])
    yield installation
    installation.down()
