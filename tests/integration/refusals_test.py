"""Each refusal and each warning, provoked on the real control plane; those that need a newer server,
on the simulated one (marked so)."""
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lib.podload import OverSocket
from lib.wait import wait_for

CLUSTER = "real"


def refused(reply, code):
    assert (reply.status, reply.json["success"], reply.json["code"]) == (409, False, code), reply
    assert reply.json["message"] and reply.json["incident"]
    return reply.json


def warnings(reply):
    assert reply.status == 200, reply
    return {row["code"] for row in reply.json["operation"]["warnings"]}


def names(pods):
    return [pod["metadata"]["name"] for pod in pods]


def load_of(plane, space, pod):
    return plane.api.pod(space, pod)["metadata"]["labels"].get("load")


def test_no_service_looks_at_the_label(world, space, plane, admin):
    world.workload("Deployment", space, "web", 2)
    world.service(space, "web", selector={"app": "web"})
    pods = names(world.serving(space, "web", 2))
    reply = refused(admin.remove(CLUSTER, space, pods[0]), "nothing_lost_but")
    assert "web" in reply["message"]
    assert load_of(plane, space, pods[0]) == "online"


def test_no_service_at_all(world, space, plane, admin):
    world.workload("Deployment", space, "web", 1)
    pod = wait_for(lambda: [one for one in plane.api.pods(space) if one["status"].get("podIP")])[0]["metadata"]["name"]
    refused(admin.remove(CLUSTER, space, pod), "nothing_lost")


def test_the_label_in_the_replicasets_selector(world, space, plane, admin):
    pods = names(world.app(space, "web", 2, label_in_selector=True))
    reply = refused(admin.remove(CLUSTER, space, pods[0], force=True, reason="try"), "label_in_selector")
    assert "ReplicaSet/" in reply["message"]
    assert sorted(names(plane.api.pods(space))) == sorted(pods), "the owner made another Pod"


def test_the_minimum_and_force(world, space, plane, admin):
    pods = names(world.app(space, "web", 3, minimum=2))
    assert admin.remove(CLUSTER, space, pods[0], "?wait=proof").status == 200
    reply = refused(admin.remove(CLUSTER, space, pods[1]), "below_minimum")
    assert [row["overridable"] for row in reply["details"]["refusals"]] == [True]
    assert load_of(plane, space, pods[1]) == "online"
    assert admin.remove(CLUSTER, space, pods[1], force=True).status == 422  # force needs a reason
    assert admin.remove(CLUSTER, space, pods[1], force=True, reason="it leaks").status == 200
    assert load_of(plane, space, pods[1]) == "done"


def test_a_percentage_is_rounded_up_and_counts_those_that_are_out(world, space, admin):
    pods = names(world.app(space, "web", 5, minimum="50%"))
    for pod in pods[:2]:
        assert admin.remove(CLUSTER, space, pod).status == 200
    refused(admin.remove(CLUSTER, space, pods[2]), "below_minimum")


def test_a_pod_that_is_ending(world, space, plane, admin):
    pods = names(world.app(space, "web", 2))
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"finalizers": ["test/hold"]}})
    plane.api.delete(f"/api/v1/namespaces/{space}/pods/{pods[0]}")
    wait_for(lambda: plane.api.pod(space, pods[0])["metadata"].get("deletionTimestamp"))
    refused(admin.remove(CLUSTER, space, pods[0]), "pod_ending")
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"finalizers": None}})


def test_a_pod_that_does_not_run_or_lacks_the_label(world, space, plane, admin):
    world.app(space, "web", 2)
    plane.api.apply(f"/api/v1/namespaces/{space}/pods", {
        "apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "main", "image": "x"}]},
        "metadata": {"name": "waiting", "labels": {"load": "online"}, "annotations": {"test/no-kubelet": "1"}}})
    refused(admin.remove(CLUSTER, space, "waiting"), "pod_not_running")
    pods = names(plane.api.pods(space, "web"))
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"labels": {"load": None}}})
    refused(admin.remove(CLUSTER, space, pods[0]), "not_online")
    refused(admin.restore(CLUSTER, space, pods[1]), "already_in")
    assert admin.remove(CLUSTER, space, pods[1], force=True, reason="x").status in (200, 409)


def test_out_already(world, space, admin):
    pods = names(world.app(space, "web", 3))
    assert admin.remove(CLUSTER, space, pods[0]).status == 200
    refused(admin.remove(CLUSTER, space, pods[0]), "already_out")


