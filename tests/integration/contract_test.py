"""Every operation of the API, called once with success; its reply is held against its schema (lib/contract.py).
And what the predecessor's clients send, unchanged."""
import json

import pytest

from lib.podload import PASSWORD, Client, OverNginx
from lib.wait import wait_for

CLUSTER = "real"


@pytest.fixture
def pods(world, space):
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)]
    world.service(space, "web")
    return names


def test_every_operation_keeps_to_the_contract(admin, installation, plane, space, pods):
    Client.contract.succeeded.clear()
    good = plane.admin.read_text()
    installation.command("cluster", "add", "spare", "--kubeconfig", str(plane.admin))
    ask = lambda method, path, body=None: admin.call(method, path, body)
    fine = []

    def did(method, path, body=None):
        reply = ask(method, path, body)
        fine.append((method, path, reply.status))
        assert reply.status == 200, (method, path, reply)
        return reply.json if reply.headers["content-type"].startswith("application/json") else reply.text

    for path in ["/healthz", "/metrics", "/readyz", "/api/openapi.json", "/api/clusters", "/api/current-user", "/api/admin/clusters",
                 "/api/admin/clusters/spare", "/api/admin/users", "/api/admin/logs", "/api/admin/logs/actions",
                 "/api/admin/logs/export?format=ndjson", "/api/admin/sessions", "/api/admin/tokens", "/api/ui", "/api/admin/events", "/api/current-user/sessions",
                 "/api/current-user/tokens", f"/api/{CLUSTER}/namespaces", f"/api/{CLUSTER}/nodes",
                 f"/api/{CLUSTER}/pods?q=web&namespace={space}&limit=5", f"/api/{CLUSTER}/events?namespace={space}"]:
        did("GET", path)
    for path in ["workload-types", "workloads", "workloads?type=deployment", "pods", "deployment/web/pods", "services", "configs",
                 "storage", "deployment/web/yaml", "services/Service/web/yaml", "configs/ConfigMap/kube-root-ca.crt/yaml"]:
        did("GET", f"/api/{CLUSTER}/{space}/{path}")
    plane.api.apply("/apis/storage.k8s.io/v1/storageclasses", {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "contract"}, "provisioner": "none"})
    did("GET", f"/api/{CLUSTER}/{space}/storage/storageclass/contract/yaml")
    did("PUT", "/api/admin/clusters/spare", {"display_name": "spare"})
    did("DELETE", "/api/admin/clusters/spare")
    # Over REST no address on loopback is taken, and the tests have no other: this one operation is seen refused.
    refused = ask("POST", "/api/admin/clusters", {"name": "rest", "kubeconfig_content": good})
    assert (refused.status, refused.json["code"]) == (422, "try_address")

    did("POST", "/api/admin/events/retry")
    did("DELETE", "/api/admin/events")
    removal = did("POST", f"/api/{CLUSTER}/{space}/pods/{pods[0]}/remove-load?wait=proof", {"reason": "contract"})
    did("GET", f"/api/{CLUSTER}/{space}/operations/{removal['operation']['id']}")
    did("POST", f"/api/{CLUSTER}/{space}/pods/{pods[0]}/restore-traffic?wait=proof")

    did("POST", "/api/admin/users", {"username": "contract", "password": PASSWORD, "permissions": {"read": True}})
    did("GET", "/api/admin/users/contract")
    did("PUT", "/api/admin/users/contract", {"permissions": {"write": True}})
    person = OverNginx(installation.url).login("contract")
    changed = person.post("/api/current-user/password", {"current_password": PASSWORD, "new_password": "another " + PASSWORD})
    assert changed.status == 200, changed
    more = [OverNginx(installation.url).login("contract", "another " + PASSWORD) for _ in range(3)]
    sessions = person.get("/api/current-user/sessions").json
    others = [row["id"] for row in sessions if not row["current"]]
    assert person.call("DELETE", f"/api/current-user/sessions/{others[0]}").status == 200
    did("DELETE", f"/api/admin/sessions/{others[1]}")
    tokens = [person.post("/api/current-user/tokens", {"name": name, "scope": "read", "current_password": "another " + PASSWORD}).json for name in ("one", "two")]
    assert person.call("DELETE", f"/api/current-user/tokens/{tokens[0]['id']}").status == 200
    did("DELETE", f"/api/admin/tokens/{tokens[1]['id']}")
    assert person.post("/api/logout").status == 200
    did("DELETE", "/api/admin/users/contract/sessions")
    did("DELETE", "/api/admin/users/contract")
    assert len(more) == 3
    missed = {one.id for one in Client.contract.operations} - Client.contract.succeeded
    assert missed == {"cluster.add"}, missed


