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
