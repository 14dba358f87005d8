"""Two people on two daemons, and removals one straight after another: a Service never empties, and
exactly as many removals succeed as its minimum allows. Truth is read from the API server and with
SQL, not from podload. PODLOAD_RACES says how often each is tried (default 200)."""
import os
import threading

import pytest

from lib.wait import wait_for

CLUSTER = "real"
TIMES = int(os.environ.get("PODLOAD_RACES", "200"))


def names(pods):
    return [pod["metadata"]["name"] for pod in pods]


@pytest.fixture(scope="module")
def two(daemons):
    return [daemons("first").client(), daemons("second").client()]


@pytest.fixture(scope="module")
def pair(world):
    world.namespace("races")
    return names(world.app("races", "pair", 2))


@pytest.fixture(scope="module")
def three(world):
    world.namespace("races")
    return names(world.app("races", "three", 3))


@pytest.fixture(autouse=True)
def looking(two, pair, three):
    """The first daemon has the cluster in memory, which says what its removals read; the second does not."""
    wait_for(lambda: "x-podload-as-of" in two[0].get(f"/api/{CLUSTER}/races/pods").headers, what="a list from memory")


def serving(plane, app):
    """Names of the Pods that are online by their own label."""
    return {pod["metadata"]["name"] for pod in plane.api.pods("races", app) if pod["metadata"]["labels"].get("load") == "online"}


def put_back(plane, installation, app, count, through_slices):
    """All online again, whoever took them out, and nothing of podload's left open. The slices must have
    followed before: whole ones of a moment ago would do otherwise, and shrink during the next turn."""
    if through_slices:
        all_settled(installation)
    for pod in plane.api.pods("races", app):
        plane.api.patch(f"/api/v1/namespaces/races/pods/{pod['metadata']['name']}", {"metadata": {
            "labels": {"load": "online"}, "annotations": {"podload.io/operation": None, "podload.io/previous-value": None}}})
    if through_slices:
        wait_for(lambda: len(plane.api.endpoint_uids("races", app)) == count, what=f"{app} whole again")


def all_settled(installation):
    wait_for(lambda: installation.sql("select count(*) from pod_load.operations where outcome is null") == [["0"]], 40,
             "every operation settled")


def at_once(*calls):
    """Runs them at the same moment; their results."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        gate.wait()
        results[index] = call()
    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def count_rows(installation, pods):
    quoted = ",".join(f"'{pod}'" for pod in pods)
    return dict(installation.sql(f"select outcome, count(*) from pod_load.operations where pod in ({quoted}) and kind = 'remove' group by 1"))


@pytest.fixture(params=["controllers running", "controllers stopped"])
def controllers(request, plane):
    stopped = request.param == "controllers stopped"
    if stopped:
        plane.pause_controllers()
    yield not stopped
    plane.continue_controllers()


def test_the_last_two_pods_at_the_same_moment(plane, installation, two, pair, controllers):
    put_back(plane, installation, "pair", 2, controllers)
    before = count_rows(installation, pair)
    for turn in range(TIMES):
        replies = at_once(*(lambda who=who, pod=pod: who.remove(CLUSTER, "races", pod)
                            for who, pod in zip(two, pair if turn % 2 else reversed(pair))))
        statuses = sorted(reply.status for reply in replies)
        assert statuses == [200, 409], (turn, replies)
        refusal = next(reply for reply in replies if reply.status == 409).json["code"]
        assert refusal in ("below_minimum", "removals_under_way")  # the other is out already, or on its way
        assert len(serving(plane, "pair")) == 1, f"turn {turn}: {serving(plane, 'pair')}"
        put_back(plane, installation, "pair", 2, controllers)
        if not controllers:  # nothing is proven, so each waits its ten seconds: settled by hand, as the owner
            installation.sql("update pod_load.operations set outcome = 'applied_unverified', settled_at = now() where outcome is null")
    all_settled(installation)
    after = count_rows(installation, pair)
    assert int(after["refused"]) - int(before.get("refused", 0)) == TIMES
    assert sum(map(int, after.values())) - sum(map(int, before.values())) == 2 * TIMES


def test_three_pods_one_straight_after_another(plane, installation, two, three, controllers):
    put_back(plane, installation, "three", 3, controllers)
    before = count_rows(installation, three)
    for turn in range(TIMES):
        replies = [two[index % 2].remove(CLUSTER, "races", pod) for index, pod in enumerate(three)]
        assert [reply.status for reply in replies] == [200, 200, 409], (turn, replies)
        assert len(serving(plane, "three")) == 1
        put_back(plane, installation, "three", 3, controllers)
        if not controllers:
            installation.sql("update pod_load.operations set outcome = 'applied_unverified', settled_at = now() where outcome is null")
    all_settled(installation)
    after = count_rows(installation, three)
    assert int(after["refused"]) - int(before.get("refused", 0)) == TIMES


def test_three_pods_at_the_same_moment(plane, installation, two, three, controllers):
    put_back(plane, installation, "three", 3, controllers)
    for turn in range(max(1, TIMES // 4)):
        replies = at_once(*(lambda who=two[index % 2], pod=pod: who.remove(CLUSTER, "races", pod) for index, pod in enumerate(three)))
        assert sorted(reply.status for reply in replies) == [200, 200, 409], (turn, replies)
        assert len(serving(plane, "three")) == 1
        put_back(plane, installation, "three", 3, controllers)
        if not controllers:
            installation.sql("update pod_load.operations set outcome = 'applied_unverified', settled_at = now() where outcome is null")
    all_settled(installation)
