"""Writes answer as a real API server was seen to answer."""
import pytest

WRONG = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def pod(sim):
    return sim.pods("shop", "web")[0]


def test_uid_and_version_that_hold(sim, pod):
    meta = pod["metadata"]
    status, answer = sim.label(pod, "done", uid=meta["uid"],
                               resourceVersion=meta["resourceVersion"])
    assert status == 200
    assert answer["metadata"]["labels"]["load"] == "done"
    assert int(answer["metadata"]["resourceVersion"]) > int(meta["resourceVersion"])


@pytest.mark.parametrize("version", [None, "right"])
def test_wrong_uid_is_422(sim, pod, version):
    more = {"resourceVersion": pod["metadata"]["resourceVersion"]} if version else {}
    status, answer = sim.label(pod, "done", uid=WRONG, **more)
    assert (status, answer["reason"]) == (422, "Invalid")
    assert answer["details"]["causes"][0]["field"] == "metadata.uid"


def test_stale_version_is_409_whatever_the_uid(sim, pod):
    stale = pod["metadata"]["resourceVersion"]
    assert sim.label(pod, "other")[0] == 200
    for uid in (pod["metadata"]["uid"], WRONG):
        status, answer = sim.label(pod, "done", uid=uid, resourceVersion=stale)
        assert (status, answer["reason"]) == (409, "Conflict")


def test_empty_version_checks_nothing_and_a_word_is_500(sim, pod):
    assert sim.label(pod, "a", resourceVersion="")[0] == 200
    assert sim.label(pod, "b", resourceVersion="abc")[0] == 500


def test_no_such_pod_is_404(sim):
    gone = {"metadata": {"namespace": "shop", "name": "web-gone"}}
    status, answer = sim.label(gone, "done")
    assert (status, answer["reason"]) == (404, "NotFound")
    assert answer["details"] == {"name": "web-gone", "kind": "pods"}


def test_status_written_in_between_is_409(sim, pod):
    name = pod["metadata"]["name"]
    assert sim.ask("POST", f"/sim/pods/shop/{name}/ready", {"ready": False})[0] == 200
    assert sim.label(pod, "done", resourceVersion=pod["metadata"]["resourceVersion"])[0] == 409


def test_nothing_changed_keeps_the_version(sim, pod):
    status, answer = sim.label(pod, "online")
    assert status == 200
    assert answer["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]


def test_dry_run_changes_nothing(sim, pod):
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    status, answer = sim.ask("PATCH", path + "?dryRun=All",
                             {"metadata": {"labels": {"load": "done"}}})
    assert (status, answer["metadata"]["labels"]["load"]) == (200, "done")
    assert sim.get(path) == pod


def test_an_ending_pod_can_be_patched(sim):
    ending = next(pod for pod in sim.pods("pay", "ledger")
                  if "deletionTimestamp" in pod["metadata"])
    assert sim.label(ending, "done")[0] == 200


def test_annotations_are_made_and_taken_away(sim, pod):
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    _, answer = sim.ask("PATCH", path, {"metadata": {"annotations": {"podload.io/x": "1"}}})
    assert answer["metadata"]["annotations"] == {"podload.io/x": "1"}
    _, answer = sim.ask("PATCH", path, {"metadata": {"annotations": {"podload.io/x": None}}})
    assert answer["metadata"]["annotations"] == {}


@pytest.mark.parametrize("value, status", [("bad value", 422), ("-x", 422), ("v" * 64, 422),
                                           (3, 400), ("", 200)])
def test_labels_are_checked(sim, pod, value, status):
    assert sim.label(pod, value)[0] == status


def test_other_patches_are_415_and_other_bodies_400(sim, pod):
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    assert sim.ask("PATCH", path, {}, "application/json-patch+json")[0] == 415
    assert sim.ask("PATCH", path, [1])[0] == 400


def test_delete_with_another_uid_is_409(sim, pod):
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    assert sim.ask("DELETE", path, {"preconditions": {"uid": WRONG}})[0] == 409
    assert sim.get(path) == pod


def test_without_the_token_is_401(sim):
    answer = sim.raw("GET", "/api/v1/pods", headers={"Authorization": "Bearer no"})
    assert (answer.status, b"Unauthorized" in answer.read()) == (401, True)
