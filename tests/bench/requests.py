#!/usr/bin/env python3
"""What a signed-in request costs beside a hello that nobody signs in for, through the same nginx in one
run: p50 at one connection, rate at 32. And sign-ins a second. nginx's limits are lifted for it: they
would be what is measured. Needs wrk (Debian's package); PODLOAD_BUILD_DIR names the build.

    tests/bench/requests.py [SECONDS]
"""
import sys
import threading
import time

from common import demonstration, lift_limits, wrk

from lib.podload import OverNginx


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
    with demonstration() as (installation, _):
        lift_limits(installation)
        cookie = OverNginx(installation.url).login("admin", "admin123").cookie
        hello, known = f"{installation.url}/healthz", f"{installation.url}/api/current-user"
        wrk(known, cookie, 4, 1)
        for turn in range(2):
            for connections in (1, 32):
                (plain, _, plain_rate), (signed, _, signed_rate) = (wrk(hello, "", connections, seconds), wrk(known, cookie, connections, seconds))
                print(f"turn {turn + 1}, {connections:2} connections: hello p50 {plain:.3f} ms, {plain_rate:.0f}/s; signed in p50 {signed:.3f} ms, "
                      f"{signed_rate:.0f}/s; ratio of p50 {signed / plain:.2f}, of rate {signed_rate / plain_rate:.2f}", flush=True)
        print(f"sign-ins, 4 people at once: {sign_ins(installation.url, 4, seconds):.1f}/s")


if __name__ == "__main__":
    main()
