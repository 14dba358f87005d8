"""A daemon that ends or sleeps in the middle of an operation: nothing that was acknowledged lacks its
rows, no label stays that the log does not explain, no second PATCH lands."""
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from lib.podload import Daemon
from lib.wait import wait_for

CLUSTER = "real"
REMOVAL = ["before_intent", "after_intent", "before_reads", "after_reads", "after_guards", "before_patch", "after_patch",
           "before_answer", "before_proof", "after_proof", "before_outcome", "after_outcome"]
UNSENT = {"before_intent", "after_intent", "before_reads", "after_reads", "after_guards", "before_patch"}


def names(pods):
    return [pod["metadata"]["name"] for pod in pods]


def asked(client, how, pod, space):
    """The reply, or None where the daemon ended before it answered."""
    try:
        return client.change(how, CLUSTER, space, pod)
    except OSError:
        return None


def rows_of(installation, pod, action):
    return installation.sql(f"select phase, coalesce(outcome, '') from audit.rows where action = '{action}' and "
                            f"resource like 'pod/%/{pod}' order by id")


def explained(installation, plane, space, pod):
    """The Pod's label is what the last settled operation says that it is."""
    shown = plane.api.pod(space, pod)["metadata"]
    last = installation.sql(f"select kind, outcome, id from pod_load.operations where pod = '{pod}' and namespace = '{space}' "
                            "and applied_at is not null order by place desc limit 1")
    if shown["labels"]["load"] == "done":
        return bool(last) and last[0][0] == "remove" and shown["annotations"]["podload.io/operation"] == last[0][2]
    return not last or last[0][0] == "restore"


@pytest.fixture(scope="module")
def watcher(daemons):
    """A daemon that lives through it all, and settles what the other leaves."""
    return daemons("second")


@pytest.mark.parametrize("action", ["remove_load", "restore_traffic"])
@pytest.mark.parametrize("point", REMOVAL)
def test_kill_at_each_step(world, space, plane, installation, daemons, watcher, point, action):
    pods = names(world.app(space, "web", 3))
    pod = pods[0]
    how = action.replace("_", "-")
    if action == "restore_traffic":
        assert watcher.client().remove(CLUSTER, space, pod, "?wait=proof").status == 200
    before = "done" if action == "restore_traffic" else "online"
    victim = daemons("first")
    client = victim.client()
    victim.arm(point, "kill")
    reply = asked(client, how, pod, space)
    wait_for(lambda: victim.process.poll() is not None, 30, f"the daemon ending at {point}")
    assert victim.reached(), f"{point} was not reached"

    intended = point != "before_intent"
    if intended:
        # The lease need not be waited for here: its end is what the owner's clock says.
        installation.sql("update pod_load.operations set lease_until = now() where outcome is null")
    wait_for(lambda: installation.sql("select count(*) from pod_load.operations where outcome is null") == [["0"]], 90,
             "the operation settled by the other daemon")
    rows = rows_of(installation, pod, action)
    if reply is not None and reply.status == 200:
        assert rows, "an acknowledged change has no rows"
    assert [row[0] for row in rows] == (["attempt", "outcome"] if intended else []), rows
    load = plane.api.pod(space, pod)["metadata"]["labels"]["load"]
    if point in UNSENT:
        assert load == before
        assert not intended or rows[-1][1] == "not_applied"
    else:
        assert load == ("done" if action == "remove_load" else "online")
        assert rows[-1][1] in ("removed", "restored"), rows
    assert explained(installation, plane, space, pod)
    assert not [key for key in plane.api.pod(space, pod)["metadata"].get("annotations", {}) if key == "podload.io/fence"]


