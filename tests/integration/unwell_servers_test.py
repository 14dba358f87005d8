"""API servers that are not well: busy, half broken, or with less rights than thought. On a simulated one, since
a real one does not do it on request."""
import re

import pytest
import yaml
from lib.kube_api import KubeApi, KubeError
from lib.wait import wait_for

CANARY = "canary5ecret"


class Sim:
    """The simulated API server of the installation, and its faults."""

    def __init__(self, installation):
        self.kubeconfig = installation.state / "kubesim/kubeconfig"
        self.api = KubeApi(self.kubeconfig)

    def fault(self, **rule):
        return self.api.request("POST", "/sim/faults", rule)["id"]

    def clear(self):
        self.api.request("DELETE", "/sim/faults")

    def seen(self, path):
        return [one for one in self.api.get("/sim/requests") if re.search(path, one["path"])]


@pytest.fixture
def sim(unwell):
    made = Sim(unwell)
    yield made
    made.clear()


@pytest.fixture(scope="module")
def client(unwell):
    return unwell.client("admin", "admin123")


@pytest.fixture
def added(unwell, sim):
    """Registers the simulated server once more under a name; nothing is remembered of it then."""
    names = []

    def add(name, **options):
        names.append(name)
        return unwell.command("cluster", "add", name, "--kubeconfig", str(sim.kubeconfig), "--simulated", **options)
    yield add
    sim.clear()
    for name in names:
        unwell.command("cluster", "remove", name, check=False)


@pytest.mark.parametrize("rule", [{"method": "GET", "path": "/services$"}, {"method": "GET", "path": "/pods/[a-z0-9-]+$", "message": "storage is (re)initializing"},
                                  {"method": "GET", "path": "endpointslices"}, {"method": "PATCH"}], ids=str)
def test_one_429_ends_no_removal(client, sim, rule):
    pod = next(pod["metadata"]["name"] for pod in sim.api.pods("shop", "catalog") if pod["metadata"]["labels"]["load"] == "online")
    sim.fault(times=1, status=429, retry_after=1, **rule)
    reply = client.remove("demo", "shop", pod, "?wait=proof", reason="busy")
    assert reply.status == 200 and reply.json["operation"]["outcome"] == "removed", reply
    assert client.restore("demo", "shop", pod, "?wait=proof").status == 200


def test_one_429_takes_no_page(client, sim):
    sim.fault(method="GET", path=r"/pods\?", times=1, status=429, retry_after=1)
    assert client.get("/api/demo/shop/pods").status == 200
    sim.fault(method="GET", path=r"/namespaces\?", times=1, status=503, retry_after=1)
    assert client.get("/api/demo/namespaces").status == 200


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"status": 504}, {"delay": 6}], ids=str)
def test_a_nodes_list_that_fails_takes_no_page(client, sim, added, fault):
    name = f"nodes-{fault.get('status', 'slow')}"
    added(name)
    sim.fault(method="GET", path="^/api/v1/nodes", times=1000, **fault)
    hosts = {pod["metadata"]["name"]: pod["status"].get("hostIP", "") for pod in sim.api.pods("shop")}
    for path in ["shop/pods", "shop/deployment/catalog/pods"]:
        reply = client.get(f"/api/{name}/{path}")
        assert reply.status == 200 and reply.json, reply
        assert {row["name"]: row["node_ip"] for row in reply.json}.items() <= hosts.items()
    assert len(sim.seen("^/api/v1/nodes")) >= 1


def test_one_kind_hides_no_others(client, sim, added):
    added("kinds")  # nobody has looked at it yet
    sim.fault(method="GET", path="/apis/batch/v1/(namespaces/shop/)?jobs", times=1000, status=500,
              message="conversion webhook for example.com/v1, Kind=Job failed")
    reply = client.get("/api/kinds/shop/workloads")
    assert reply.status == 200 and "deployment" in {row["type"] for row in reply.json}, reply
    assert reply.headers["x-podload-skipped"] == "job"
    reply = client.get("/api/kinds/shop/workloads?type=job")
    assert (reply.status, reply.json["code"]) == (503, "kube_error") and "conversion webhook" in reply.json["message"], reply
    for path, plural, name in [("services", "ingresses", "ingress"), ("configs", "configmaps", "configmap"), ("storage", "persistentvolumeclaims", "pvc")]:
        sim.fault(method="GET", path=f"/{plural}\\?", times=1000, status=500)
        reply = client.get(f"/api/demo/shop/{path}")
        assert reply.status == 200 and name in reply.headers["x-podload-skipped"].split(", "), reply
    sim.clear()
    # A group whose discovery is down, on a cluster that was never asked before.
    added("half")
    sim.fault(method="GET", path="/apis/batch/v1$", times=1000, status=503)
    reply = client.get("/api/half/shop/workload-types")
    assert reply.status == 200 and "deployment" in {row["name"] for row in reply.json}, reply
    assert "job" in reply.headers["x-podload-skipped"]
    reply = client.get("/api/half/shop/workloads")
    assert reply.status == 200 and "deployment" in {row["type"] for row in reply.json}, reply


