"""A daemon that ends or sleeps in the middle of an operation: nothing that was acknowledged lacks its
rows, no label stays that the log does not explain, no second PATCH lands."""
import threading

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


@pytest.mark.parametrize("point", ["after_intent", "before_patch"])
def test_a_daemon_that_sleeps_while_another_settles(world, space, plane, installation, daemons, watcher, point):
    """SIGSTOP until the lease is over by the real clock (well within 100 s), then SIGCONT."""
    pods = names(world.app(space, "web", 3))
    sleeper = daemons("first")
    client = sleeper.client()
    sleeper.arm(point, "stop")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(client.remove(CLUSTER, space, pods[0])))
    asking.start()
    wait_for(sleeper.reached, 20, f"{point} reached")
    wait_for(lambda: installation.sql("select count(*) from pod_load.operations where outcome is null") == [["0"]], 100,
             "settled by the other daemon while this one sleeps")
    before = plane.api.pod(space, pods[0])["metadata"]
    assert before["labels"]["load"] == "online"
    # Another person takes it from here while the first daemon still sleeps.
    sleeper.process.send_signal(18)
    asking.join(60)
    assert answers and answers[0].status in (409, 503), answers
    after = plane.api.pod(space, pods[0])["metadata"]
    assert after["resourceVersion"] == before["resourceVersion"], "a late PATCH landed"
    assert rows_of(installation, pods[0], "remove_load") == [["attempt", ""], ["outcome", "not_applied"]]
    assert explained(installation, plane, space, pods[0])


def test_sigterm_finishes_what_is_under_way_within_a_second(world, space, plane, installation, daemons):
    import time
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
