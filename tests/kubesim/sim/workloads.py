"""The controllers of workloads: they keep, make and end Pods as the real ones do.

A Pod whose labels leave its owner's selector is let go (its owner reference is taken away) and
another is made; one that comes back is taken back, and what is then too many is ended.
"""
import hashlib
import json

from . import selectors


def owner(obj):
    return next((ref for ref in obj["metadata"].get("ownerReferences") or []
                 if ref.get("controller")), None)


def owned_by(obj, uid):
    ref = owner(obj)
    return ref is not None and ref["uid"] == uid


def is_ready(pod):
    return any(row["type"] == "Ready" and row["status"] == "True"
               for row in pod.get("status", {}).get("conditions", []))


def is_over(pod):
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _reference(obj):
    return [{"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": obj["metadata"]["name"],
             "uid": obj["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True}]


class Workloads:
    def __init__(self, store):
        self.store = store

    def reconcile(self):
        for deployment in self.store.objs("deployments"):
            self._deployment(deployment)
        for plural, wanted in (("replicasets", self._replicas), ("statefulsets", self._ordinals),
                               ("daemonsets", self._a_node_each), ("jobs", self._completions)):
            for obj in self.store.objs(plural):
                pods = self._adopt(obj)
                wanted(obj, pods)
                self._report(plural, obj)
        self._collect_orphans()

    def _deployment(self, deployment):
        meta, spec = deployment["metadata"], deployment["spec"]
        template = spec["template"]
        digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:10]
        name = f"{meta['name']}-{digest}"
        sets = [rs for rs in self.store.objs("replicasets", meta["namespace"])
                if owned_by(rs, meta["uid"])]
        labels = {**template["metadata"]["labels"], "pod-template-hash": digest}
        if not any(rs["metadata"]["name"] == name for rs in sets):
            self.store.create("replicasets", {
                "metadata": {"name": name, "namespace": meta["namespace"], "labels": labels,
                             "ownerReferences": _reference(deployment)},
                "spec": {"replicas": spec.get("replicas", 1),
                         "selector": {"matchLabels": {**spec["selector"]["matchLabels"],
                                                      "pod-template-hash": digest}},
                         "template": dict(template, metadata=dict(template["metadata"],
                                                                  labels=labels))},
                "status": {"replicas": 0}})
        for rs in sets:
            count = spec.get("replicas", 1) if rs["metadata"]["name"] == name else 0
            self.store.replace("replicasets", dict(rs, spec=dict(rs["spec"], replicas=count)))
        ready = sum(rs.get("status", {}).get("readyReplicas", 0) for rs in sets)
        count = sum(rs.get("status", {}).get("replicas", 0) for rs in sets)
        self._status("deployments", deployment, {
            "observedGeneration": meta.get("generation", 1), "replicas": count,
            "updatedReplicas": count, "readyReplicas": ready, "availableReplicas": ready})

    def _adopt(self, obj):
        """Its Pods, after letting go of those that its selector no longer matches and taking
        those of nobody that it does."""
        meta, selector = obj["metadata"], obj["spec"].get("selector")
        pods = []
        for pod in self.store.objs("pods", meta["namespace"]):
            matches = selectors.spec_selects(selector, pod["metadata"].get("labels") or {})
            mine = owned_by(pod, meta["uid"])
            if mine and not matches:
                self._set_owner(pod, None)
            elif matches and (mine or owner(pod) is None):
                pods.append(pod if mine else self._set_owner(pod, _reference(obj)))
        return pods

    def _set_owner(self, pod, references):
        meta = {key: value for key, value in pod["metadata"].items() if key != "ownerReferences"}
        if references:
            meta["ownerReferences"] = references
        return self.store.replace("pods", dict(pod, metadata=meta))

    def _replicas(self, obj, pods):
        active = [pod for pod in pods
                  if "deletionTimestamp" not in pod["metadata"] and not is_over(pod)]
        missing = obj["spec"].get("replicas", 1) - len(active)
        for _ in range(missing):
            self._make(obj, {"generateName": obj["metadata"]["name"] + "-"})
        if missing < 0:  # unready ones first, then the youngest
            active.sort(key=lambda pod: pod["metadata"]["creationTimestamp"], reverse=True)
            active.sort(key=is_ready)
            for pod in active[:-missing]:
                self._end(pod)

    def _ordinals(self, obj, pods):
        name, wanted = obj["metadata"]["name"], obj["spec"].get("replicas", 1)
        for ordinal in range(wanted):
            pod_name = f"{name}-{ordinal}"
            if self.store.get("pods", obj["metadata"]["namespace"], pod_name) is None:
                self._make(obj, {"name": pod_name},
                           {"statefulset.kubernetes.io/pod-name": pod_name,
                            "apps.kubernetes.io/pod-index": str(ordinal)},
                           {"hostname": pod_name, "subdomain": obj["spec"].get("serviceName", "")})
        for pod in pods:
            ordinal = pod["metadata"]["name"].rpartition("-")[2]
            if ordinal.isdigit() and int(ordinal) >= wanted:
                self._end(pod)

    def _a_node_each(self, obj, pods):
        taken = {pod["spec"].get("nodeName") for pod in pods
                 if "deletionTimestamp" not in pod["metadata"]}
        for node in self.store.objs("nodes"):
            if node["metadata"]["name"] not in taken:
                self._make(obj, {"generateName": obj["metadata"]["name"] + "-"},
                           spec={"nodeName": node["metadata"]["name"]})

    def _completions(self, obj, pods):
        done = sum(pod.get("status", {}).get("phase") == "Succeeded" for pod in pods)
        active = len([pod for pod in pods if not is_over(pod)])
        left = obj["spec"].get("completions", 1) - done
        for _ in range(min(left, obj["spec"].get("parallelism", 1)) - active):
            self._make(obj, {"generateName": obj["metadata"]["name"] + "-"})

    def _make(self, obj, name, labels=None, spec=None):
        template = obj["spec"]["template"]
        self.store.create("pods", {
            "metadata": {**name, "namespace": obj["metadata"]["namespace"],
                         "labels": {**template["metadata"].get("labels", {}), **(labels or {})},
                         **({"annotations": template["metadata"]["annotations"]}
                            if "annotations" in template["metadata"] else {}),
                         "ownerReferences": _reference(obj)},
            "spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
                     **template["spec"], **(spec or {})},
            "status": {"phase": "Pending", "qosClass": "Burstable"}})

    def _end(self, pod):
        if "deletionTimestamp" not in pod["metadata"]:
            self.store.replace("pods", dict(pod, metadata=dict(
                pod["metadata"], deletionTimestamp=self.store.clock.stamp(),
                deletionGracePeriodSeconds=30)))

    def _report(self, plural, obj):
        meta = obj["metadata"]
        pods = [pod for pod in self.store.objs("pods", meta["namespace"])
                if owned_by(pod, meta["uid"])]
        count = sum("deletionTimestamp" not in pod["metadata"] for pod in pods)
        ready = sum(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods)
        if plural == "daemonsets":
            nodes = len(self.store.objs("nodes"))
            status = {"currentNumberScheduled": count, "desiredNumberScheduled": nodes,
                      "updatedNumberScheduled": count, "numberReady": ready,
                      "numberAvailable": ready, "numberMisscheduled": 0}
        elif plural == "jobs":
            status = {"active": sum(not is_over(pod) for pod in pods), "ready": ready,
                      "succeeded": sum(pod.get("status", {}).get("phase") == "Succeeded"
                                       for pod in pods), "startTime": meta["creationTimestamp"]}
        else:
            status = {"replicas": count, "readyReplicas": ready, "availableReplicas": ready}
            if plural == "statefulsets":
                status.update(currentReplicas=count, updatedReplicas=count,
                              currentRevision=meta["name"] + "-6f8d9c7b5",
                              updateRevision=meta["name"] + "-6f8d9c7b5")
        self._status(plural, obj, {"observedGeneration": meta.get("generation", 1), **status}
                     if plural != "jobs" else status)

    def _status(self, plural, obj, status):
        now = self.store.get(plural, obj["metadata"]["namespace"], obj["metadata"]["name"])
        if now is not None:
            self.store.replace(plural, dict(now, status={**now.get("status", {}), **status}))

    def _collect_orphans(self):
        """What an owner that was deleted has left is deleted too."""
        alive = {obj["metadata"]["uid"] for plural in (
            "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs")
            for obj in self.store.objs(plural)}
        for plural in ("replicasets", "jobs", "pods"):
            for obj in self.store.objs(plural):
                ref = owner(obj)
                if ref is None or ref["uid"] in alive or ref["kind"] == "Node":
                    continue
                if plural == "pods":
                    self._end(obj)
                else:
                    self.store.remove(plural, obj["metadata"]["namespace"],
                                      obj["metadata"]["name"])
