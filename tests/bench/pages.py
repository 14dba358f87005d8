#!/usr/bin/env python3
"""Pages of Pods beside nginx serving a file of the same bytes, beside a hello, and beside one GET straight from
the API server, in one run on a real control plane, with goals. nginx's limits are lifted for it. Needs wrk (Debian's
package); PODLOAD_BUILD_DIR names the build.

    tests/bench/pages.py [PODS [SECONDS]]
"""
import sys
import time

from common import crowd, goal_row, lift_limits, wrk

from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

A_WORKLOAD = 50


def straight(plane, space):
    """p50 in ms of the Pods of a workload, by label, from the API server."""
    times = []
    for _ in range(50):
        began = time.perf_counter()
        pods = plane.api.get(f"/api/v1/namespaces/{space}/pods?labelSelector=app%3Dweb-00")["items"]
        times.append((time.perf_counter() - began) * 1000)
        assert len(pods) == A_WORKLOAD
    return sorted(times)[len(times) // 2]


def main():
    pods, seconds = (int(one) for one in (sys.argv[1:] + ["5000", "5"][len(sys.argv) - 1:])[:2])
    with crowd(pods, A_WORKLOAD) as (plane, installation, spaces):
        lift_limits(installation)
        client = OverNginx(installation.url)
        cookie = client.login("admin", PASSWORD).cookie
        api = f"/api/real/{spaces[0]}/deployment/web-00/pods?running_time=false"
        wait_for(lambda: "x-podload-as-of" in client.get(api).headers, 60, "the page from memory")
        page = client.get(api)
        assert len(page.json) == A_WORKLOAD
        www = next((installation.state / "app").glob("**/www"))
        (www / "bench.json").write_text(page.text)
        file, hello, url = f"{installation.url}/bench.json", f"{installation.url}/healthz", installation.url + api
        wrk(url, cookie, 4, 1)
        static, (shown, tail, _) = wrk(file, "", 1, seconds)[0], wrk(url, cookie, 1, seconds)
        print(f"{pods} Pods; p50 of a static file of {len(page.text)} bytes {static:.3f} ms")
        goal_row(f"page of {A_WORKLOAD} Pods of a workload, p50 {shown:.3f} ms, p99 {tail:.2f}", "a static file of the same bytes", shown / static, 1.6)
        direct = straight(plane, spaces[0])
        goal_row("the same, p50", f"GET by label from the API server, {direct:.1f} ms", direct / shown, 20, most=False)
        plain, unchanged = wrk(hello, "", 1, seconds)[0], wrk(url, cookie, 1, seconds, "-H", f"If-None-Match: {page.headers['etag']}")[0]
        goal_row(f"the same, unchanged (ETag), p50 {unchanged:.3f} ms", f"hello, {plain:.3f} ms", unchanged / plain, 1.1)
        signed = wrk(f"{installation.url}/api/current-user", cookie, 1, seconds)[0]
        print(f"who am I (/api/current-user): p50 {signed:.3f} ms")
        everything = wrk(f"{installation.url}/api/real/{spaces[0]}/pods?running_time=false", cookie, 1, seconds)[0]
        print(f"page of the {pods // 3} Pods of a namespace: p50 {everything:.2f} ms")
        file_rate, rate = wrk(file, "", 32, seconds)[2], wrk(url, cookie, 32, seconds)[2]
        goal_row(f"page of {A_WORKLOAD} Pods, {rate:.0f} requests/s at 32 connections", f"the same file, {file_rate:.0f}/s", rate / file_rate, 0.6, most=False)


if __name__ == "__main__":
    main()
