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


@pytest.fixture(scope="session")
def unwell(folder):
    """podload on a simulated cluster of its own, in whose way tests put faults."""
    from lib.control_plane import free_ports
    from lib.podload import Installation
    installation = Installation(folder / "unwell", free_ports(1)[0])
    yield installation
    installation.down()