def test_daemons_that_sleep_100_seconds_while_another_settles(world, space, plane, installation, daemons, watcher):
    """SIGSTOP for longer than the lease, by the real clock, at two points at once; then SIGCONT."""
    pods = names(world.app(space, "web", 6))
    sleepers = {"after_intent": (daemons("first"), pods[0]), "before_patch": (daemons("third"), pods[1])}
    answers, asking = {}, []
    for point, (daemon, pod) in sleepers.items():
        client = daemon.client()
        daemon.arm(point, "stop")

        def ask(client=client, pod=pod):
            answers[pod] = client.call("POST", f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", timeout=200)
        asking.append(threading.Thread(target=ask))
        asking[-1].start()
        wait_for(daemon.reached, 20, f"{point} reached")
    wakes = time.monotonic() + 100
    wait_for(lambda: installation.sql("select count(*) from pod_load.operations where outcome is null") == [["0"]], 90,
             "settled by the other daemon while these sleep")
    # Another person takes the second Pod out from here, while the daemon that had it still sleeps.
    assert watcher.client().remove(CLUSTER, space, pods[1], "?wait=proof").status == 200
    before = {pod: plane.api.pod(space, pod)["metadata"] for pod in pods[:2]}
    assert [before[pod]["labels"]["load"] for pod in pods[:2]] == ["online", "done"]
    wait_for(lambda: time.monotonic() >= wakes, 101, "100 seconds asleep")
    for daemon, _ in sleepers.values():
        daemon.process.send_signal(signal.SIGCONT)
    for thread in asking:
        thread.join(60)
    for pod in pods[:2]:
        assert answers[pod].status in (409, 503), answers
        assert plane.api.pod(space, pod)["metadata"]["resourceVersion"] == before[pod]["resourceVersion"], "a late PATCH landed"
        assert explained(installation, plane, space, pod)
    not_applied = [["attempt", ""], ["outcome", "not_applied"]]
    assert rows_of(installation, pods[0], "remove_load") == not_applied
    assert rows_of(installation, pods[1], "remove_load") == not_applied + [["attempt", ""], ["outcome", "removed"]]


def test_sigterm_finishes_what_is_under_way_within_a_second(world, space, plane, installation, daemons):
    pods = names(world.app(space, "web", 12))
    daemon = daemons("first")
    client = daemon.client()
    replies = []

    def take_out():
        for pod in pods[:10]:
            try:
                replies.append(client.remove(CLUSTER, space, pod))
            except OSError:
                return
    working = threading.Thread(target=take_out)
    working.start()
    wait_for(lambda: len(replies) >= 2, 20)
    began = time.monotonic()
    assert daemon.stop() == 0
    took = time.monotonic() - began
    working.join()
    assert took < 1.0, f"it took {took:.2f} s"
    done = {pod["metadata"]["name"] for pod in plane.api.pods(space, "web") if pod["metadata"]["labels"]["load"] == "done"}
    acknowledged = {reply.json["operation"]["pod"] for reply in replies if reply.status == 200}
    assert acknowledged <= done
    wait_for(lambda: installation.sql("select count(*) from pod_load.operations where outcome is null") == [["0"]], 90, "all settled")
    for pod in done:
        assert explained(installation, plane, space, pod)


def test_sigterm_straight_after_the_start_ends_cleanly(installation):
    """Whatever thread there is by then: none but the one that waits for it takes the signal."""
    for turn in range(8):
        daemon = Daemon(installation, f"short-{turn}")
        assert daemon.stop() == 0, daemon.log()[-500:]
        assert "podloadd has stopped" in daemon.log()


def test_sigterm_while_the_database_hangs(installation, daemons):
    """Handlers that wait for it cannot be broken off; all that wait are answered or cut, within two seconds, and
    nothing is destroyed under them (asan)."""
    daemon = daemons("hung")
    client = daemon.client()
    postgres = int((installation.state / "postgres/postmaster.pid").read_text().split()[0])
    children = [int(pid) for pid in Path(f"/proc/{postgres}/task/{postgres}/children").read_text().split()]
    ends = []

    def ask():
        try:
            ends.append(client.call("GET", "/api/current-user/sessions", timeout=20).status)
        except OSError:
            ends.append("cut")
    for pid in (postgres, *children):
        os.kill(pid, signal.SIGSTOP)
    try:
        waiting = [threading.Thread(target=ask) for _ in range(50)]
        for one in waiting:
            one.start()
        wait_for(lambda: len(os.listdir(f"/proc/{daemon.process.pid}/fd")) >= 50, 10, "50 requests waiting")
        began = time.monotonic()
        assert daemon.stop() == 0
        took = time.monotonic() - began
        for one in waiting:
            one.join(20)
    finally:
        for pid in (*children, postgres):
            os.kill(pid, signal.SIGCONT)
    assert took < 2.0, f"it took {took:.2f} s"
    assert len(ends) == 50 and set(ends) <= {"cut", 503}, ends
    assert "runtime error" not in daemon.log() and "AddressSanitizer" not in daemon.log()
