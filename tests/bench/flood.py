#!/usr/bin/env python3
"""What a person who is signed in waits while one address floods POST /api/login with bodies of 500 kB, through
the same nginx, with its limits: p50 and p99 before and meanwhile, in one run; and what the daemon spends on one
such body that comes to it past nginx. Needs wrk (Debian's package); PODLOAD_BUILD_DIR names the build.

    tests/bench/flood.py [SECONDS]
"""
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.control_plane import free_ports  # noqa: E402
from lib.podload import Installation, OverNginx, OverSocket  # noqa: E402

BODY = b"[" + b"{}," * 166_666 + b"{}]"
LUA = """
wrk.method = "POST"
wrk.body = "[" .. string.rep("{},", 166666) .. "{}]"
wrk.headers["Content-Type"] = "application/json"
"""


def reads(port, cookie, seconds):
    """Milliseconds of each GET /api/current-user over one kept connection, 200 a second at most."""
    connection, times, end = http.client.HTTPConnection("127.0.0.1", port), [], time.monotonic() + seconds
    pace = threading.Event()
    while time.monotonic() < end:
        began = time.monotonic()
        connection.request("GET", "/api/current-user", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append((time.monotonic() - began) * 1000)
        pace.wait(max(0, 0.005 - (time.monotonic() - began)))
    return times


def told(name, times):
    cuts = statistics.quantiles(times, n=100)
    print(f"{name}: {len(times)} signed-in reads, p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms, most {max(times):.1f} ms", flush=True)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    folder = Path(tempfile.mkdtemp(prefix="podload-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    port = free_ports(1)[0]
    installation = Installation(folder / "state", port)
    try:
        cookie = OverNginx(installation.url).login("admin", "admin123").cookie
        reads(port, cookie, 1)
        told("quiet", reads(port, cookie, seconds))
        (folder / "flood.lua").write_text(LUA)
        # Bodies from another address than the person's.
        flood = subprocess.Popen(["wrk", "-t1", "-c8", f"-d{seconds + 1}s", "-s", folder / "flood.lua", f"{installation.url}/api/login"],
                                 text=True, stdout=subprocess.PIPE)
        told("flooded", reads(port, cookie, seconds))
        text = flood.communicate()[0]
        print(f"the flood: {re.search(r'Requests/sec:.*', text)[0]}; {' '.join(re.findall(r'(?:Non-2xx|Socket errors).*', text))}")
        pid = (installation.state / "run/podloadd.pid").read_text().strip()
        socket, before, count = OverSocket(installation.state / "run/podload/podloadd.sock"), cpu_seconds(pid), 20
        for _ in range(count):
            reply = socket.post("/api/login", BODY)
            assert reply.status in (413, 422, 429), reply
        print(f"past nginx: {(cpu_seconds(pid) - before) / count * 1000:.1f} ms of the daemon's CPU a body of {len(BODY)} bytes, answered {reply.status}")
    finally:
        installation.down()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
