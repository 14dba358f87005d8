"""What the benches share: the demonstration on its own, and wrk (Debian's package)."""
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.control_plane import free_ports  # noqa: E402
from lib.podload import Installation  # noqa: E402


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


def wrk(url, cookie, connections, seconds, *options):
    """p50 and p99 in ms, and requests a second. Every reply must be 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *(["-H", f"Cookie: {cookie}"] if cookie else []), *options, url]
    text = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text

    def milliseconds(percent):
        value, unit = re.search(rf"\b{percent}%\s+([\d.]+)(us|ms|s)\b", text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return milliseconds(50), milliseconds(99), float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
