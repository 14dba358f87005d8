"""Trouble that real clusters are known to make, on the real control plane and, where it takes a fault on request, on the
simulated one."""
import threading
import time

import pytest
from lib import crds
from lib.kube_api import KubeError
from lib.wait import wait_for

CLUSTER = "real"


def names(pods):
    return [pod["metadata"]["name"] for pod in pods]


def codes(reply, which="warnings"):
    return {row["code"] for row in reply.json["operation"][which]}


def pod_with(plane, space, name, labels, port_name=None, node=None, **annotations):
    container = {"name": "main", "image": "example/main:1"}
    if port_name:
        container["ports"] = [{"name": port_name, "containerPort": 8080}]

    def made():
        try:
            return plane.api.apply(f"/api/v1/namespaces/{space}/pods", {
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels, "annotations": annotations},
                "spec": {"containers": [container], **({"nodeName": node} if node else {})}})
        except KubeError as error:
            if error.status not in (403, 500):  # a new namespace has no service account yet
                raise
            return None
    wait_for(made, 20, f"Pod {name}")


def service(plane, space, name, spec):
    plane.api.apply(f"/api/v1/namespaces/{space}/services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})


ONLINE = {"app": "web", "load": "online"}


@pytest.mark.parametrize("metrics", [False, True], ids=["one-port", "two-ports"])
def test_a_port_that_only_one_pod_declares_is_not_emptied(world, space, plane, admin, metrics):
    ports = [{"name": "http", "port": 80, "targetPort": "http"}] + ([{"name": "metrics", "port": 9090, "targetPort": 9090}] if metrics else [])
    service(plane, space, "web", {"selector": ONLINE, "ports": ports})
    pod_with(plane, space, "new", ONLINE, "http")
    pod_with(plane, space, "old", ONLINE, "web")
    world.serving(space, "web", 2)
    reply = admin.remove(CLUSTER, space, "new")
    assert reply.json["code"] == "below_minimum" and reply.json["details"]["services"][0]["after"] == 0, reply
    reply = admin.remove(CLUSTER, space, "old", "?wait=proof")
    assert reply.status == 200, reply
    reply = admin.restore(CLUSTER, space, "old", "?wait=proof")
    assert "port_missing" in codes(reply) or metrics, reply
    assert reply.json["operation"]["outcome"] == ("restored" if metrics else "restored_not_reached"), reply


def test_a_service_without_ports_counts_its_endpoints(world, space, plane, admin):
    service(plane, space, "web", {"clusterIP": "None", "selector": ONLINE})
    for name in ("one", "two"):
        pod_with(plane, space, name, ONLINE)
    world.serving(space, "web", 2)
    assert admin.remove(CLUSTER, space, "one", "?wait=proof").json["operation"]["outcome"] == "removed"
    assert admin.remove(CLUSTER, space, "two").json["code"] == "below_minimum"


def test_the_last_published_endpoint_is_not_removed_though_its_pod_is_not_ready(world, space, plane, admin):
    labels = {"app": "db", "load": "online"}
    service(plane, space, "seeds", {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": labels, "ports": [{"port": 9042}]})
    pod_with(plane, space, "db-0", labels, node="node-00", **{"test/no-kubelet": "1"})
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/db-0/status", {"status": {
        "phase": "Running", "podIP": "10.9.0.1", "podIPs": [{"ip": "10.9.0.1"}], "conditions": [{"type": "Ready", "status": "False"}]}})
    world.serving(space, "seeds", 1)
    reply = admin.remove(CLUSTER, space, "db-0")
    assert reply.json["code"] == "below_minimum", reply
    assert "not_ready_anyway" not in {row["code"] for row in reply.json["details"]["warnings"]}
    reply = admin.remove(CLUSTER, space, "db-0", "?wait=proof", force=True, reason="try")
    assert reply.json["operation"]["outcome"] == "removed", reply
    reply = admin.restore(CLUSTER, space, "db-0", "?wait=proof")
    assert "published_at_once" in codes(reply) and reply.json["operation"]["outcome"] == "restored", reply


