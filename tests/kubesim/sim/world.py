"""The world that is there at the start: a shop, its payments, and the cluster's own Pods.

Every trap that a removal by label can run into has an example here, named for what it shows.
"""
from . import kinds, kubelet
from .defaults import with_defaults

DAY = 86400
SHOP, PAY, SYSTEM = "shop", "pay", "kube-system"


def _template(labels, image, port=8080, annotations=None, **spec):
    container = {"name": image.split("/")[-1].split(":")[0], "image": image,
                 "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
                 "resources": {"requests": {"cpu": "100m", "memory": "128Mi"},
                               "limits": {"cpu": "500m", "memory": "512Mi"}}}
    meta = {"labels": labels, **({"annotations": annotations} if annotations else {})}
    return {"metadata": meta, "spec": {"containers": [container], **spec}}


class World:
    def __init__(self, store, controllers, pods_a_deployment):
        self.store = store
        self.controllers = controllers
        self.replicas = pods_a_deployment

    def build(self):
        self.store.clock.ago = 96 * DAY + 5 * 3600
        for name in ("default", SYSTEM, SHOP, PAY):
            self._add("namespaces", None, name, status={"phase": "Active"}, labels={
                "kubernetes.io/metadata.name": name})
        for index in range(4):
            self._node(index)
        self.store.clock.ago = 9 * DAY + 7 * 3600 + 1234
        self._shop()
        self._pay()
        self._system()
        self.controllers.settle()
        self.store.clock.ago = 3 * 3600 + 321
        self._trouble()
        self.controllers.settle()
        self.store.clock.ago = 0

    def _add(self, plural, namespace, name, labels=None, annotations=None, **content):
        meta = {"name": name, **({"namespace": namespace} if namespace else {}),
                **({"labels": labels} if labels else {}),
                **({"annotations": annotations} if annotations else {})}
        obj = with_defaults(self.store, kinds.PLURALS[plural], {"metadata": meta, **content})
        self.store.create(plural, obj)

    def _node(self, index):
        name = f"node-{index + 1}"
        size = {"cpu": "32", "memory": "128Gi", "pods": "250", "ephemeral-storage": "400Gi"}
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady",
                 "lastHeartbeatTime": self.store.clock.stamp(),
                 "lastTransitionTime": self.store.clock.stamp()}
        role = {"node-role.kubernetes.io/control-plane": ""} if index == 0 else {}
        self._add("nodes", None, name, labels={
            "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
            "topology.kubernetes.io/zone": f"zone-{'abc'[index % 3]}", **role},
            spec={"podCIDR": f"10.244.{index}.0/24"},
            status={"addresses": [{"type": "InternalIP", "address": f"10.0.0.{index + 11}"},
                                  {"type": "Hostname", "address": name}],
                    "capacity": size, "allocatable": size, "conditions": [ready],
                    "nodeInfo": {"machineID": name, "systemUUID": name, "bootID": name,
                                 "architecture": "amd64", "operatingSystem": "linux",
                                 "osImage": "Debian GNU/Linux 12 (bookworm)",
                                 "kernelVersion": "6.1.0-23-amd64",
                                 "containerRuntimeVersion": "containerd://1.7.20",
                                 "kubeletVersion": "v1.30.4", "kubeProxyVersion": "v1.30.4"}})

    def _workload(self, plural, namespace, name, template, selector=None, **spec):
        labels = selector or {"app": name}
        if plural != "daemonsets":
            spec.setdefault("replicas", self.replicas)
        self._add(plural, namespace, name, labels={"app": name}, spec={
            "selector": {"matchLabels": labels}, "template": template, **spec})

    def _service(self, namespace, name, selector, annotations=None, **spec):
        self._add("services", namespace, name, labels={"app": name}, annotations=annotations,
                  spec={**({"selector": selector} if selector else {}),
                        "ports": [{"name": "http", "port": 80, "targetPort": 8080,
                                   "protocol": "TCP"}], **spec})

    def _online(self, namespace, name, **more):
        """A Deployment and the Service that takes its Pods while they are online."""
        labels = {"app": name, "load": "online"}
        self._workload("deployments", namespace, name,
                       _template(labels, f"registry.example/{namespace}/{name}:1.8.2"))
        self._service(namespace, name, labels, **more)

    def _shop(self):
        for name in ("web", "cart"):
            self._online(SHOP, name)
        self._online(SHOP, "catalog", annotations={"podload.io/minimum": "50%"})
        self._workload("statefulsets", SHOP, "search", _template(
            {"app": "search", "load": "online"}, "registry.example/shop/search:7.17"),
            serviceName="search-peers")
        self._service(SHOP, "search", {"app": "search", "load": "online"})
        self._service(SHOP, "search-peers", {"app": "search"}, clusterIP="None",
                      publishNotReadyAddresses=True)  # does not look at the label
        # The label stands in the owner's selector: the owner would replace a removed Pod.
        pinned = {"app": "recommend", "load": "online"}
        self._workload("deployments", SHOP, "recommend", _template(
            pinned, "registry.example/shop/recommend:0.4"), selector=pinned)
        self._service(SHOP, "recommend", pinned)
        # No Service looks at its label.
        self._workload("deployments", SHOP, "worker", _template(
            {"app": "worker", "load": "online"}, "registry.example/shop/worker:2.0"))
        self._service(SHOP, "worker-metrics", {"app": "worker"})
        # One Service loses a removed Pod, another keeps it.
        self._service(SHOP, "cart-internal", {"app": "cart"})
        self._service(SHOP, "legacy-db", None)
        self._add("endpointslices", SHOP, "legacy-db-1", labels={
            "kubernetes.io/service-name": "legacy-db",
            "endpointslice.kubernetes.io/managed-by": "dba.example"},
            addressType="IPv4", ports=[{"name": "http", "port": 5432, "protocol": "TCP"}],
            endpoints=[{"addresses": ["10.9.0.7"], "conditions": {"ready": True}}])
        self._add("horizontalpodautoscalers", SHOP, "web", spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 2, "maxReplicas": 40, "metrics": [{"type": "Resource", "resource": {
                "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]},
            status={"currentReplicas": self.replicas, "desiredReplicas": self.replicas})
        self._add("poddisruptionbudgets", SHOP, "web", spec={
            "minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
            status={"currentHealthy": self.replicas, "desiredHealthy": 1,
                    "disruptionsAllowed": self.replicas - 1, "expectedPods": self.replicas})
        self._add("networkpolicies", SHOP, "web-from-ingress", spec={
            "podSelector": {"matchLabels": {"app": "web", "load": "online"}},
            "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 8080}]}]})
        self._add("ingresses", SHOP, "web", spec={"rules": [{"host": "shop.example", "http": {
            "paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {
                "name": "web", "port": {"number": 80}}}}]}}]})
        self._add("configmaps", SHOP, "web-settings", data={"THEME": "dark", "CURRENCY": "CNY"})

    def _pay(self):
        self._online(PAY, "gateway", annotations={"podload.io/minimum": "2"})
        self._online(PAY, "ledger")
        report = _template({"app": "report", "load": "online"}, "registry.example/pay/report:1.1",
                           restartPolicy="Never")
        self._add("cronjobs", PAY, "report", spec={
            "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": report}}})
        self._add("jobs", PAY, "settle-month", spec={
            "parallelism": 2, "completions": 2, "activeDeadlineSeconds": 864000,
            "selector": {"matchLabels": {"job-name": "settle-month"}},
            "template": _template({"job-name": "settle-month", "app": "settle", "load": "online"},
                                  "registry.example/pay/settle:3.3", restartPolicy="Never")})
        self._service(PAY, "settle", {"app": "settle", "load": "online"})

    def _system(self):
        self._workload("daemonsets", SYSTEM, "edge-proxy", _template(
            {"app": "edge-proxy", "load": "online"}, "registry.example/infra/edge-proxy:2.6"))
        self._service(SYSTEM, "edge-proxy", {"app": "edge-proxy", "load": "online"},
                      internalTrafficPolicy="Local")
        self._workload("deployments", SYSTEM, "coredns", _template(
            {"k8s-app": "kube-dns"}, "registry.k8s.io/coredns/coredns:v1.11.1", 53),
            selector={"k8s-app": "kube-dns"}, replicas=2)
        self._service(SYSTEM, "kube-dns", {"k8s-app": "kube-dns"})

    def _trouble(self):
        """A Pod that crashes again and again, one that is not ready, one that hangs in ending."""
        crashing, unready = self._pods(SHOP, "cart")[-1], self._pods(SHOP, "web")[-1]
        stamp = self.store.clock.stamp()
        over = {"exitCode": 137, "reason": "OOMKilled", "startedAt": stamp, "finishedAt": stamp}
        self.store.replace("pods", dict(crashing, status=dict(
            crashing["status"], conditions=kubelet.conditions(stamp, False),
            containerStatuses=kubelet.containers(
                crashing, stamp, False, 17, last={"terminated": over}, state={"waiting": {
                    "reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed "
                    f"container in pod {crashing['metadata']['name']}"}}))))
        self.controllers.kubelet.set_ready(unready, False)
        ending = self._pods(PAY, "ledger")[-1]
        self.store.replace("pods", dict(ending, metadata=dict(
            ending["metadata"], finalizers=["example.com/collect-logs"], deletionTimestamp=stamp,
            deletionGracePeriodSeconds=30)))

    def _pods(self, namespace, app):
        return [record.obj for record in self.store.list("pods", namespace, lambda pod:
                pod["metadata"]["labels"].get("app") == app)]
