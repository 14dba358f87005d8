"""Kinds that podload's source does not know: OpenKruise's and Argo's, whose plugins are built outside against the
installed SDK; one of a plugin folder that somebody wrote by hand; one of podload.yaml. Through nginx, with the CRDs on
a real API server. Nothing else of podload is built anew for them."""
import json
import shutil
from dataclasses import dataclass, field

import pytest
import yaml
from lib import crds
from lib.podload import REPOSITORY
from lib.sdk import Project, run

CLUSTER = "real"
MARK = "unavailable-pod.kruise.io/podload"
FLEETS = """name: fleets
version: 1.0.0
summary: Fleets
workload_types:
  - {kind: Fleet, group: fleets.example.org, versions: [v1], plural: fleets, desired: /spec/size, ready: /status/healthy}
"""
WORKER_SET = {"kind": "WorkerSet", "group": "batch.example.org", "versions": ["v2", "v1"], "plural": "workersets",
              "selector": "/spec/selector", "desired": "/spec/workers", "ready": "/status/alive", "pod_template": "/spec/pod"}


@dataclass
class Kind:
    kind: str
    group: str
    plural: str
    version: str = "v1alpha1"
    size: dict = field(default_factory=lambda: {"spec": {"replicas": 4}, "status": {"readyReplicas": 3}})
    template: str = "template"
    mark: str = None

    @property
    def type(self):
        return f"{self.kind.lower()}.{self.group}"


KINDS = [
    Kind("CloneSet", "apps.kruise.io", "clonesets", mark=MARK),
    Kind("StatefulSet", "apps.kruise.io", "statefulsets", "v1beta1", mark=MARK),
    Kind("DaemonSet", "apps.kruise.io", "daemonsets", mark=MARK,
         size={"spec": {}, "status": {"desiredNumberScheduled": 4, "numberReady": 3}}),
    Kind("Fleet", "fleets.example.org", "fleets", "v1", {"spec": {"size": 4}, "status": {"healthy": 3}}, None),
    Kind("WorkerSet", "batch.example.org", "workersets", "v1", {"spec": {"workers": 4}, "status": {"alive": 3}}, "pod"),
]
ROLLOUT = Kind("Rollout", "argoproj.io", "rollouts")
RESOURCES = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "200m", "memory": "256Mi"}}


@pytest.fixture(scope="module")
def types(folder, installation, plane, sdk):
    """The installation with six kinds more."""
    for kind in [*KINDS, ROLLOUT]:
        crds.install(plane.api, kind.group, kind.kind, kind.plural, (kind.version,))
    prefix = folder / "types"
    run("cp", "-a", sdk, prefix)
    for name in ("kruise", "rollouts"):
        shutil.rmtree(prefix / "lib/podload/plugins" / name)  # what comes is the stranger's
        shutil.copytree(REPOSITORY / "plugins" / name, folder / name)
        project = Project(folder / name, prefix)
        project.configure()
        project.make()
        project.install(prefix)
    plugins = prefix / "lib/podload/plugins"
    (plugins / "fleets").mkdir()
    (plugins / "fleets/plugin.yaml").write_text(FLEETS)
    run("chmod", "-R", "u=rwX,go=rX", plugins)

    before = installation.config.read_text()
    config = yaml.safe_load(before)
    config["plugins"] += ["kruise", "rollouts", "fleets"]
    config |= {"plugin_dir": str(plugins), "workload_types": [WORKER_SET]}
    installation.config.write_text(yaml.safe_dump(config))
    installation.up()
    yield plugins
    installation.config.write_text(before)
    installation.up()


@pytest.fixture
def client(types, installation):
    return installation.client()


def spec_of(kind, name):
    spec = {"selector": {"matchLabels": {"app": name}}, **kind.size["spec"]}
    if kind.template:
        spec[kind.template] = {"metadata": {"labels": {"app": name, "load": "online"}},
                               "spec": {"containers": [{"name": "main", "image": "example/main:1", "resources": RESOURCES}]}}
    return spec


