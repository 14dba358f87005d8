#!/usr/bin/env python3
"""p50 and p99 of a removal through nginx, until it is acknowledged and until it is proven, beside the
same PATCH sent alone on a kept connection and beside `kubectl label`, in turns in one run on one
control plane. First as somebody who has looked at nothing, then as somebody who picks Pods from the page of their workload, so
that podload has the cluster in memory. Also what a person's read costs, beside a hello. PODLOAD_BUILD_DIR names the build.

    tests/bench/removal.py [PODS [TURNS]]
"""
import http.client
import json
import sys
import time

from common import crowd, goal_row, quantile

from lib.podload import PASSWORD
from lib.wait import wait_for

A_WORKLOAD = 33


class Kept:
    """One kept connection through nginx."""

    def __init__(self, port, password=PASSWORD):
        self.connection, self.cookie = http.client.HTTPConnection("127.0.0.1", port), ""
        self.ask("POST", "/api/login", {"username": "admin", "password": password})

    def ask(self, method, path, body=None):
        headers = {"Cookie": self.cookie, **({"Content-Type": "application/json"} if body else {})}
        began = time.perf_counter()
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        reply = self.connection.getresponse()
        text = reply.read()
        took = (time.perf_counter() - began) * 1000
        if reply.getheader("Set-Cookie"):
            self.cookie = reply.getheader("Set-Cookie").split(";")[0]
        assert reply.status == 200, text[:500]
        self.as_of = reply.getheader("X-Podload-As-Of")
        return took, json.loads(text)

    def from_memory(self, path):
        """Whether podload answers that list from memory."""
        self.ask("GET", path)
        return self.as_of is not None


def row(name, values):
    print(f"{name:58} p50 {quantile(values, .5):8.2f} ms   p99 {quantile(values, .99):8.2f} ms   n {len(values)}", flush=True)
    return quantile(values, .5), quantile(values, .99)


def main():
    pods, turns = (int(one) for one in (sys.argv[1:] + ["2000", "300"][len(sys.argv) - 1:])[:2])
    with crowd(pods, A_WORKLOAD) as (plane, installation, spaces):
        kept, space = Kept(installation.port), spaces[0]
        print(f"{pods // A_WORKLOAD * A_WORKLOAD} Pods; {turns} turns; each turn: the PATCH alone, kubectl, a removal and its restore, a removal proven and its restore")
        print("nobody has looked at the cluster:")
        changes(plane, kept, space, turns)
        workload = f"/api/real/{space}/deployment/web-00/pods"
        wait_for(lambda: kept.from_memory(workload), 30, "podload to be in step with the cluster")
        print("the page of the workload was opened first:")
        changes(plane, kept, space, turns)
        assert kept.from_memory(workload)
        reads(kept, space)


def changes(plane, kept, space, turns):
    names = [pod["metadata"]["name"] for pod in plane.api.pods(space, "web-00")]
    acknowledged, proven, inside, seen, alone, restored, by_hand = [], [], [], [], [], [], []
    for turn in range(turns):
        name = names[turn % len(names)]
        path = f"/api/v1/namespaces/{space}/pods/{name}"
        version = plane.api.get(path)["metadata"]
        began = time.perf_counter()
        plane.api.patch(path, {"metadata": {"uid": version["uid"], "resourceVersion": version["resourceVersion"],
                                            "labels": {"load": "done"}, "annotations": {"bench/turn": str(turn), "bench/value": "online"}}})
        alone.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        plane.kubectl("label", "--overwrite", "-n", space, "pod", name, "load=online")
        by_hand.append((time.perf_counter() - began) * 1000)
        where = f"/api/real/{space}/pods/{names[(turn + 7) % len(names)]}"
        took, reply = kept.ask("POST", where + "/remove-load", {"reason": "bench"})
        acknowledged.append(took)
        inside.append(reply["operation"]["applied_ms"])
        restored.append(kept.ask("POST", where + "/restore-traffic?wait=proof")[0])
        where = f"/api/real/{space}/pods/{names[(turn + 14) % len(names)]}"
        took, reply = kept.ask("POST", where + "/remove-load?wait=proof", {"reason": "bench"})
        assert reply["operation"]["outcome"] == "removed", reply
        proven.append(took)
        seen.append(reply["operation"]["services"][0]["proven_ms"])
        kept.ask("POST", where + "/restore-traffic?wait=proof")
    base = row("the same PATCH alone, kept connection", alone)
    row("kubectl label (no guard, no proof, no log)", by_hand)
    first = row("removal through nginx until acknowledged", acknowledged)
    row("  of it, in the daemon", inside)
    last = row("removal through nginx until proven and recorded", proven)
    row("  of it, from sending the PATCH until out of the slices", seen)
    row("restore through nginx until proven and recorded", restored)
    print(f"ratios to the PATCH alone: acknowledged p50 {first[0] / base[0]:.2f}, p99 {first[1] / base[1]:.2f}; "
          f"proven p50 {last[0] / base[0]:.2f}, p99 {last[1] / base[1]:.2f}")
    goal_row(f"removal until acknowledged, p50 {first[0]:.1f} ms", f"the same PATCH alone, {base[0]:.1f} ms", first[0] / base[0], 3)
    goal_row(f"removal, safe and proven, p50 {last[0]:.1f} ms", f"kubectl label alone, {quantile(by_hand, .5):.1f} ms", last[0] / quantile(by_hand, .5), 0.4)


def reads(kept, space):
    hello = [kept.ask("GET", "/healthz")[0] for _ in range(1000)]
    known = [kept.ask("GET", "/api/current-user")[0] for _ in range(1000)]
    plain, signed = row("hello through nginx (/healthz)", hello), row("who am I through nginx (/api/current-user)", known)
    print(f"ratio, p50: {signed[0] / plain[0]:.2f}")
    row("the Pods of a workload", [kept.ask("GET", f"/api/real/{space}/deployment/web-00/pods")[0] for _ in range(100)])
    row("the Pods of a namespace (a third of all)", [kept.ask("GET", f"/api/real/{space}/pods")[0] for _ in range(30)])


if __name__ == "__main__":
    main()
