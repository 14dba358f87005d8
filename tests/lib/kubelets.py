"""The scheduler and every node's kubelet in one: binds Pods, reports them Running and Ready, and
ends those that are deleted. The control plane's own controllers do the rest."""
import itertools
import queue
import threading
import time

from .kube_api import KubeError
from .wait import wait_for


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def conditions(ready=True):
    kinds = {"PodScheduled": True, "Initialized": True, "ContainersReady": ready, "Ready": ready}
    return [{"type": kind, "status": "True" if value else "False", "lastTransitionTime": now()}
            for kind, value in kinds.items()]


class Kubelets:
    def __init__(self, api, nodes=20, threads=12):
        self.api, self.work, self.known = api, queue.SimpleQueue(), {}
        self.nodes = {f"node-{index:02}": f"127.1.0.{index + 1}" for index in range(nodes)}
        self.turn, self.addresses = itertools.cycle(self.nodes), itertools.count(1)
        self.stopped = threading.Event()
        for name, address in self.nodes.items():
            api.apply("/api/v1/nodes", {
                "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}})
            api.patch(f"/api/v1/nodes/{name}/status", {"status": {
                "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
                "capacity": {"cpu": "64", "memory": "256Gi", "pods": "500"},
                "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "500"},
                "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
                                "lastHeartbeatTime": now(), "lastTransitionTime": now()}]}})
        for target in [self.follow] + [self.run] * threads:
            threading.Thread(target=target, daemon=True).start()

    def stop(self):
        self.stopped.set()

    def follow(self):
        while not self.stopped.is_set():
            try:
                listed = self.api.get("/api/v1/pods")
                for pod in listed["items"]:
                    self.see(pod)
                for event in self.api.watch("/api/v1/pods", listed["metadata"]["resourceVersion"]):
                    if event["type"] == "ERROR" or self.stopped.is_set():
                        break
                    if event["type"] != "DELETED":
                        self.see(event["object"])
            except (OSError, KubeError, ValueError):
                self.stopped.wait(0.2)  # the API server is away for a moment

    def see(self, pod):
        """Each Pod is worked on once when it comes and once when it is to end."""
        stage = "ending" if pod["metadata"].get("deletionTimestamp") else "starting"
        if pod["metadata"].get("annotations", {}).get("test/no-kubelet") or self.known.get(pod["metadata"]["uid"]) == stage:
            return
        self.known[pod["metadata"]["uid"]] = stage
        self.work.put(pod)

    def run(self):
        while not self.stopped.is_set():
            pod = self.work.get()
            try:
                if pod["metadata"].get("deletionTimestamp"):
                    self.end(pod)
                else:
                    self.begin(pod)
            except KubeError:
                pass  # gone or replaced meanwhile
            except OSError:
                if not self.stopped.is_set():
                    self.work.put(pod)

    def path(self, pod):
        return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"

    def end(self, pod):
        self.api.delete(self.path(pod), gracePeriodSeconds=0, preconditions={"uid": pod["metadata"]["uid"]})

    def begin(self, pod):
        node = pod["spec"].get("nodeName")
        if not node:
            node = self.pinned(pod) or next(self.turn)
            self.api.request("POST", self.path(pod) + "/binding", {
                "apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]},
                "target": {"apiVersion": "v1", "kind": "Node", "name": node}})
        if not pod.get("status", {}).get("podIP"):
            number = next(self.addresses)
            address = f"10.{128 + number // 65536}.{number // 256 % 256}.{number % 256}"
            self.api.patch(self.path(pod) + "/status", {"status": {
                "phase": "Running", "hostIP": self.nodes[node], "podIP": address, "podIPs": [{"ip": address}],
                "startTime": now(), "conditions": conditions(),
                "containerStatuses": [{"name": one["name"], "image": one["image"], "imageID": "", "ready": True,
                                       "started": True, "restartCount": 0, "state": {"running": {"startedAt": now()}}}
                                      for one in pod["spec"]["containers"]]}})

    @staticmethod
    def pinned(pod):
        """The node that a DaemonSet's Pod asks for by name."""
        terms = (pod["spec"].get("affinity", {}).get("nodeAffinity", {})
                 .get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", []))
        for term in terms:
            for field in term.get("matchFields", []):
                return field["values"][0]
        return None

    def set_ready(self, namespace, name, ready):
        self.api.patch(f"/api/v1/namespaces/{namespace}/pods/{name}/status", {"status": {"conditions": conditions(ready)}})


class World:
    """Workloads and Services made on a control plane."""

    def __init__(self, api):
        self.api = api

    def namespace(self, name):
        self.api.apply("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def workload(self, kind, namespace, name, replicas=3, label_in_selector=False, load="online", spec=None, **metadata):
        labels = {"app": name, "load": load}
        body = {"selector": {"matchLabels": labels if label_in_selector else {"app": name}},
                "template": {"metadata": {"labels": labels, **metadata}, "spec": {
                    "containers": [{"name": "main", "image": f"example/{name}:1", "resources": {
                        "requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "200m", "memory": "256Mi"}}}],
                    **(spec or {})}}}
        if kind != "DaemonSet":
            body["replicas"] = replicas
        if kind == "StatefulSet":
            body.update(serviceName=name, podManagementPolicy="Parallel")
        self.api.apply(f"/apis/apps/v1/namespaces/{namespace}/{kind.lower()}s",
                       {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": body})

    def service(self, namespace, name, app=None, selector=None, spec=None, **annotations):
        self.api.apply(f"/api/v1/namespaces/{namespace}/services", {
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"selector": {"app": app or name, "load": "online"} if selector is None else selector,
                     "ports": [{"port": 80, "targetPort": 8080}], **(spec or {})}})

    def app(self, namespace, name, replicas=3, kind="Deployment", minimum=None, **options):
        """A workload and its Service; returns when all its Pods serve."""
        self.workload(kind, namespace, name, replicas, **options)
        annotations = {} if minimum is None else {"podload.io/minimum": str(minimum)}
        self.service(namespace, name, **annotations)
        return self.serving(namespace, name, replicas)

    def serving(self, namespace, name, count):
        wait_for(lambda: len(self.api.endpoint_uids(namespace, name)) == count, 120, f"{count} endpoints of {name}")
        return self.api.pods(namespace, name)
