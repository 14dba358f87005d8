"""Clusters as an administrator keeps them: changed over REST, imported from files, spoken to in people's names."""
import base64
import json
import os
import shutil
import subprocess

import pytest
import yaml

from lib.wait import wait_for

CLUSTER = "real"
RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch", "patch"]},
         {"apiGroups": [""], "resources": ["services", "namespaces", "nodes"], "verbs": ["get", "list", "watch"]},
         {"apiGroups": ["apps", "batch", "discovery.k8s.io"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]


@pytest.fixture
def registered(installation, plane):
    """A second name for the control plane, which the test may change."""
    kubeconfig = plane.account("changing", RULES)
    installation.command("cluster", "add", "changing", "--kubeconfig", str(kubeconfig))
    yield "changing"
    installation.command("cluster", "remove", "changing", check=False)


def test_an_administrator_sees_and_changes_a_cluster(admin, installation, plane, registered):
    shown = admin.get(f"/api/admin/clusters/{registered}").json
    assert shown["server"] == f"https://127.0.0.1:{plane.port}" and shown["identity"] == {"mode": "itself"}
    assert shown["created_by"].startswith("cli:")
    reply = admin.call("PUT", f"/api/admin/clusters/{registered}", {"display_name": "改过的集群", "minimum": 2})
    assert reply.status == 200 and reply.json["success"] is True, reply
    row = {row["name"]: row for row in admin.get("/api/admin/clusters").json}[registered]
    assert (row["display_name"], row["minimum"]) == ("改过的集群", 2)
    assert row["version"] == "v1.20.2" and "kubeconfig" not in json.dumps(row)
    logged = admin.get("/api/admin/logs?action=update-cluster").json[0]
    assert logged["resource"] == f"cluster/{registered}" and logged["username"] == "admin"

    # A new kubeconfig for the same server; the predecessor's page sends both members.
    text = plane.admin.read_text()
    reply = admin.call("PUT", f"/api/admin/clusters/{registered}", {"display_name": "x", "kubeconfig_content": text})
    assert reply.status == 200, reply
    # Another server is not the operator's word any more; nothing changed.
    other = text.replace("127.0.0.1", "localhost")
    reply = admin.call("PUT", f"/api/admin/clusters/{registered}", {"kubeconfig_content": other})
    assert (reply.status, reply.json["code"]) == (422, "try_address"), reply
    assert admin.get(f"/api/admin/clusters/{registered}").json["server"] == f"https://127.0.0.1:{plane.port}"
    for body, status, code in [({}, 422, "invalid"), ({"minimum": "2"}, 422, "invalid"), ({"kubeconfig_content": "x"}, 422, "kubeconfig_not_one"),
                               ({"identity": {"mode": "fixed"}}, 422, "bad_identity")]:
        reply = admin.call("PUT", f"/api/admin/clusters/{registered}", body)
        assert (reply.status, reply.json["code"]) == (status, code), reply
    assert admin.call("PUT", "/api/admin/clusters/none", {"display_name": "x"}).status == 404


def test_in_a_persons_name(admin, installation, plane, world, space, registered):
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)]
    put = lambda identity: admin.call("PUT", f"/api/admin/clusters/{registered}", {"identity": identity})
    fixed = {"mode": "fixed", "user": "podload-person"}
    reply = put(fixed)
    assert reply.status == 422 and reply.json["code"] == "cluster_rights", reply
    assert "userextras/podload.io/user" in reply.json["message"] and "users/podload-person" in reply.json["message"]

    manifest = installation.command("cluster", "rbac", "--identity", "fixed", "--users", "podload-person").stdout
    objects = [one for one in yaml.safe_load_all(manifest) if one]
    roles = {one["metadata"]["name"]: one for one in objects if one["kind"] == "ClusterRole"}
    plane.account("changing", RULES + roles["podload-impersonates"]["rules"])
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    for one in objects:
        if one["metadata"]["name"] == "podload-acts":
            plane.api.apply(f"{rbac}/{one['kind'].lower()}s", one)
    reply = wait_for(lambda: (lambda r: r if r.status == 200 else None)(put(fixed)), 10, "the rights")
    removal = admin.remove(registered, space, pods[0], reason="in a name")
    assert removal.status == 200, removal
    fields = plane.api.pod(space, pods[0])["metadata"]["managedFields"]
    assert any(entry["manager"] == "podload" for entry in fields)
    assert admin.restore(registered, space, pods[0], "?wait=proof").status == 200

    # A bare right to impersonate anybody is refused when it is turned on.
    plane.account("changing", RULES + [{"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]}])
    named = {"mode": "named", "users": ["somebody"]}
    reply = wait_for(lambda: (lambda r: r if r.json["code"] == "identity_bare_rule" else None)(put(named)), 10, "the bare rule")
    assert reply.status == 422
    # Listed names only: the administrator is not among them.
    plane.account("changing", RULES + [{"apiGroups": [""], "resources": ["users"], "resourceNames": ["somebody"], "verbs": ["impersonate"]}])
    wait_for(lambda: put(named).status == 200, 10, "the named rule")
    reply = admin.remove(registered, space, pods[0], reason="x")
    assert (reply.status, reply.json["code"]) == (403, "person_not_listed"), reply
    assert plane.api.pod(space, pods[0])["metadata"]["labels"]["load"] == "online"


def test_a_type_that_podload_may_not_list_hides_no_others(admin, installation, plane, world, space):
    world.app(space, "web", 2)
    only_apps = [{**rule, "apiGroups": ["apps", "discovery.k8s.io"]} if "apps" in rule["apiGroups"] else rule for rule in RULES]
    installation.command("cluster", "add", "no-batch", "--kubeconfig", str(plane.account("no-batch", only_apps)))
    try:
        reply = admin.get(f"/api/no-batch/{space}/workloads")
        assert reply.status == 200 and {row["type"] for row in reply.json} == {"deployment", "replicaset"}, reply
        assert reply.headers["x-podload-skipped"] == "job, cronjob"
        reply = admin.get(f"/api/no-batch/{space}/workloads?type=job")
        assert (reply.status, reply.json["code"]) == (503, "kube_forbidden"), reply
    finally:
        installation.command("cluster", "remove", "no-batch")


def test_the_least_rights_suffice(installation, plane, admin, world, space):
    """What `cluster rbac` prints, applied with kubectl (without the policy, which 1.20 does not know), is enough."""
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 2)]
    manifest = installation.command("cluster", "rbac").stdout
    assert "RBAC cannot restrict" in manifest and "ValidatingAdmissionPolicy" in manifest
    objects = [one for one in yaml.safe_load_all(manifest) if one and "Admission" not in one["kind"]]
    done = subprocess.run([plane.assets / "kubectl" if (plane.assets / "kubectl").exists() else shutil.which("kubectl"),
                           "--kubeconfig", plane.admin, "apply", "-f", "-"], input=yaml.safe_dump_all(objects), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    secret = "/api/v1/namespaces/podload/secrets/podload-token"
    token = wait_for(lambda: plane.api.get(secret).get("data", {}).get("token"), what="the token")
    kubeconfig = plane.kubeconfig("least", {"token": base64.b64decode(token).decode()})
    installation.command("cluster", "add", "least", "--kubeconfig", str(kubeconfig))
    try:
        reply = admin.remove("least", space, pods[0], "?wait=proof", reason="least")
        assert reply.status == 200 and reply.json["operation"]["outcome"] == "removed", reply
        assert not [warning for warning in reply.json["operation"]["warnings"] if warning["code"] == "could_not_check"]
        assert admin.restore("least", space, pods[0], "?wait=proof").status == 200
        for path in ["nodes", f"{space}/services", f"{space}/storage", f"{space}/workloads"]:
            assert admin.get(f"/api/least/{path}").status == 200
        assert admin.get(f"/api/least/{space}/configs").headers["x-podload-skipped"] == "secret"
    finally:
        installation.command("cluster", "remove", "least")


def test_a_folder_of_kubeconfigs(folder, installation, plane, daemons, admin):
    place = folder / "kubeconfigs"
    place.mkdir()
    (place / "from-folder.yaml").write_text(plane.admin.read_text())
    (place / "broken.yaml").write_text("users: [")
    (place / "Bad Name.yaml").write_text(plane.admin.read_text())
    for file in [place, *place.iterdir()]:
        os.chmod(file, 0o755)
    daemon = daemons("importing", KUBECONFIG_DIR=str(place))
    names = lambda: {row["name"] for row in admin.get("/api/clusters").json}
    wait_for(lambda: "from-folder" in names(), 15, "the cluster of the folder")
    wait_for(lambda: "Bad Name" in daemon.log() and "broken" in daemon.log(), 10, "the refusals in the log")
    assert admin.call("DELETE", "/api/admin/clusters/from-folder").status == 200
    daemon.stop()
    daemon.start()
    # The same folder again, told by the line that comes after it: what was deleted stays so.
    wait_for(lambda: daemon.log().count("was not imported") >= 4, 15, "the second look")
    assert "from-folder" not in names()
    daemon.stop()
