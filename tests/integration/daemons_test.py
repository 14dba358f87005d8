"""deploy/up --daemons 2: the requests of a cluster go to one daemon, and to the other while that one does not run; nothing is
lost, and streams connect again."""
import os
import re
import signal

import pytest
from lib.control_plane import free_ports
from lib.event_stream import EventStream
from lib.metrics import series
from lib.podload import Installation
from lib.wait import wait_for

CLUSTERS = [f"c{number}" for number in range(8)]


@pytest.fixture(scope="module")
def two(folder, plane):
    installation = Installation(folder / "two", free_ports(1)[0], dict.fromkeys(CLUSTERS, plane.admin))
    installation.up("--daemons", "2")
    yield installation
    installation.down()


def pid(installation, name):
    return int((installation.state / f"run/{name}.pid").read_text())


def served_by(installation, client, space):
    """Which daemon answers for each cluster, by nginx's log."""
    marks = {}
    for cluster in CLUSTERS:
        reply = client.get(f"/api/{cluster}/{space}/pods")
        assert reply.status == 200, reply
        marks[reply.headers["x-request-id"]] = cluster
    log = installation.state / "log/nginx-access.log"

    def look():
        lines = [line for line in log.read_text().splitlines() if any(mark in line for mark in marks)]
        if len(lines) < len(marks):
            return None
        of = lambda line: next(cluster for mark, cluster in marks.items() if mark in line)
        return {of(line): re.search(r'"daemon":"[^"]*?(podloadd[^".]*)\.sock[^"]*"', line)[1] for line in lines}
    return wait_for(look, 10, "nginx's log")


def test_each_cluster_has_one_daemon(two, world, space):
    client = two.client()
    # Right after `up`, workers of nginx with the configuration before may still answer.
    wait_for(lambda: set(served_by(two, client, space).values()) == {"podloadd", "podloadd-2"}, 20, "both serve")
    first = wait_for(lambda: (one := served_by(two, client, space)) == served_by(two, client, space) and one, 20, "the same daemon twice")
    assert served_by(two, client, space) == first
    pids = [pid(two, name) for name in ("podloadd", "podloadd-2")]
    two.up()
    assert [pid(two, name) for name in ("podloadd", "podloadd-2")] == pids, "a second run keeps both"


def test_each_daemon_has_metrics_of_its_own(two):
    client = two.client()
    started = lambda query: series(client.get(f"/metrics{query}").text)["process_start_time_seconds"]
    assert started("") == started("?daemon=podloadd") == started("?daemon=unknown")
    assert started("?daemon=podloadd-2") != started("")
    assert started("?daemon=podloadd-2") == started("?daemon=podloadd-2")


def test_the_other_daemon_takes_the_clusters_of_one_that_was_killed(two, world, space):
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 4)]
    client = two.client()
    of = served_by(two, client, space)
    moved = next(cluster for cluster, daemon in of.items() if daemon == "podloadd-2")
    stays = next(cluster for cluster, daemon in of.items() if daemon == "podloadd")
    removed = client.remove(moved, space, pods[0], query="?wait=proof", reason="before")
    assert removed.status == 200, removed
    with EventStream(client, f"/api/{moved}/events?namespace={space}") as stream:
        stream.wait_for("reset")
        for name in ("podloadd-2-supervisor", "podloadd-2"):
            os.kill(pid(two, name), signal.SIGKILL)
        assert stream.ended.wait(5)
        last = stream.last_id
    for _ in range(20):
        for cluster in (moved, stays):
            assert client.get(f"/api/{cluster}/{space}/pods").status == 200
    row = next(row for row in client.get(f"/api/{moved}/{space}/pods").json if row["name"] == pods[0])
    assert row["removal"]["operation"] == removed.json["operation"]["id"]
    assert client.remove(moved, space, pods[1], query="?wait=proof", reason="after").status == 200
    with EventStream(client, f"/api/{moved}/events?namespace={space}", {"Last-Event-ID": last}) as stream:
        stream.wait_for("reset")
        assert client.restore(moved, space, pods[0], query="?wait=proof").status == 200
        stream.wait_for("operation", lambda event: event.data["pod"] == pods[0] and event.data["state"] == "settled")


def test_a_daemon_that_is_gone_comes_back_with_the_next_up_and_its_clusters_with_it(two, space):
    two.up()
    client = two.client()
    wait_for(lambda: set(served_by(two, client, space).values()) == {"podloadd", "podloadd-2"}, 20, "both serve")


def test_fewer_daemons(two, space):
    two.up("--daemons", "1")
    assert not (two.state / "run/podloadd-2.pid").exists()
    client = two.client()
    wait_for(lambda: set(served_by(two, client, space).values()) == {"podloadd"}, 20, "one serves")
    assert "--daemons 17" in two.up("--daemons", "17", check=False)