def test_traffic_is_known_once_discovery_answers(client, sim, added):
    added("routes")
    sim.fault(method="GET", path="^/apis/discovery", times=1000, status=503)
    for _ in range(3):
        reply = client.get("/api/routes/shop/pods")
        assert reply.status == 200 and reply.json and not any(row["traffic"] for row in reply.json), reply
    sim.clear()
    wait_for(lambda: all(row["traffic"] for row in client.get("/api/routes/shop/pods").json), 20, "traffic")


@pytest.mark.parametrize("rule, says", [
    ({"method": "POST", "path": "selfsubjectaccessreviews", "status": 429, "retry_after": 1}, "is limiting requests (selfsubjectaccessreviews)"),
    ({"method": "POST", "path": "selfsubjectaccessreviews", "status": 500, "message": "webhook authorizer: timeout"}, "webhook authorizer: timeout"),
    ({"method": "GET", "path": "^/version", "status": 503}, "answered /version with 503"),
    ({"method": "GET", "path": "^/version", "status": 403, "message": 'User "x" cannot get path "/version"'}, "nonResourceURLs /version")], ids=str)
def test_a_try_says_which_step_got_which_answer(unwell, sim, added, rule, says):
    sim.fault(times=99, **rule)
    done = added("tried", check=False)
    assert done.returncode != 0 and says in done.stderr, done.stderr
    assert "expired" not in done.stderr and "not a Kubernetes" not in done.stderr
    sim.clear()
    if rule["status"] != 403:  # once is nothing
        sim.fault(times=1, **rule)
        assert added("tried").stdout.startswith("tried\tv1.")


def test_credentials_that_are_not_accepted_any_more(client, sim, added):
    added("lost")
    sim.fault(method="GET", path="^/version", times=1000, status=401)
    def row():
        found = next(row for row in client.get("/api/clusters").json if row["name"] == "lost")
        return found if found["state"] != "unknown" else None
    shown = wait_for(row, 10, "the answer of the cluster")
    assert shown["reachable"] is True and shown["state"] == "credentials" and "not accepted any more" in shown["reason"]


def test_which_context_is_taken(client, unwell, sim, folder):
    config = yaml.safe_load(sim.kubeconfig.read_text())
    config["contexts"].append({"name": "other", "context": {"cluster": "elsewhere", "user": "kubesim"}})
    config["clusters"].append({"name": "elsewhere", "cluster": {"server": "https://10.255.255.1:1"}})
    file = folder / "two-contexts"
    file.write_text(yaml.safe_dump({**config, "current-context": "other"}))
    done = unwell.command("cluster", "add", "chosen", "--kubeconfig", str(file), "--context", "kubesim", "--simulated")
    assert done.stdout.split() == ["chosen", done.stdout.split()[1], "kubesim"]
    body = {"kubeconfig_content": file.read_text(), "context": "kubesim"}
    reply = client.call("PUT", "/api/admin/clusters/chosen", body)
    assert reply.status == 200 and reply.json["context"] == "kubesim" and "kubesim" in reply.json["message"], reply
    reply = client.call("PUT", "/api/admin/clusters/chosen", {**body, "context": "nowhere"})
    assert (reply.status, reply.json["code"]) == (422, "kubeconfig_missing_part"), reply
    reply = client.call("PUT", "/api/admin/clusters/chosen", {"context": "kubesim"})
    assert (reply.status, reply.json["code"]) == (422, "context_alone"), reply
    config["users"].append({"name": "kubesim", "user": {"token": "of-the-second"}})
    reply = client.call("PUT", "/api/admin/clusters/chosen", {"kubeconfig_content": yaml.safe_dump(config)})
    assert (reply.status, reply.json["code"]) == (422, "kubeconfig_twice") and "users" in reply.json["message"], reply
    assert "of-the-second" not in reply.text
    unwell.command("cluster", "remove", "chosen")


def test_manifests_in_annotations_are_not_for_readers(client, unwell, sim):
    manifest = '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"DB_PASSWORD","value":"%s"}]}]}}}}' % CANARY
    try:
        deployment = sim.api.get("/apis/apps/v1/namespaces/shop/deployments/catalog")
        sim.api.patch("/apis/apps/v1/namespaces/shop/deployments/catalog", {"metadata": {"annotations": {
            "kapp.k14s.io/original": manifest, "banzaicloud.com/last-applied": manifest,
            "objectset.rio.cattle.io/applied": f"{CANARY}-gzip-base64-in-reality"}}})
    except KubeError as error:
        pytest.skip(f"this kubesim takes no such change: {error}")
    assert deployment["metadata"]["name"] == "catalog"
    assert CANARY in client.get("/api/demo/shop/deployment/catalog/yaml").text
    unwell.user("only-reads")
    reader = unwell.client("only-reads")
    for path in ["deployment/catalog/yaml", "workloads", "pods", "deployment/catalog/pods", "services", "configs"]:
        reply = reader.get(f"/api/demo/shop/{path}")
        assert reply.status == 200 and CANARY not in reply.text, reply
    assert reader.get("/api/demo/shop/deployment/catalog/yaml").text.startswith("# ")
