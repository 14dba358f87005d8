"""What real clusters do to podload: an admission webhook on the real control plane, faults on the simulated one. Each
answer to a write is a row of the table that the run ends with."""
import pytest
from lib.admission import AdmissionWebhook

TABLE = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[TABLE] = []


@pytest.fixture(scope="session")
def table(request):
    """Rows (case, what was asked, what podload said, what the log says, seconds until it was settled)."""
    return request.config.stash[TABLE]


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash[TABLE]
    if rows:
        terminalreporter.section("answers to writes")
        head = ("the cluster", "asked", "podload said", "outcome", "the label", "settled after")
        widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
        for row in [head, *rows]:
            terminalreporter.write_line("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


@pytest.fixture(scope="session")
def webhook(plane, folder):
    hook = AdmissionWebhook(plane.api, folder / "hook")
    yield hook
    hook.stop()


@pytest.fixture(scope="session")
def simulated(installation, kubesim, folder):
    """The simulated cluster, registered as `sim`; its API for faults."""
    installation.command("cluster", "add", "sim", "--kubeconfig", folder / "kubesim/kubeconfig")
    return kubesim
