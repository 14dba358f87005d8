#!/usr/bin/env python3
"""What a signed-in request costs beside a hello that nobody signs in for, through the same nginx in one
run: p50 at one connection, rate at 32. And sign-ins a second. nginx's limits are lifted for it: they
would be what is measured. Needs wrk (Debian's package); PODLOAD_BUILD_DIR names the build.

    tests/bench/requests.py [SECONDS]
"""
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.control_plane import free_ports  # noqa: E402
from lib.podload import Installation, OverNginx  # noqa: E402
from lib.wait import wait_for  # noqa: E402


def lift_limits(installation):
    file = installation.state / "etc/nginx/limits.conf"
    master = (installation.state / "run/nginx.pid").read_text().strip()
    workers = lambda: set(subprocess.run(["pgrep", "-P", master], text=True, capture_output=True).stdout.split())
    before = workers()
    file.write_text(re.sub(r"rate=\d+r/s", "rate=1000000r/s", file.read_text()))
    subprocess.run(["nginx", "-p", f"{installation.state}/", "-c", installation.state / "etc/nginx/nginx.conf", "-s", "reload"],
                   check=True, capture_output=True)
    wait_for(lambda: workers() and not workers() & before, 20, "nginx's new workers")


def wrk(url, cookie, connections, seconds):
    """(p50 in ms, requests a second), all of them answered 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *(["-H", f"Cookie: {cookie}"] if cookie else []), url]
    text = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def sign_ins(url, people, seconds):
    done, end = [0] * people, time.monotonic() + seconds

    def sign_in(index):
        while time.monotonic() < end:
            OverNginx(url).login("user", "user123")
            done[index] += 1
    threads = [threading.Thread(target=sign_in, args=(index,)) for index in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    folder = Path(tempfile.mkdtemp(prefix="podload-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    installation = Installation(folder / "state", free_ports(1)[0])
    try:
        lift_limits(installation)
        cookie = OverNginx(installation.url).login("admin", "admin123").cookie
        hello, known = f"{installation.url}/healthz", f"{installation.url}/api/current-user"
        wrk(known, cookie, 4, 1)
        for turn in range(2):
            for connections in (1, 32):
                plain, signed = wrk(hello, "", connections, seconds), wrk(known, cookie, connections, seconds)
                print(f"turn {turn + 1}, {connections:2} connections: hello p50 {plain[0]:.3f} ms, {plain[1]:.0f}/s; "
                      f"signed in p50 {signed[0]:.3f} ms, {signed[1]:.0f}/s; ratio of p50 {signed[0] / plain[0]:.2f}, of rate {signed[1] / plain[1]:.2f}",
                      flush=True)
        print(f"sign-ins, 4 people at once: {sign_ins(installation.url, 4, seconds):.1f}/s")
    finally:
        installation.down()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
