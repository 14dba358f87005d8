"""Taking a Pod out and putting it back, on a real API server, through nginx with curl; what the
cluster shows is read with kubectl, the log with SQL."""
import json
import os
import subprocess

import pytest

from lib.podload import PASSWORD
from lib.wait import wait_for

CLUSTER = "real"
PODS = int(os.environ.get("PODLOAD_TEST_PODS", "2000"))
A_WORKLOAD = 33


@pytest.fixture(scope="module")
def crowd(world, plane):
    """Many Pods in three namespaces, so that lists have the size of a real cluster's."""
    spaces = ["crowd-0", "crowd-1", "crowd-2"]
    for space in spaces:
        world.namespace(space)
    for index in range(max(1, PODS // A_WORKLOAD)):
        world.workload("Deployment", spaces[index % 3], f"web-{index:02}", A_WORKLOAD)
        world.service(spaces[index % 3], f"web-{index:02}")
    world.workload("StatefulSet", spaces[0], "db", 3)
    world.service(spaces[0], "db")
    world.workload("DaemonSet", spaces[0], "agent")
    world.service(spaces[0], "agent")
    for index in range(max(1, PODS // A_WORKLOAD)):
        world.serving(spaces[index % 3], f"web-{index:02}", A_WORKLOAD)
    world.serving(spaces[0], "db", 3)
    world.serving(spaces[0], "agent", 20)
    return spaces


@pytest.fixture(scope="module")
def curl(installation, folder):
    jar = folder / "cookies"

    def run(method, path, body=None):
        command = ["curl", "-sS", "--noproxy", "*", "-b", jar, "-c", jar, "-X", method, "-H", "Accept-Language: en",
                   "-w", "\n%{http_code}", installation.url + path]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        text, status = subprocess.check_output(command, text=True).rsplit("\n", 1)
        return int(status), json.loads(text)
    assert run("POST", "/api/login", {"username": "admin", "password": PASSWORD})[0] == 200
    return run


def slices_of(plane, space, service):
    """What kubectl shows of the Service's slices: every address."""
    return plane.kubectl("-n", space, "get", "endpointslices", "-l", f"kubernetes.io/service-name={service}",
                         "-o", "jsonpath={.items[*].endpoints[*].addresses[*]}").split()


def every_pod(plane, space):
    """Name and uid of every Pod, by kubectl."""
    return set(plane.kubectl("-n", space, "get", "pods", "--no-headers", "-o",
                             "custom-columns=N:.metadata.name,U:.metadata.uid").splitlines())


@pytest.mark.parametrize("kind, name", [("deployment", "web-00"), ("statefulset", "db"), ("daemonset", "agent")])
def test_out_and_back(crowd, curl, plane, installation, kind, name):
    space = crowd[0]
    status, pods = curl("GET", f"/api/{CLUSTER}/{space}/{kind}/{name}/pods")
    assert status == 200 and len(pods) == {"web-00": A_WORKLOAD, "db": 3, "agent": 20}[name]
    pod = pods[0]
    before = every_pod(plane, space)
    path = f"/api/{CLUSTER}/{space}/pods/{pod['name']}"

    status, removed = curl("POST", f"{path}/remove-load?wait=proof", {"reason": "heap dump"})
    assert status == 200, removed
    operation = removed["operation"]
    assert operation["outcome"] == "removed"
    assert [(row["name"], row["role"]) for row in operation["services"]] == [(name, "lost")]
    assert 0 <= operation["services"][0]["proven_ms"] < 10_000
    assert pod["pod_ip"] not in slices_of(plane, space, name)
    assert plane.kubectl("-n", space, "get", "pod", pod["name"], "-o", "jsonpath={.metadata.labels.load}") == "done"
    status, rows = curl("GET", f"/api/{CLUSTER}/{space}/{kind}/{name}/pods")
    row = next(row for row in rows if row["name"] == pod["name"])
    assert row["has_removeload"] is True
    assert row["removal"]["username"] == "admin" and row["removal"]["reason"] == "heap dump"

    status, restored = curl("POST", f"{path}/restore-traffic?wait=proof")
    assert status == 200 and restored["operation"]["outcome"] == "restored", restored
    assert pod["pod_ip"] in slices_of(plane, space, name)
    shown = json.loads(plane.kubectl("-n", space, "get", "pod", pod["name"], "-o", "json"))["metadata"]
    assert shown["labels"]["load"] == "online"
    assert not [key for key in shown.get("annotations", {}) if key.startswith("podload.io/")]
    assert every_pod(plane, space) == before, "a Pod ended or was made"

    for action, outcome, done in (("remove_load", "removed", operation), ("restore_traffic", "restored", restored["operation"])):
        status, log = curl("GET", f"/api/admin/logs?action={action}")
        rows = [row for row in log if row["operation"] == done["id"]]
        assert [(row["phase"], row["outcome"]) for row in rows] == [("outcome", outcome), ("attempt", None)]
        assert {row["resource"] for row in rows} == {f"pod/{space}/{pod['name']}"}
        assert {row["username"] for row in rows} == {"admin"}


def test_the_predecessors_clients_send_no_body(crowd, curl, plane):
    space = crowd[1]
    pod = plane.api.pods(space, "web-01")[0]["metadata"]["name"]
    path = f"/api/{CLUSTER}/{space}/pods/{pod}"
    status, removed = curl("POST", f"{path}/remove-load")
    assert (status, removed["success"]) == (200, True) and isinstance(removed["message"], str)
    # Proven, because the next test counts the Pods in the slices.
    status, restored = curl("POST", f"{path}/restore-traffic?wait=proof")
    assert (status, restored["success"]) == (200, True)


def test_a_dry_run_says_what_would_happen_and_does_nothing(crowd, curl, plane, installation):
    space = crowd[1]
    pod = plane.api.pods(space, "web-01")[1]
    name = pod["metadata"]["name"]
    rows = installation.sql("select count(*) from pod_load.operations")
    status, reply = curl("POST", f"/api/{CLUSTER}/{space}/pods/{name}/remove-load?dry_run=true", {"reason": "look"})
    assert status == 200 and reply["dry_run"] is True
    assert reply["operation"]["services"][0] == {"name": "web-01", "role": "lost", "before": A_WORKLOAD, "after": A_WORKLOAD - 1,
                                                 "minimum": 1, "proven_ms": None}
    now = plane.api.pod(space, name)
    assert now["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]
    assert installation.sql("select count(*) from pod_load.operations") == rows


def test_the_shapes_of_the_predecessors_replies(crowd, curl, plane):
    space = crowd[0]
    status, user = curl("GET", "/api/current-user")
    assert user["username"] == "admin" and set(user["permissions"]) >= {"admin", "read", "write", "clusters"}
    status, clusters = curl("GET", "/api/clusters")
    assert set(clusters[0]) >= {"name", "display_name", "version"} and clusters[0]["version"].startswith("v1.20.2")
    status, spaces = curl("GET", f"/api/{CLUSTER}/namespaces")
    assert set(spaces[0]) >= {"name", "status", "creation_time"} and space in {row["name"] for row in spaces}
    status, types = curl("GET", f"/api/{CLUSTER}/{space}/workload-types")
    assert {row["name"] for row in types} >= {"deployment", "statefulset", "daemonset", "job", "cronjob"}
    status, workloads = curl("GET", f"/api/{CLUSTER}/{space}/workloads?type=deployment")
    row = next(row for row in workloads if row["name"] == "web-00")
    assert row["type"] == "deployment" and (row["ready_replicas"], row["desired_replicas"]) == (A_WORKLOAD, A_WORKLOAD)
    assert row["resources"] == "cpu: 100m/200m, mem: 128Mi/256Mi"
    status, everything = curl("GET", f"/api/{CLUSTER}/{space}/workloads")
    assert {row["type"] for row in everything} >= {"deployment", "statefulset", "daemonset"}
    status, pods = curl("GET", f"/api/{CLUSTER}/{space}/pods")
    pod = pods[0]
    assert set(pod) >= {"name", "namespace", "status", "node_ip", "pod_ip", "created_time", "running_time", "restart_count",
                        "has_removeload", "labels"}
    real = plane.api.pod(space, pod["name"])
    node = plane.api.get(f"/api/v1/nodes/{real['spec']['nodeName']}")
    assert pod["node_ip"] == next(one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP")
    assert pod["pod_ip"] == real["status"]["podIP"]
    printed = plane.kubectl("-n", space, "get", "pods", "--no-headers").splitlines()
    assert {row["name"]: row["status"] for row in pods} == {line.split()[0]: line.split()[2] for line in printed}


def test_statuses_are_those_that_kubectl_prints(world, space, plane, curl):
    world.app(space, "web", 3)
    names = [pod["metadata"]["name"] for pod in plane.api.pods(space, "web")]
    base = {"name": "main", "image": "x", "imageID": "", "ready": False, "restartCount": 7}
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{names[0]}/status", {"status": {"containerStatuses": [
        {**base, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}})
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{names[1]}/status", {"status": {"containerStatuses": [
        {**base, "state": {"terminated": {"exitCode": 137, "signal": 9}}}]}})
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{names[2]}", {"metadata": {"finalizers": ["test/hold"]}})
    plane.api.delete(f"/api/v1/namespaces/{space}/pods/{names[2]}")
    wait_for(lambda: plane.api.pod(space, names[2])["metadata"].get("deletionTimestamp"), what="the Pod ending")
    status, rows = curl("GET", f"/api/{CLUSTER}/{space}/pods")
    found = {row["name"]: (row["status"], row["restart_count"]) for row in rows}
    assert [found[name][0] for name in names] == ["CrashLoopBackOff", "Signal:9", "Terminating"]
    assert found[names[0]][1] == 7
    printed = plane.kubectl("-n", space, "get", "pods", *names, "--no-headers").splitlines()
    assert {name: found[name][0] for name in names} == {line.split()[0]: line.split()[2] for line in printed}
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{names[2]}", {"metadata": {"finalizers": None}})


def test_health(curl):
    assert curl("GET", "/healthz")[0] == 200
    status, ready = curl("GET", "/readyz")
    assert status == 200 and ready["ready"] is True and set(ready["plugins"].values()) == {"running"}
