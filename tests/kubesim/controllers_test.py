"""Slices follow the Pods, and owners keep their Pods as the real controllers do."""
import threading

from sim_client import Sim, until


def uid(obj):
    return obj["metadata"]["uid"]


def test_a_removed_pod_leaves_its_slices_and_comes_back(sim):
    pod = sim.pods("shop", "cart")[0]
    assert uid(pod) in sim.endpoints("shop", "cart")
    assert sim.label(pod, "done")[0] == 200
    until(lambda: uid(pod) not in sim.endpoints("shop", "cart"), "out of the slice")
    assert uid(pod) in sim.endpoints("shop", "cart-internal")  # does not look at the label
    assert len(sim.pods("shop", "cart")) == 4
    sim.label(pod, "online")
    until(lambda: sim.endpoints("shop", "cart").get(uid(pod), {}).get("ready"), "back in it")


def test_paused_slices_stand_still(sim):
    pod = sim.pods("shop", "web")[0]
    sim.ask("POST", "/sim/slices", {"paused": True})
    sim.label(pod, "done")
    assert uid(pod) in sim.endpoints("shop", "web")
    sim.ask("POST", "/sim/slices", {"paused": False})
    until(lambda: uid(pod) not in sim.endpoints("shop", "web"), "out of the slice")


def test_readiness_shows_unless_published_anyway(sim):
    pod = sim.pods("shop", "search")[0]
    sim.ask("POST", f"/sim/pods/shop/{pod['metadata']['name']}/ready", {"ready": False})
    until(lambda: not sim.endpoints("shop", "search")[uid(pod)]["ready"], "not ready")
    assert sim.endpoints("shop", "search-peers")[uid(pod)]["ready"]


def test_a_label_in_the_owners_selector_makes_another_pod(sim):
    before = sim.pods("shop", "recommend")
    sim.label(before[0], "done")
    online = "/api/v1/namespaces/shop/pods?labelSelector=app%3Drecommend,load%3Donline"
    until(lambda: len(sim.get(online)["items"]) == 4, "a replacement")
    now = {uid(pod): pod for pod in sim.pods("shop", "recommend")}
    assert len(now) == 5 and "ownerReferences" not in now[uid(before[0])]["metadata"]
    sim.label(before[0], "online")
    until(lambda: len(sim.pods("shop", "recommend")) == 4, "one over, one ended")


def test_a_deleted_pod_ends_and_is_replaced(sim):
    pod = sim.pods("shop", "search")[0]
    name = pod["metadata"]["name"]
    path = f"/api/v1/namespaces/shop/pods/{name}"
    status, answer = sim.ask("DELETE", path)
    assert status == 200 and "deletionTimestamp" in answer["metadata"]
    until(lambda: sim.endpoints("shop", "search").get(uid(pod), {}).get("terminating"), "ending")

    def replaced():
        status, now = sim.ask("GET", path)
        return status == 200 and uid(now) != uid(pod) and now["status"]["phase"] == "Running"
    until(replaced, "a new Pod under the old name")


def test_more_than_a_hundred_endpoints_are_several_slices(tmp_path):
    sim = Sim(str(tmp_path / "sim"), "--pods-a-deployment", "130")
    try:
        sizes = sorted(len(one["endpoints"]) for one in sim.slices("shop", "web"))
        assert sizes == [30, 100]
        assert len(sim.endpoints("shop", "web")) == 130
    finally:
        assert sim.stop() == 0


def test_services_can_be_edited(sim):
    path = "/api/v1/namespaces/shop/services/web"
    pods = sim.pods("shop", "web")
    sim.label(pods[0], "done")
    until(lambda: len(sim.endpoints("shop", "web")) == 3, "out of the slice")
    sim.ask("PATCH", path, {"spec": {"selector": {"load": None}}})
    until(lambda: len(sim.endpoints("shop", "web")) == 4, "all of them again")
    service = {"metadata": {"name": "web-too"}, "spec": {
        "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}}
    assert sim.ask("POST", "/api/v1/namespaces/shop/services", service)[0] == 201
    until(lambda: len(sim.endpoints("shop", "web-too")) == 4, "a slice for the new Service")
    assert sim.ask("DELETE", "/api/v1/namespaces/shop/services/web-too")[0] == 200
    until(lambda: not sim.slices("shop", "web-too"), "its slices gone with it")


def test_faults_take_the_requests_that_match(sim):
    sim.ask("POST", "/sim/faults", {"method": "GET", "path": "/pods", "times": 2, "status": 503,
                                    "retry_after": 1})
    for _ in range(2):
        answer = sim.raw("GET", "/api/v1/namespaces/shop/pods")
        answer.read()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert sim.ask("GET", "/api/v1/namespaces/shop/pods")[0] == 200
    assert sim.ask("GET", "/sim/faults")[1][0]["hits"] == 2


def test_a_held_request_has_its_effect_when_it_is_let_go(sim):
    pod = sim.pods("shop", "web")[0]
    rule = sim.ask("POST", "/sim/faults", {"method": "PATCH", "hang": True})[1]["id"]
    answers = []
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    headers = {"Content-Type": "application/merge-patch+json"}

    def patch():
        answers.append(sim.raw("PATCH", path, {"metadata": {"labels": {"load": "done"}}}, headers,
                               sim.connect()).status)
    thread = threading.Thread(target=patch)
    thread.start()
    assert sim.get(f"/sim/faults?id={rule}&hits=1")[0]["hits"] == 1
    assert sim.get(path)["metadata"]["labels"]["load"] == "online"
    sim.ask("DELETE", "/sim/faults")
    thread.join(10)
    assert answers == [200]
    assert sim.get(path)["metadata"]["labels"]["load"] == "done"
    rows = [row for row in sim.get("/sim/requests") if row["method"] == "PATCH"]
    assert rows == [{"method": "PATCH", "path": path, "status": 200}]


def test_an_answer_can_get_lost_after_the_effect(sim):
    pod = sim.pods("shop", "web")[0]
    path = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}"
    sim.ask("POST", "/sim/faults", {"method": "PATCH", "cut": True, "stage": "after"})
    try:
        sim.raw("PATCH", path, {"metadata": {"labels": {"load": "done"}}},
                {"Content-Type": "application/merge-patch+json"}, sim.connect())
        assert False, "an answer came"
    except ConnectionError:
        pass
    assert sim.get(path)["metadata"]["labels"]["load"] == "done"


def test_credentials_outlive_a_restart(tmp_path):
    first = Sim(str(tmp_path / "sim"))
    assert first.stop() == 0
    second = Sim(str(tmp_path / "sim"))
    assert (second.port, second.token) == (first.port, first.token)
    assert second.get("/version")
    assert second.stop() == 0