def test_a_service_that_still_routes(world, space, plane, admin):
    pods = plane.api.pods(space, None) or world.app(space, "web", 3)
    world.service(space, "all", selector={"app": "web"})
    world.serving(space, "all", 3)
    reply = admin.remove(CLUSTER, space, pods[0]["metadata"]["name"], "?wait=proof")
    assert warnings(reply) == {"still_routed"}
    assert reply.json["operation"]["outcome"] == "removed_still_routed"
    assert "all" in reply.json["message"]
    assert pods[0]["metadata"]["uid"] in plane.api.endpoint_uids(space, "all")


def test_the_warnings_of_what_else_is_in_the_namespace(world, space, plane, admin):
    world.workload("Deployment", space, "web", 3, spec={
        "containers": [{"name": "main", "image": "x", "livenessProbe": {"tcpSocket": {"port": 1}}}]})
    world.service(space, "web", spec={"publishNotReadyAddresses": True, "type": "NodePort", "externalTrafficPolicy": "Local"},
                  **{"service.cloud.tencent.com/direct-access": "true"})
    pods = world.serving(space, "web", 3)
    name = pods[0]["metadata"]["name"]
    api = plane.api
    api.apply(f"/apis/autoscaling/v1/namespaces/{space}/horizontalpodautoscalers", {
        "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
        "spec": {"maxReplicas": 3, "minReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}})
    for budget, labels in (("by-app", {"app": "web"}), ("by-load", {"load": "online"})):
        api.apply(f"/apis/policy/v1beta1/namespaces/{space}/poddisruptionbudgets", {
            "apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": budget},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": labels}}})
    api.apply(f"/apis/networking.k8s.io/v1/namespaces/{space}/networkpolicies", {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "online-only"},
        "spec": {"podSelector": {"matchLabels": {"load": "online"}}}})
    api.apply(f"/api/v1/namespaces/{space}/services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "legacy"},
                                                       "spec": {"ports": [{"port": 80}]}})
    api.apply(f"/apis/discovery.k8s.io/v1beta1/namespaces/{space}/endpointslices", {
        "apiVersion": "discovery.k8s.io/v1beta1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "legacy-1", "labels": {"kubernetes.io/service-name": "legacy",
                                                    "endpointslice.kubernetes.io/managed-by": "somebody"}},
        "endpoints": [{"addresses": [pods[0]["status"]["podIP"]]}], "ports": []})
    node = pods[0]["spec"]["nodeName"]
    api.patch(f"/api/v1/nodes/{node}", {"spec": {"unschedulable": True}})
    try:
        reply = admin.remove(CLUSTER, space, name, "?dry_run=true")
        assert warnings(reply) >= {"autoscaler", "disruption_budget", "budget_by_label", "policy_by_label", "foreign_slice",
                                   "publishes_not_ready", "direct_access", "liveness_probe", "node_draining", "last_on_node"}
    finally:
        api.patch(f"/api/v1/nodes/{node}", {"spec": {"unschedulable": None}})


def test_a_pod_that_was_not_ready_anyway(world, space, plane, kubelets, admin):
    pods = names(world.app(space, "web", 2))
    kubelets.set_ready(space, pods[0], False)
    reply = admin.remove(CLUSTER, space, pods[0], "?wait=proof")
    assert warnings(reply) == {"not_ready_anyway"}
    assert reply.json["operation"]["outcome"] == "already_not_serving"
    reply = admin.restore(CLUSTER, space, pods[0], "?wait=proof")
    assert reply.json["operation"]["outcome"] == "restored_not_ready" and warnings(reply) == {"not_ready_yet"}


def test_readiness_gates_and_a_jobs_deadline(world, space, plane, admin):
    plane.api.apply(f"/apis/batch/v1/namespaces/{space}/jobs", {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "batch"},
        "spec": {"activeDeadlineSeconds": 3600, "parallelism": 2, "template": {
            "metadata": {"labels": {"app": "batch", "load": "online"}},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "x"}],
                     "readinessGates": [{"conditionType": "test/gate"}]}}}})
    world.service(space, "batch")
    pods = wait_for(lambda: len([one for one in plane.api.pods(space, "batch") if one["status"].get("podIP")]) == 2
                    and plane.api.pods(space, "batch"))
    reply = admin.remove(CLUSTER, space, pods[0]["metadata"]["name"], "?dry_run=true", )
    assert warnings(reply) >= {"readiness_gates", "job_deadline"}


def test_restore_of_what_podload_has_no_record_of_wants_a_confirmation(world, space, plane, admin):
    pods = names(world.app(space, "web", 2))
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"labels": {"load": "done"}}})
    refused(admin.restore(CLUSTER, space, pods[0]), "unrecorded")
    assert load_of(plane, space, pods[0]) == "done"
    reply = admin.restore(CLUSTER, space, pods[0], "?wait=proof", confirm=True)
    assert reply.json["operation"]["outcome"] == "restored", reply
    assert load_of(plane, space, pods[0]) == "online"