def test_endpoints_made_by_hand_are_not_forgotten(world, space, plane, admin):
    pods = world.app(space, "web", 3)
    service(plane, space, "legacy", {"ports": [{"port": 80}]})
    plane.api.apply(f"/api/v1/namespaces/{space}/endpoints", {
        "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "legacy"},
        "subsets": [{"addresses": [{"ip": pods[0]["status"]["podIP"]}], "ports": [{"port": 80}]}]})
    slices = f"/apis/discovery.k8s.io/v1beta1/namespaces/{space}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dlegacy"
    wait_for(lambda: plane.api.items(slices), 20, "the mirrored slice")
    reply = admin.remove(CLUSTER, space, names(pods)[0], "?wait=proof")
    assert "foreign_slice" in codes(reply)
    assert reply.json["operation"]["outcome"] == "removed_still_routed" and "legacy" in reply.json["message"], reply


def test_a_label_that_another_writer_puts_back_is_not_called_out(world, space, plane, admin):
    """Not in the PATCH's own answer, but just after it: the slices have no time to follow."""
    pods = names(world.app(space, "web", 3))
    replies = []
    asking = threading.Thread(target=lambda: replies.append(admin.remove(CLUSTER, space, pods[0], "?wait=proof")))
    plane.pause_controllers()
    try:
        asking.start()
        wait_for(lambda: plane.api.pod(space, pods[0])["metadata"]["labels"]["load"] == "done", 10, "the label set")
        plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"labels": {"load": "online"}}})
        asking.join()
    finally:
        plane.continue_controllers()
    assert replies[0].json["operation"]["outcome"] == "overridden" and "online" in replies[0].json["message"], replies[0]


def test_a_policy_warns_only_where_the_label_makes_a_difference(world, space, plane, admin):
    pods = names(world.app(space, "web", 3))
    for name, labels in (("same-app", {"app": "web"}), ("other-load", {"load": "canary"}), ("by-load", {"load": "online"})):
        plane.api.apply(f"/apis/networking.k8s.io/v1/namespaces/{space}/networkpolicies", {
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name},
            "spec": {"podSelector": {"matchLabels": labels}}})
    reply = admin.remove(CLUSTER, space, pods[0], "?dry_run=true")
    warned = [row["message"] for row in reply.json["operation"]["warnings"] if row["code"] == "policy_by_label"]
    assert len(warned) == 1 and "by-load" in warned[0], reply


@pytest.mark.parametrize("selector", [{"matchLabels": {"app": "web", "load": "online"}},
                                      {"matchExpressions": [{"key": "load", "operator": "Exists"}]},
                                      "app=web,load=online"], ids=["labels", "expressions", "text"])
@pytest.mark.parametrize("controls", [True, False], ids=["controller", "owner"])
def test_an_owner_that_selects_by_the_label_refuses_wherever_its_selector_is(world, space, plane, installation, admin, selector, controls):
    crds.install(plane.api, "case.example.org", "Squad", "squads", ("v1",))
    known = admin.get(f"/api/{CLUSTER}/{space}/workload-types").json
    if not any("squad" in str(row) for row in known if row):
        config = installation.config.read_text()
        if "kind: Squad" not in config:
            installation.config.write_text(config + "\nworkload_types:\n  - {kind: Squad, group: case.example.org, versions: [v1], plural: squads, "
                                           "selector: /spec/pods/selector, desired: /spec/size, ready: /status/healthy}\n")
            installation.up()
    owner = crds.make(plane.api, space, "case.example.org", "v1", "squads", "Squad", "web", {"size": 2, "pods": {"selector": selector}}, {"healthy": 2})
    for index in range(2):
        crds.pod(plane.api, space, f"web-{index}", ONLINE, {**owner, "controller": controls})
    world.service(space, "web")
    world.serving(space, "web", 2)
    reply = admin.remove(CLUSTER, space, "web-0", "?dry_run=true")
    assert reply.json["code"] == "label_in_selector" and "Squad/web" in reply.json["message"], reply


class Sim:
    """The simulated cluster, and its faults."""

    def __init__(self, api, client):
        self.api, self.client = api, client

    def fault(self, **rule):
        return self.api.request("POST", "/sim/faults", rule)

    def well(self):
        self.api.request("DELETE", "/sim/faults")

    def pod(self, app="catalog"):
        return next(pod["metadata"]["name"] for pod in self.api.pods("shop", app) if pod["metadata"]["labels"].get("load") == "online")

    def out_and_back(self):
        pod = self.pod()
        out = self.client.remove("sim", "shop", pod, "?wait=proof")
        self.well()
        back = self.client.restore("sim", "shop", pod, "?wait=proof") if out.status == 200 else None
        assert back is None or back.json["operation"]["outcome"] == "restored", back
        return out


