#!/usr/bin/env python3
"""How long signed-in reads take while one address floods POST /api/login with bodies of 500 kB through the same
nginx, with its limits: p50 and p99 before and during the flood, in one run. Then the daemon's CPU time for one such
body that reaches it past nginx. Needs wrk (Debian's package); PODLOAD_BUILD_DIR names the build.

    tests/bench/flood.py [SECONDS]
"""
import os
import re
import subprocess
import sys
from pathlib import Path

from common import demonstration, wrk

from lib.podload import OverNginx, OverSocket
from lib.wait import wait_for

BODY = b"[" + b"{}," * 166_666 + b"{}]"
FLOOD = """
wrk.method = "POST"
wrk.body = "[" .. string.rep("{},", 166666) .. "{}]"
wrk.headers["Content-Type"] = "application/json"
"""
# 200 requests a second, which nginx's limits allow one user.
PACE = "function delay() return 5 end\n"


def reads(name, installation, folder, cookie, seconds):
    p50, p99, rate = wrk(f"{installation.url}/api/current-user", cookie, 1, seconds, "-s", folder / "pace.lua")
    print(f"{name}: {rate:.0f} signed-in reads a second, p50 {p50:.2f} ms, p99 {p99:.2f} ms", flush=True)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def flooded(installation, folder, cookie, seconds):
    log = installation.state / "log/nginx-access.log"
    flood = subprocess.Popen(["wrk", "-t1", "-c8", f"-d{seconds + 3}s", "-s", folder / "flood.lua", f"{installation.url}/api/login"],
                             text=True, stdout=subprocess.PIPE)
    wait_for(lambda: flood.poll() is not None or '"path":"/api/login",' in log.read_text()[-4000:], 10, "the flood in nginx's log")
    reads("flooded", installation, folder, cookie, seconds)
    text = flood.communicate()[0]
    print(f"the flood: {re.search(r'Requests/sec:.*', text)[0]}; {' '.join(re.findall(r'(?:Non-2xx|Socket errors).*', text))}")


def past_nginx(installation, count=20):
    pid = (installation.state / "run/podloadd.pid").read_text().strip()
    client, before = OverSocket(installation.state / "run/podload/podloadd.sock"), cpu_seconds(pid)
    for _ in range(count):
        reply = client.post("/api/login", BODY)
        assert reply.status in (413, 422, 429), reply
    print(f"past nginx: {(cpu_seconds(pid) - before) / count * 1000:.1f} ms of the daemon's CPU per body of {len(BODY)} bytes, answered {reply.status}")


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with demonstration() as (installation, folder):
        (folder / "pace.lua").write_text(PACE)
        (folder / "flood.lua").write_text(FLOOD)
        cookie = OverNginx(installation.url).login("admin", "admin123").cookie
        reads("quiet", installation, folder, cookie, seconds)
        flooded(installation, folder, cookie, seconds)
        past_nginx(installation)


if __name__ == "__main__":
    main()
