#!/usr/bin/env python3
"""The first look at a cluster: how long until podload is in step with it, beside curl fetching the same pages; its CPU and
peak memory beside `kubectl get pods -A -o json`; and the memory that a Pod takes. In one run on a real control plane, with
goals. PODLOAD_BUILD_DIR names the build.

    tests/bench/views.py [PODS [TURNS]]
"""
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from common import crowd, goal_row

from lib.event_stream import EventStream
from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

A_WORKLOAD = 50
PAGE = 500


def middle(values):
    return sorted(values)[len(values) // 2]


class Process:
    def __init__(self, pid):
        self.pid = pid

    def status(self, name):
        """In MB."""
        return int(re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())[1]) / 1024

    def cpu(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self):
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


def curl(plane):
    """Seconds that curl takes for all pages of Pods, compressed, on one connection."""
    server = f"https://{plane.api.server.hostname}:{plane.api.server.port}"
    keys = ["--cert", plane.pki / "admin.crt", "--key", plane.pki / "admin.key"]
    token, seconds = "", 0
    while True:
        done = subprocess.run(["curl", "-s", "-k", "--compressed", *keys, "-w", "\n%{time_appconnect} %{time_total}", f"{server}/api/v1/pods?pretty=false&limit={PAGE}{token}"],
                              check=True, capture_output=True).stdout
        connected, total = (float(one) for one in done[-60:].decode().split("\n")[-1].split())
        seconds += total - (connected if seconds else 0)  # further pages would come on the same connection
        found = re.search(r'"continue":"([^"]+)"', done[:2000].decode(errors="replace"))
        if not found:
            return seconds
        token = f"&continue={quote(found[1])}"


def kubectl(plane):
    """Seconds of CPU and MB at most of kubectl reading all Pods."""
    done = subprocess.run(["/usr/bin/env", "python3", "-c", KUBECTL, plane.assets / "kubectl", plane.admin], check=True, capture_output=True, text=True)
    cpu, memory = done.stdout.split()
    return float(cpu), float(memory) / 1024


KUBECTL = """
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--kubeconfig", sys.argv[2], "get", "pods", "-A", "-o", "json"], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def restart(installation):
    os.kill(int((installation.state / "run/podloadd.pid").read_text()), signal.SIGTERM)
    installation.up()


def first_look(client, space):
    """Seconds from the first request for a cluster's events until podload is in step with the cluster."""
    with EventStream(client, f"/api/real/events?namespace={space}") as stream:
        wait_for(lambda: any(event.data == {"live": True} for event in stream.named("state")), 60, "in step")
        return stream.named("state")[-1].at - stream.opened


def main():
    pods, turns = (int(one) for one in (sys.argv[1:] + ["5000", "5"][len(sys.argv) - 1:])[:2])
    with crowd(pods, A_WORKLOAD) as (plane, installation, spaces):
        took, cpu, peak, kept, by_curl, by_kubectl = [], [], [], [], [], []
        for _ in range(turns):
            restart(installation)
            client = OverNginx(installation.url)
            client.login("admin", PASSWORD)
            daemon = Process(int((installation.state / "run/podloadd.pid").read_text()))
            daemon.forget_peak()
            before, used = daemon.status("VmRSS"), daemon.cpu()
            took.append(first_look(client, spaces[0]))
            cpu.append(daemon.cpu() - used)
            peak.append(daemon.status("VmHWM") - before)
            kept.append(daemon.status("VmRSS") - before)
            by_curl.append(curl(plane))
            by_kubectl.append(kubectl(plane))
        print(f"{pods} Pods; the middle of {turns} turns, each on a daemon that has just started; nodes, Services and slices are read too")
        goal_row(f"in step after {middle(took) * 1000:.0f} ms", f"curl of the pages of Pods, {middle(by_curl) * 1000:.0f} ms", middle(took) / middle(by_curl), 1.2)
        seconds, memory = (middle([one[index] for one in by_kubectl]) for index in (0, 1))
        goal_row(f"the same, {middle(cpu):.2f} s of CPU", f"kubectl get pods -A -o json, {seconds:.2f} s", middle(cpu) / seconds, 0.3)
        goal_row(f"the same, at most {middle(peak):.1f} MB more", f"kubectl, {memory:.0f} MB", middle(peak) / memory, 0.3)
        goal_row(f"memory that stays, {middle(kept):.1f} MB", "Pods, in kB per Pod", middle(kept) * 1024 / pods, 1)


if __name__ == "__main__":
    main()