def test_the_predecessors_clients_work_unchanged(installation, admin, plane, world, space, pods):
    """The requests that its README documents, with the bodies that its page sent."""
    client = OverNginx(installation.url)
    who = {"username": "flask-user", "password": "user-password", "permissions": {"admin": False, "read": True, "write": True, "clusters": {}}}
    reply = admin.post("/api/admin/users", who)
    assert reply.json["success"] is True and reply.json["message"]
    wrong = client.post("/api/login", {"username": "flask-user", "password": "wrong"})
    assert (wrong.status, wrong.json["success"]) == (401, False) and wrong.json["message"]
    assert client.post("/api/login", {"username": "flask-user", "password": "user-password"}).json["success"] is True
    client.post("/api/current-user/password", {"current_password": "user-password", "new_password": "user-password-2"})
    user = client.get("/api/current-user").json
    assert user["username"] == "flask-user"
    assert {key: user["permissions"][key] for key in ("admin", "read", "write")} == {"admin": False, "read": True, "write": True}
    assert user["permissions"]["all_clusters"] is True  # an empty list meant all when a user was added

    clusters = {row["name"]: row for row in client.get("/api/clusters").json}
    assert clusters[CLUSTER]["version"].startswith("v1.") and clusters[CLUSTER]["display_name"]
    spaces = {row["name"]: row for row in client.get(f"/api/{CLUSTER}/namespaces").json}
    assert spaces[space]["status"] == "Active" and spaces[space]["creation_time"]
    workload = client.get(f"/api/{CLUSTER}/{space}/workloads?type=deployment").json[0]
    assert (workload["name"], workload["type"], workload["ready_replicas"], workload["desired_replicas"]) == ("web", "deployment", 3, 3)
    assert set(workload) >= {"namespace", "resources", "creation_time"}
    rows = client.get(f"/api/{CLUSTER}/{space}/deployment/web/pods").json
    assert set(rows[0]) >= {"name", "namespace", "status", "node_ip", "pod_ip", "created_time", "running_time", "restart_count",
                            "has_removeload", "labels"}
    assert client.post(f"/api/{CLUSTER}/{space}/pods/{pods[1]}/remove-load").json["success"] is True
    assert [row["has_removeload"] for row in client.get(f"/api/{CLUSTER}/{space}/pods").json if row["name"] == pods[1]] == [True]
    assert client.post(f"/api/{CLUSTER}/{space}/pods/{pods[1]}/restore-traffic").json["success"] is True

    users = {row["username"]: row for row in admin.get("/api/admin/users").json}
    assert isinstance(users["flask-user"]["permissions"]["clusters"], list)
    assert admin.call("PUT", "/api/admin/users/flask-user", {"password": "", "permissions": {
        "admin": False, "read": True, "write": False, "clusters": [CLUSTER]}}).json["success"] is True
    assert admin.get("/api/admin/users/flask-user").json["permissions"]["clusters"] == [CLUSTER]
    assert client.post(f"/api/{CLUSTER}/{space}/pods/{pods[1]}/remove-load").status == 403
    assert admin.call("PUT", "/api/admin/users/flask-user", {"permissions": {"admin": "false"}}).status == 422
    logs = admin.get("/api/admin/logs?action=remove-load").json
    assert logs == admin.get("/api/admin/logs?action=remove_load").json and logs[0]["action"] == "remove_load"
    assert set(logs[0]) >= {"timestamp", "username", "action", "resource", "details"}
    assert {row["resource"] for row in logs if row["outcome"] != "denied"} & {f"pod/{space}/{pods[1]}"}
    assert admin.get("/api/admin/logs?start_time=2020-01-01&end_time=2020-01-02").json == []
    assert admin.get("/api/admin/logs?start_time=2020-01-01T00:00").json
    assert admin.call("DELETE", "/api/admin/users/flask-user").json["success"] is True
    wait_for(lambda: client.get("/api/current-user").status == 401, 1.5, "the end of a deleted user's session")
    assert client.post("/api/logout").status == 401


def test_the_document_is_read_without_signing_in_and_beside_its_page(installation):
    nobody = OverNginx(installation.url)
    document = nobody.get("/api/openapi.json").json
    assert document["openapi"].startswith("3.") and len(document["paths"]) > 30
    page = nobody.get("/api-docs.html")
    assert page.status == 200 and "/api-docs.js" in page.text and "http" not in page.text.replace("http-equiv", "")
    assert json.dumps(document).count("kubeconfig_content") >= 2  # written, never read: it stands in bodies only