@pytest.mark.parametrize("kind", KINDS, ids=[kind.type for kind in KINDS])
def test_a_kind_that_nobody_here_knew(kind, world, space, plane, client):
    api, labels = plane.api, {"app": "web", "load": "online"}
    owner = crds.make(api, space, kind.group, kind.version, kind.plural, kind.kind, "web", spec_of(kind, "web"), kind.size["status"])
    for index in range(3):
        crds.pod(api, space, f"web-{index}", labels, owner)
    crds.pod(api, space, "stray", labels)  # has its labels, and is not its own
    world.service(space, "web")
    world.serving(space, "web", 4)

    assert kind.type in [row["name"] for row in client.get(f"/api/{CLUSTER}/{space}/workload-types").json]
    rows = client.get(f"/api/{CLUSTER}/{space}/workloads?type={kind.type.upper()}").json
    assert [(row["name"], row["type"], row["desired_replicas"], row["ready_replicas"]) for row in rows] == [("web", kind.type, 4, 3)]
    assert rows[0]["resources"] == ("cpu: 100m/200m, mem: 128Mi/256Mi" if kind.template else "")
    pods = client.get(f"/api/{CLUSTER}/{space}/{kind.type}/web/pods").json
    assert sorted(pod["name"] for pod in pods) == ["web-0", "web-1", "web-2"]

    removed = client.remove(CLUSTER, space, "web-1", "?wait=proof", reason="look inside")
    assert removed.status == 200 and removed.json["operation"]["outcome"] == "removed", removed
    metadata = api.pod(space, "web-1")["metadata"]
    assert metadata["labels"]["load"] == "done"
    assert {key: value for key, value in metadata["labels"].items() if "unavailable" in key} == ({kind.mark: "true"} if kind.mark else {})
    assert metadata["uid"] not in api.endpoint_uids(space, "web")
    assert [pod["name"] for pod in client.get(f"/api/{CLUSTER}/{space}/{kind.type}/web/pods").json if pod["has_removeload"]] == ["web-1"]

    restored = client.restore(CLUSTER, space, "web-1", "?wait=proof")
    assert restored.status == 200 and restored.json["operation"]["outcome"] == "restored", restored
    back = api.pod(space, "web-1")["metadata"]
    assert back["labels"] == labels and back["uid"] == metadata["uid"]
    assert not [key for key in back.get("annotations", {}) if key.startswith("podload.io/")]


def test_the_page_does_it_too(world, space, plane, installation, console, types):
    kind = KINDS[0]
    owner = crds.make(plane.api, space, kind.group, kind.version, kind.plural, kind.kind, "web", spec_of(kind, "web"), kind.size["status"])
    for index in range(3):
        crds.pod(plane.api, space, f"web-{index}", {"app": "web", "load": "online"}, owner)
    world.service(space, "web")
    world.serving(space, "web", 3)
    console.visit("custom-kind.mjs", installation.url, PODLOAD_NAMESPACE=space, PODLOAD_TYPE=kind.type, PODLOAD_WORKLOAD="web")
    assert installation.sql(f"select kind, outcome, reason from pod_load.operations where namespace = '{space}' order by place") == [
        ["remove", "removed", "看看里面"], ["restore", "restored", ""]]


def test_the_controllers_label_goes_even_if_its_plugin_has_gone(types, space, world, plane, daemons, client):
    kind = KINDS[0]
    owner = crds.make(plane.api, space, kind.group, kind.version, kind.plural, kind.kind, "web", spec_of(kind, "web"), {})
    for index in range(2):
        crds.pod(plane.api, space, f"web-{index}", {"app": "web", "load": "online"}, owner)
    world.service(space, "web")
    world.serving(space, "web", 2)
    assert client.remove(CLUSTER, space, "web-0", "?wait=proof").status == 200
    assert plane.api.pod(space, "web-0")["metadata"]["labels"][MARK] == "true"
    daemon = daemons("without-kruise", PODLOAD_PLUGINS=json.dumps(["audit", "auth", "cluster", "pod-load"]))
    without = daemon.client()
    assert kind.type not in [row["name"] for row in without.get(f"/api/{CLUSTER}/{space}/workload-types").json]
    assert without.restore(CLUSTER, space, "web-0", "?wait=proof").status == 200
    assert MARK not in plane.api.pod(space, "web-0")["metadata"]["labels"]
    assert daemon.stop() == 0