@pytest.fixture
def sim(simulated, admin):
    made = Sim(simulated, admin)
    made.well()
    yield made
    made.well()


@pytest.mark.parametrize("rule", [
    {"method": "GET", "path": "/services$"}, {"method": "GET", "path": "/pods/[^/?]+$"}, {"method": "GET", "path": "endpointslices"},
    {"method": "PATCH"}], ids=["services", "pod", "slices", "patch"])
def test_429_is_waited_for(sim, rule):
    sim.fault(**rule, times=1, status=429, retry_after=1, message="storage is (re)initializing")
    began = time.monotonic()
    out = sim.out_and_back()
    assert out.json["operation"]["outcome"] == "removed" and time.monotonic() - began >= 1, out


def test_429_for_good_changes_nothing_and_says_so(sim, simulated):
    pod = sim.pod()
    sim.fault(method="PATCH", times=1000, status=429, retry_after=1)
    reply = sim.client.remove("sim", "shop", pod)
    assert (reply.status, reply.json["code"], reply.json["details"]["outcome"]) == (503, "cluster_says_later", "failed"), reply
    assert simulated.pod("shop", pod)["metadata"]["labels"]["load"] == "online"


@pytest.mark.parametrize("fault", [{"hang": True}, {"status": 429, "retry_after": 5}, {"status": 500}, {"cut": True}],
                         ids=["held", "429", "500", "cut"])
def test_a_watch_that_does_not_work_is_made_up_for_by_lists(sim, simulated, fault):
    simulated.request("DELETE", "/sim/requests")
    sim.fault(method="GET", path="endpointslices.*watch=1", times=1000, **fault)
    out = sim.out_and_back()
    assert out.json["operation"]["outcome"] == "removed", out
    watches = [row for row in simulated.get("/sim/requests") if "watch=1" in row["path"]]
    assert len(watches) < 20, len(watches)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 5}, {"delay": 6}, {"hang": True}],
                         ids=["500", "429", "slow", "held"])
@pytest.mark.parametrize("path", ["horizontalpodautoscalers", "poddisruptionbudgets", "networkpolicies", "/api/v1/nodes/"])
def test_what_only_warns_neither_fails_nor_delays(sim, path, fault):
    sim.fault(method="GET", path=path, times=1000, **fault)
    pod = sim.pod()
    began = time.monotonic()
    reply = sim.client.remove("sim", "shop", pod)
    took = time.monotonic() - began
    assert reply.status == 200 and took < 2, (reply, took)
    assert "not_checked_in_time" in codes(reply), reply
    began = time.monotonic()
    reply = sim.client.restore("sim", "shop", pod)
    assert reply.status == 200 and time.monotonic() - began < 2, reply
    sim.well()
    sim.client.settled("sim", "shop", reply.json["operation"]["id"], 30)


def test_an_external_name_routes_nothing_by_its_selector(sim, simulated):
    for name, selector in (("legacy-catalog", {"app": "catalog"}), ("legacy-online", {"app": "catalog", "load": "online"})):
        simulated.apply("/api/v1/namespaces/shop/services", {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"type": "ExternalName", "externalName": "catalog.old.example", "selector": selector}})
    try:
        out = sim.out_and_back()
        assert out.json["operation"]["outcome"] == "removed" and not codes(out), out
    finally:
        for name in ("legacy-catalog", "legacy-online"):
            simulated.delete(f"/api/v1/namespaces/shop/services/{name}")


def test_a_write_whose_answer_is_lost_is_settled(sim, installation, simulated):
    """Cut after it was stored, and cut before: each is found out, and neither is called the other."""
    for stage, outcome in (("after", "removed"), ("before", "not_applied")):
        pod = sim.pod()
        sim.fault(method="PATCH", times=1, cut=True, stage=stage)
        reply = sim.client.remove("sim", "shop", pod)
        operation = reply.json["details"]["id"] if reply.status == 503 else reply.json["operation"]["id"]
        shown = sim.client.settled("sim", "shop", operation, 90)
        # A request that the client could send again on its own has been carried out by then.
        assert shown["outcome"] in (outcome, "removed"), (stage, shown)
        label = simulated.pod("shop", pod)["metadata"]["labels"]["load"]
        assert label == ("done" if shown["outcome"] == "removed" else "online"), (stage, shown)
        if label == "done":
            assert sim.client.restore("sim", "shop", pod, "?wait=proof").status == 200
