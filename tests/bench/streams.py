#!/usr/bin/env python3
"""How late a change shows in the streams of a namespace, after the API server's own watch event: with 100 streams and with
5,000, through nginx, on a real control plane, with goals; and the bytes that an idle stream takes. nginx's limits and the
daemon's number of streams per user are lifted for it. PODLOAD_BUILD_DIR names the build.

    tests/bench/streams.py [PODS [CHANGES]]
"""
import json
import multiprocessing
import resource
import selectors
import socket
import sys
import time

from common import crowd, goal_row, lift_limits, quantile

from lib.kube_api import KubeApi
from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

A_WORKLOAD = 50


def watch(kubeconfig, path, version, found):
    """Puts (mark, time) for each change that the API server's watch reports."""
    for event in KubeApi(kubeconfig).watch(path, version):
        mark = event["object"]["metadata"].get("labels", {}).get("bench")
        if mark:
            found.put((mark, time.monotonic()))


class Streams:
    """Many streams of one namespace in one thread."""

    def __init__(self, port, cookie, path, count):
        self.selector, self.bytes = selectors.EpollSelector(), 0
        self.sockets = []
        for _ in range(count):
            link = socket.create_connection(("127.0.0.1", port))
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
            link.setblocking(False)
            self.sockets.append(link)
            self.selector.register(link, selectors.EVENT_READ)
        self.until(b"event: reset", 60)

    def until(self, text, seconds):
        """When each stream has got the text."""
        waiting, times, deadline = set(self.sockets), [], time.monotonic() + seconds
        tails = dict.fromkeys(self.sockets, b"")
        while waiting:
            assert time.monotonic() < deadline, f"{len(waiting)} of {len(self.sockets)} streams have not got {text}"
            for key, _ in self.selector.select(1):
                piece = key.fileobj.recv(1 << 20)
                now = time.monotonic()
                assert piece, "a stream ended"
                self.bytes += len(piece)
                seen = tails[key.fileobj] + piece
                tails[key.fileobj] = seen[-100:]
                if text in seen and key.fileobj in waiting:
                    waiting.discard(key.fileobj)
                    times.append(now)
        return times

    def idle(self, seconds):
        """Bytes a minute of one stream."""
        self.bytes, deadline = 0, time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                self.bytes += len(key.fileobj.recv(1 << 20))
        return self.bytes / len(self.sockets) * 60 / seconds

    def close(self):
        for link in self.sockets:
            link.close()


def more_streams(installation):
    file = installation.state / "etc/podload.yaml"
    file.write_text(file.read_text() + "\nstreams_of_user: 100000\n")
    installation.up()


def main():
    pods, changes = (int(one) for one in (sys.argv[1:] + ["2000", "60"][len(sys.argv) - 1:])[:2])
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
    with crowd(pods, A_WORKLOAD) as (plane, installation, spaces):
        more_streams(installation)
        lift_limits(installation)
        client = OverNginx(installation.url)
        cookie = client.login("admin", PASSWORD).cookie
        space, api = spaces[0], plane.api
        wait_for(lambda: "x-podload-as-of" in client.get(f"/api/real/{space}/pods").headers, 60, "the list from memory")
        names = [pod["metadata"]["name"] for pod in api.pods(space, "web-00")]
        listed = f"/api/v1/namespaces/{space}/pods"
        found = multiprocessing.Queue()
        watcher = multiprocessing.Process(target=watch, args=(plane.admin, listed, api.get(f"{listed}?limit=1")["metadata"]["resourceVersion"], found), daemon=True)
        watcher.start()
        print(f"{pods} Pods, a third in the namespace; {changes} changes of a label each")
        for count, goal in ((100, 20), (5000, 150)):
            streams = Streams(installation.port, cookie, f"/api/real/events?namespace={space}", count)
            print(f"{count} streams: an idle one takes {streams.idle(30):.0f} bytes a minute", flush=True)
            late = []
            for turn in range(changes):
                mark = f"m{count}x{turn}"
                api.patch(f"{listed}/{names[turn % len(names)]}", {"metadata": {"labels": {"bench": mark}}})
                times = streams.until(json.dumps({"bench": mark})[1:-1].replace(" ", "").encode(), 20)
                seen = next(at for name, at in iter(lambda: found.get(timeout=20), None) if name == mark)
                late += [(at - seen) * 1000 for at in times]
            p50, p99 = quantile(late, .5), quantile(late, .99)
            goal_row(f"a change shows in {count} streams, p50 {p50:.1f} ms, max {max(late):.1f}, p99 in ms", "after the API server's own watch event", p99, goal)
            streams.close()
        watcher.terminate()


if __name__ == "__main__":
    main()