STRATEGIES = {
    "blueGreen": ({"activeService": "front", "previewService": "next"}, {"front": "active", "next": "preview"}),
    "canary": ({"stableService": "front", "canaryService": "next", "steps": [{"setWeight": 20}]}, {"front": "stable", "next": "canary"}),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rollouts_services_are_told_apart(strategy, world, space, plane, client):
    """Two ReplicaSets of one Rollout, as its controller would have made them; the Pods are Kubernetes' own work."""
    settings, roles = STRATEGIES[strategy]
    owner = crds.make(plane.api, space, ROLLOUT.group, ROLLOUT.version, ROLLOUT.plural, "Rollout", "web",
                      {**spec_of(ROLLOUT, "web"), "strategy": {strategy: settings}}, {"readyReplicas": 3})
    for version, service in (("old", "front"), ("new", "next")):
        labels = {"app": "web", "load": "online", "rollouts-pod-template-hash": version}
        selected = {"app": "web", "rollouts-pod-template-hash": version}
        plane.api.apply(f"/apis/apps/v1/namespaces/{space}/replicasets", {
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": f"web-{version}", "labels": labels, "ownerReferences": [owner]},
            "spec": {"replicas": 2, "selector": {"matchLabels": selected}, "template": {"metadata": {"labels": labels}, "spec": {
                "containers": [{"name": "main", "image": "example/main:1"}]}}}})
        world.service(space, service, selector={**selected, "load": "online"})
    world.service(space, "all", selector={"app": "web", "load": "online"})
    world.serving(space, "next", 2)
    world.serving(space, "all", 4)

    row = client.get(f"/api/{CLUSTER}/{space}/workloads?type={ROLLOUT.type}").json[0]
    assert (row["desired_replicas"], row["ready_replicas"]) == (4, 3)
    assert {service["name"]: service["role"] for service in row["services"]} == roles
    pods = client.get(f"/api/{CLUSTER}/{space}/{ROLLOUT.type}/web/pods").json
    assert len(pods) == 4
    pod = next(pod["name"] for pod in pods if pod["labels"]["rollouts-pod-template-hash"] == "new")
    removed = client.remove(CLUSTER, space, pod, "?wait=proof").json["operation"]
    assert removed["outcome"] == "removed", removed
    assert {service["name"]: (service["role"], service.get("workload_role")) for service in removed["services"]} == {
        "next": ("lost", roles["next"]), "all": ("lost", None)}
    restored = client.restore(CLUSTER, space, pod, "?wait=proof").json["operation"]
    assert {service["name"]: service.get("workload_role") for service in restored["services"]} == {"next": roles["next"], "all": None}


def test_the_rights_and_the_policy_know_the_types(types, installation):
    printed = {one["kind"]: one for one in yaml.safe_load_all(installation.command("cluster", "rbac").stdout)}
    rules = [(rule["apiGroups"], resource, sorted(rule["verbs"])) for rule in printed["ClusterRole"]["rules"] for resource in rule["resources"]]
    for kind in [*KINDS, ROLLOUT]:
        assert ([kind.group], kind.plural, ["get", "list", "watch"]) in rules, kind
    assert rules.count((["apps"], "replicasets", ["get", "list", "watch"])) == 1
    policy = json.dumps(printed["ValidatingAdmissionPolicy"])
    assert f"k == 'load' || k == '{MARK}'" in policy


def test_a_type_is_a_few_lines(types):
    """What a type costs whoever adds it, and that none of these has code."""
    for name in ("kruise", "rollouts"):
        lines = (REPOSITORY / "plugins" / name / "plugin.yaml").read_text().splitlines()
        assert len(lines) < 60, name
        assert sorted(path.name for path in (types / name).iterdir()) == ["plugin.yaml"]


@pytest.mark.parametrize("row, told", [
    ({"kind": "Fleet", "versions": ["v1"]}, "`plural` is missing"),
    ({"kind": "Fleet", "versions": "v1", "plural": "fleets"}, "`versions` must be a list"),
    ({"kind": "Fleet", "versions": ["v1"], "plural": "fleets", "desire": "/spec/size"}, "`desire` is not known"),
    ({"kind": "Fleet", "versions": ["v1"], "plural": "fleets", "desired": "spec.size"}, "`desired` must be a JSON pointer"),
    ({"kind": "Fleet", "versions": ["v1"], "plural": "fleets", "services": [{"name": "/spec/service"}]}, "`role` is missing"),
    ({"kind": "Deployment", "group": "apps", "versions": ["v1"], "plural": "deployments"}, "is declared in pod-load and in podload.yaml"),
])
def test_a_wrong_row_refuses_the_start_in_words(installation, row, told):
    refused = installation.command("config", check=False, PODLOAD_WORKLOAD_TYPES=json.dumps([row]), LANG="en")
    assert refused.returncode == 1 and told in refused.stderr and row["kind"] in refused.stderr, refused.stderr
