"""The EndpointSlice controller: keeps the slices of every Service that has a selector."""

from . import workloads

IN_A_SLICE = 100
SERVICE, MANAGER = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"


def _selects(selector, pod):
    labels = pod["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector.items())


class Slices:
    def __init__(self, store):
        self.store = store
        self.lag = 0.03  # seconds that they trail the Pods, as on a real server

    def reconcile(self, namespaces):
        zones = {node["metadata"]["name"]: node["metadata"]["labels"].get(
            "topology.kubernetes.io/zone") for node in self.store.objs("nodes")}
        for namespace in namespaces:
            pods = [pod for pod in self.store.objs("pods", namespace)
                    if pod.get("status", {}).get("podIP") and not workloads.is_over(pod)]
            slices = {}
            for one in self.store.objs("endpointslices", namespace):
                meta = one["metadata"]
                if (meta.get("labels") or {}).get(MANAGER) == "endpointslice-controller.k8s.io":
                    slices.setdefault(meta["labels"].get(SERVICE), []).append(one)
            for service in self.store.objs("services", namespace):
                mine = slices.pop(service["metadata"]["name"], [])
                selector = service["spec"].get("selector")
                if selector and service["spec"]["type"] != "ExternalName":
                    chosen = [pod for pod in pods if _selects(selector, pod)]
                    self._service(service, mine, [self._endpoint(service, pod, zones)
                                                  for pod in chosen], chosen)
            for orphans in slices.values():
                for one in orphans:
                    self.store.remove("endpointslices", namespace, one["metadata"]["name"])

    def _service(self, service, slices, endpoints, pods):
        """Endpoints stay in the slice that they are in; new ones go where there is room."""
        new = {one["targetRef"]["uid"]: one for one in endpoints}
        ports = self._ports(service, pods)
        contents = []
        for one in slices:
            uids = [row["targetRef"]["uid"] for row in one["endpoints"] or []]
            contents.append((one, [new.pop(uid) for uid in uids if uid in new]))
        for _, rows in contents:
            while new and len(rows) < IN_A_SLICE:
                rows.append(new.pop(next(iter(new))))
        while new:
            rows = [new.pop(uid) for uid in list(new)[:IN_A_SLICE]]
            contents.append((None, rows))
        if not contents:
            contents.append((None, []))
        full = [pair for pair in contents if pair[1]] or contents[:1]
        for one, rows in contents:
            if not any(one is kept for kept, _ in full) and one is not None:
                self.store.remove("endpointslices", service["metadata"]["namespace"],
                                  one["metadata"]["name"])
        for one, rows in full:
            content = {"addressType": "IPv4", "endpoints": rows or None, "ports": ports}
            if one is None:
                self.store.create("endpointslices", {"metadata": self._meta(service), **content})
            else:
                self.store.replace("endpointslices", {**one, **content})

    @staticmethod
    def _meta(service):
        meta = service["metadata"]
        labels = {**(meta.get("labels") or {}), SERVICE: meta["name"],
                  MANAGER: "endpointslice-controller.k8s.io"}
        if service["spec"].get("clusterIP") == "None":
            labels["service.kubernetes.io/headless"] = ""
        return {"generateName": meta["name"] + "-", "namespace": meta["namespace"], "labels": labels,
                "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": meta["name"],
                                     "uid": meta["uid"], "controller": True,
                                     "blockOwnerDeletion": True}]}

    @staticmethod
    def _endpoint(service, pod, zones):
        ready, ending = workloads.is_ready(pod), "deletionTimestamp" in pod["metadata"]
        always = service["spec"].get("publishNotReadyAddresses", False)
        node, meta = pod["spec"].get("nodeName"), pod["metadata"]
        row = {"addresses": [pod["status"]["podIP"]],
               "conditions": {"ready": always or (ready and not ending),
                              "serving": ready or always, "terminating": ending},
               "nodeName": node,
               "targetRef": {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"],
                             "uid": meta["uid"]}}
        if zones.get(node):
            row["zone"] = zones[node]
        if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == service["metadata"]["name"]:
            row["hostname"] = pod["spec"]["hostname"]
        return row

    @staticmethod
    def _ports(service, pods):
        named = {port["name"]: port["containerPort"] for pod in pods[:1]
                 for one in pod["spec"]["containers"] for port in one.get("ports", [])
                 if "name" in port}
        rows = []
        for port in service["spec"].get("ports", []):
            target = port.get("targetPort", port["port"])
            number = target if isinstance(target, int) else named.get(target)
            if number:
                rows.append({"name": port.get("name", ""), "port": number,
                             "protocol": port.get("protocol", "TCP")})
        return rows
