"""Discovery, lists and watches."""
import gzip
import json

PODS = "/api/v1/namespaces/shop/pods"


def test_discovery_names_what_is_served(sim):
    assert sim.get("/version")["gitVersion"].startswith("v1.30")
    assert sim.get("/readyz") == "ok"
    names = {group["name"]: group["preferredVersion"]["version"]
             for group in sim.get("/apis")["groups"]}
    assert names["discovery.k8s.io"] == "v1" and names["autoscaling"] == "v2"
    rows = {row["name"]: row for row in sim.get("/apis/apps/v1")["resources"]}
    assert rows["deployments"]["kind"] == "Deployment" and rows["deployments"]["namespaced"]
    assert sim.ask("GET", "/apis/policy/v1beta1")[0] == 404
    assert sim.ask("GET", "/apis/discovery.k8s.io/v1beta1/endpointslices")[0] == 404


def test_both_versions_of_an_autoscaler(sim):
    path = "/apis/autoscaling/{}/namespaces/shop/horizontalpodautoscalers/web"
    assert sim.get(path.format("v2"))["spec"]["metrics"]
    assert sim.get(path.format("v1"))["spec"]["targetCPUUtilizationPercentage"] == 70


def test_the_world_has_its_examples(sim):
    pods = sim.get("/api/v1/pods")["items"]
    waiting = [row["state"]["waiting"]["reason"] for pod in pods
               for row in pod["status"]["containerStatuses"] if "waiting" in row["state"]]
    assert waiting == ["CrashLoopBackOff"]
    assert sum("deletionTimestamp" in pod["metadata"] for pod in pods) == 1
    assert sim.get("/api/v1/namespaces/shop/services/catalog")["metadata"]["annotations"] == {
        "podload.io/minimum": "50%"}
    kinds = {ref["kind"] for pod in pods for ref in pod["metadata"]["ownerReferences"]}
    assert kinds == {"ReplicaSet", "StatefulSet", "DaemonSet", "Job"}
    uids = [pod["metadata"]["uid"] for pod in pods]
    assert len(set(uids)) == len(uids)


def names(sim, query):
    return [pod["metadata"]["name"] for pod in sim.get(f"{PODS}?{query}")["items"]]


def test_label_selectors(sim):
    every = len(names(sim, ""))
    web = names(sim, "labelSelector=app=web")
    assert len(web) == 4
    assert names(sim, "labelSelector=app+in+(web,nothing),load=online") == web
    assert len(names(sim, "labelSelector=app+notin+(web)")) == every - 4
    assert len(names(sim, "labelSelector=app!=web")) == every - 4
    assert names(sim, "labelSelector=!load") == []
    assert len(names(sim, "labelSelector=load")) == every
    assert sim.ask("GET", f"{PODS}?labelSelector=a+b+c")[0] == 400


def test_field_selectors(sim):
    pod = sim.pods("shop", "web")[0]
    name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]
    assert names(sim, f"fieldSelector=metadata.name={name}") == [name]
    assert name in names(sim, f"fieldSelector=spec.nodeName={node}")
    assert name not in names(sim, f"fieldSelector=spec.nodeName!={node}")
    assert sim.ask("GET", f"{PODS}?fieldSelector=spec.colour=red")[0] == 400


def test_pages_are_one_snapshot(sim):
    whole, seen, token = names(sim, ""), [], ""
    while True:
        page = sim.get(f"{PODS}?limit=5&continue={token}")
        seen += [pod["metadata"]["name"] for pod in page["items"]]
        sim.ask("DELETE", f"{PODS}/{whole[-1]}?gracePeriodSeconds=0")
        if not (token := page["metadata"].get("continue")):
            break
    assert seen == whole
    assert sim.ask("GET", f"{PODS}?limit=5&continue=forgotten")[0] == 410
    assert "continue" not in sim.get(f"{PODS}?limit=5&resourceVersion=0")["metadata"]


def test_gzip_when_asked(sim):
    answer = sim.raw("GET", PODS, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.read()))["kind"] == "PodList"


def test_watch_follows_a_list(sim):
    at = sim.get(PODS)["metadata"]["resourceVersion"]
    pod = sim.pods("shop", "web")[0]
    connection, events = sim.watch(f"{PODS}?watch=1&resourceVersion={at}&timeoutSeconds=20")
    sim.label(pod, "other")
    event = next(events)
    assert (event["type"], event["object"]["metadata"]["uid"]) == (
        "MODIFIED", pod["metadata"]["uid"])
    connection.close()


def test_watch_with_a_selector_adds_and_deletes(sim):
    at = sim.get(PODS)["metadata"]["resourceVersion"]
    pod = sim.pods("shop", "web")[0]
    connection, events = sim.watch(
        f"{PODS}?watch=1&resourceVersion={at}&labelSelector=load%3Ddone&timeoutSeconds=20")
    _, done = sim.label(pod, "done")
    sim.label(pod, "online")
    first, second = next(events), next(events)
    assert (first["type"], first["object"]["metadata"]) == ("ADDED", done["metadata"])
    assert second["type"] == "DELETED"
    assert second["object"]["metadata"]["labels"]["load"] == "done"
    connection.close()


def test_watch_from_nothing_begins_with_what_is_there_and_ends_in_time(sim):
    connection, events = sim.watch(
        f"{PODS}?watch=true&labelSelector=app%3Dweb&timeoutSeconds=1&allowWatchBookmarks=true")
    kinds = [event["type"] for event in events]
    assert kinds[:4] == ["ADDED"] * 4 and kinds[-1] == "BOOKMARK"
    connection.close()


def test_too_old_is_an_error_in_the_stream(sim):
    sim.label(sim.pods("shop", "web")[0], "done")
    sim.ask("POST", "/sim/compact", {})
    connection, events = sim.watch(f"{PODS}?watch=1&resourceVersion=1001")
    event = next(events)
    assert (event["type"], event["object"]["code"], event["object"]["reason"]) == (
        "ERROR", 410, "Expired")
    connection.close()


def test_reviews(sim):
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    patch = {"spec": {"resourceAttributes": {"verb": "patch", "resource": "pods",
                                             "namespace": "shop"}}}
    assert sim.ask("POST", path, patch)[1]["status"]["allowed"]
    sim.ask("POST", "/sim/access", {"deny": [{"verb": "patch", "resource": "pods"}]})
    status, answer = sim.ask("POST", path, patch)
    assert (status, answer["status"]["allowed"]) == (201, False)
    assert sim.label(sim.pods("shop", "web")[0], "done")[0] == 403
    rules = sim.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                    {"spec": {"namespace": "shop"}})[1]["status"]["resourceRules"]
    assert "patch" not in next(row for row in rules if row["resources"] == ["pods"])["verbs"]