def test_a_label_that_someone_else_changed_is_not_overwritten_unasked(world, space, plane, admin):
    pods = names(world.app(space, "web", 3))
    assert admin.remove(CLUSTER, space, pods[0], "?wait=proof").status == 200
    plane.api.patch(f"/api/v1/namespaces/{space}/pods/{pods[0]}", {"metadata": {"labels": {"load": "canary"}}})
    refused(admin.restore(CLUSTER, space, pods[0]), "changed_outside")
    assert load_of(plane, space, pods[0]) == "canary"


class HoldingProxy(ThreadingHTTPServer):
    """Passes requests on to the API server, but holds each PATCH back until `release` is set."""
    daemon_threads = True

    def __init__(self, plane):
        self.plane, self.held, self.release = plane, threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), Passer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(plane.pki / "server.crt", plane.pki / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Passer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "PATCH":
            self.server.held.set()
            self.server.release.wait(30)
        connection = self.server.plane.api.connection()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
        connection.request(self.command, self.path, body or None, headers)
        reply = connection.getresponse()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.headers.get("Content-Type", "application/json"))
        if "watch=1" in self.path:
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while piece := reply.read1(65536):
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                self.close_connection = True
            return
        text = reply.read()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = do_DELETE = pass_on


@pytest.fixture(scope="module")
def holding(plane, installation, folder):
    proxy = HoldingProxy(plane)
    account = plane.account("held", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])
    token = json.loads(account.read_text())["users"][0]["user"]
    kubeconfig = plane.kubeconfig("held", token, server=f"https://127.0.0.1:{proxy.server_address[1]}", path=folder / "held.kubeconfig")
    proxy.release.set()
    installation.command("cluster", "add", "held", "--kubeconfig", kubeconfig)
    yield proxy
    installation.command("cluster", "remove", "held")
    proxy.shutdown()


def test_a_pod_made_anew_between_read_and_patch_is_left_alone(world, space, plane, holding, daemons):
    pods = world.app(space, "db", 2, kind="StatefulSet")
    name, uid = pods[0]["metadata"]["name"], pods[0]["metadata"]["uid"]
    holding.held.clear()
    holding.release.clear()
    answers = []
    client = daemons("first").client()
    asking = threading.Thread(target=lambda: answers.append(client.remove("held", space, name)))
    asking.start()
    assert holding.held.wait(20), "the PATCH did not come"
    plane.api.delete(f"/api/v1/namespaces/{space}/pods/{name}", gracePeriodSeconds=0)

    def made_anew():
        try:
            pod = plane.api.pod(space, name)
        except Exception:
            return None
        return pod["metadata"]["uid"] != uid and pod["status"].get("podIP")
    wait_for(made_anew, 30, "the Pod made anew")
    holding.release.set()
    asking.join()
    refused(answers[0], "pod_replaced")
    assert load_of(plane, space, name) == "online"
    shown = client.get(f"/api/held/{space}/operations/{answers[0].json['details']['id']}").json
    assert shown["outcome"] == "replaced"


def test_a_user_who_may_only_read_is_refused_and_it_is_recorded(world, space, installation, daemons):
    pods = names(world.app(space, "web", 2))
    who = installation.user("reader")
    reader = OverSocket(daemons("first").socket).login(*who)
    reply = reader.remove(CLUSTER, space, pods[0])
    assert (reply.status, reply.json["code"]) == (403, "forbidden"), reply
    rows = installation.sql("select action, outcome from audit.rows where username = 'reader' and outcome = 'denied'")
    assert rows == [["remove_load", "denied"]]


@pytest.fixture(scope="module")
def simulated(kubesim, folder):
    """podload on the simulated cluster: newer than the real one here."""
    from lib.control_plane import free_ports
    from lib.podload import Installation
    demo = Installation(folder / "demo", free_ports(1)[0])
    yield demo
    demo.down()


def test_local_traffic_inside_the_cluster_on_a_simulated_newer_server(simulated):
    """1.20 drops internalTrafficPolicy, so this needs a newer server: a simulated one."""
    from lib.kube_api import KubeApi
    client = simulated.client("admin", "admin123")
    sim = KubeApi(simulated.state / "kubesim/kubeconfig")
    sim.patch("/api/v1/namespaces/shop/services/catalog", {"spec": {"internalTrafficPolicy": "Local"}})
    pod = sim.pods("shop", "catalog")[0]["metadata"]["name"]
    reply = client.remove("demo", "shop", pod, "?dry_run=true")
    assert "last_on_node" in warnings(reply)
