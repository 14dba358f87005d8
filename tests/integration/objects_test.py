"""What else is in a cluster: lists in the predecessor's shapes, YAML without secrets, on a real API server."""
import pytest
import yaml

CLUSTER = "real"
CANARY = "canary-in-a-secret"


@pytest.fixture
def filled(plane, world, space):
    """A namespace with one of each kind."""
    api, core = plane.api, f"/api/v1/namespaces/{space}"
    world.app(space, "web", 1)
    world.service(space, "web")
    meta = {"metadata": {"name": "one"}}
    api.apply(f"{core}/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", **meta, "data": {"a": "1", "b": "line\nline\n"}})
    api.apply(f"{core}/secrets", {"apiVersion": "v1", "kind": "Secret", **meta, "stringData": {"password": CANARY, "user": CANARY}})
    api.apply(f"{core}/persistentvolumeclaims", {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", **meta,
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "5Gi"}}}})
    api.apply("/api/v1/persistentvolumes", {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"volume-{space}"},
        "spec": {"capacity": {"storage": "1Ti"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/none"}}})
    api.apply("/apis/storage.k8s.io/v1/storageclasses", {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": f"class-{space}"}, "provisioner": "none"})
    api.apply(f"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", {
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", **meta, "spec": {"rules": [{"http": {"paths": [
            {"path": "/shop", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}})
    api.patch(f"/apis/apps/v1/namespaces/{space}/deployments/web", {"spec": {"template": {"spec": {"containers": [
        {"name": api.get(f"/apis/apps/v1/namespaces/{space}/deployments/web")["spec"]["template"]["spec"]["containers"][0]["name"],
         "image": "web", "env": [{"name": "PASSWORD", "value": CANARY}]}]}}}})
    return space


def rows(client, path, **options):
    reply = client.get(f"/api/{CLUSTER}/{path}", **options)
    assert reply.status == 200, reply
    return reply.json


def test_lists(admin, filled):
    services = {(row["type"], row["name"]): row for row in rows(admin, f"{filled}/services")}
    assert services["Service", "web"]["status"] == "Ready" and services["Service", "web"]["ip"]
    ingress = services["Ingress", "one"]
    assert (ingress["ports"], ingress["status"], ingress["namespace"]) == ("/shop -> web:80", "Pending", filled)
    assert {row["type"] for row in rows(admin, f"{filled}/services?type=ingress")} == {"Ingress"}

    configs = {(row["type"], row["name"]): row["data_count"] for row in rows(admin, f"{filled}/configs")}
    assert configs["ConfigMap", "one"] == 2 and configs["Secret", "one"] == 2
    assert CANARY not in admin.get(f"/api/{CLUSTER}/{filled}/configs").text

    storage = {(row["type"], row["name"]): row for row in rows(admin, f"{filled}/storage")}
    assert storage["PersistentVolumeClaim", "one"]["capacity"] == "5Gi"
    assert storage["PersistentVolume", f"volume-{filled}"]["capacity"] == "1Ti"
    assert storage["StorageClass", f"class-{filled}"]["namespace"] == ""
    assert {row["type"] for row in rows(admin, f"{filled}/storage?type=pv")} == {"PersistentVolume"}

    node = rows(admin, "nodes")[0]
    assert node["status"] in ("True", "False", "Unknown") and node["internal_ip"] and node["role"] == "worker"


def test_yaml(admin, plane, filled):
    reply = admin.get(f"/api/{CLUSTER}/{filled}/deployment/web/yaml")
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/plain"), reply
    shown, real = yaml.safe_load(reply.text), plane.api.get(f"/apis/apps/v1/namespaces/{filled}/deployments/web")
    assert shown["spec"] == real["spec"] and CANARY in reply.text  # an administrator may write
    assert "managedFields" not in reply.text and "last-applied" not in reply.text
    for path, kind in [("services/Service/web", "Service"), ("services/Ingress/one", "Ingress"), ("configs/ConfigMap/one", "ConfigMap"),
                       ("storage/pvc/one", "PersistentVolumeClaim"), (f"storage/PersistentVolume/volume-{filled}", "PersistentVolume"),
                       (f"storage/storageclass/class-{filled}", "StorageClass")]:
        reply = admin.get(f"/api/{CLUSTER}/{filled}/{path}/yaml")
        assert reply.status == 200 and yaml.safe_load(reply.text)["kind"] == kind, reply
    data = yaml.safe_load(admin.get(f"/api/{CLUSTER}/{filled}/configs/ConfigMap/one/yaml").text)["data"]
    assert data == {"a": "1", "b": "line\nline\n"}


def test_what_is_not_shown(admin, installation, filled):
    reply = admin.get(f"/api/{CLUSTER}/{filled}/configs/Secret/one/yaml")
    assert (reply.status, reply.json["code"]) == (403, "secret_has_no_yaml")
    reader = installation.client(*installation.user(f"reader-{filled}"))
    text = reader.get(f"/api/{CLUSTER}/{filled}/deployment/web/yaml").text
    assert CANARY not in text and "PASSWORD" in text and text.startswith("# Values")
    for path, status, code in [("configs/thing/one/yaml", 404, "unknown_object_type"), ("services/service/none/yaml", 404, "kube_not_found"),
                               ("deployment/none/yaml", 404, "kube_not_found"), ("services?type=pod", 422, "invalid"),
                               ("services/service/UPPER/yaml", 422, "bad_name")]:
        reply = admin.get(f"/api/{CLUSTER}/{filled}/{path}")
        assert (reply.status, reply.json["code"]) == (status, code), reply


def test_a_cluster_that_forbids_secrets_shows_the_rest(installation, plane, admin, filled):
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]},
             {"apiGroups": [""], "resources": ["pods", "services", "namespaces", "nodes"], "verbs": ["get", "list", "watch", "patch"]},
             {"apiGroups": ["apps", "batch", "discovery.k8s.io"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]
    installation.command("cluster", "add", "narrow", "--kubeconfig", str(plane.account("narrow", rules)))
    try:
        reply = admin.get(f"/api/narrow/{filled}/configs")
        assert reply.status == 200 and reply.headers["x-podload-skipped"] == "secret", reply
        assert {row["type"] for row in reply.json} == {"ConfigMap"}
        reply = admin.get(f"/api/narrow/{filled}/configs?type=secret")
        assert (reply.status, reply.json["code"]) == (503, "kube_forbidden")
    finally:
        installation.command("cluster", "remove", "narrow")
