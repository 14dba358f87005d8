"""Plays scheduler and kubelets: gives Pods a node and an address, starts them, ends them."""
import time

from . import workloads


def conditions(stamp, ready, reason=None):
    rows = [{"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": stamp}
            for kind in ("PodReadyToStartContainers", "Initialized", "PodScheduled")]
    for kind in ("Ready", "ContainersReady"):
        rows.append({"type": kind, "status": "True" if ready else "False", "lastProbeTime": None,
                     "lastTransitionTime": stamp,
                     **({} if ready else {"reason": reason or "ContainersNotReady",
                                          "message": "containers with unready status"})})
    return rows


def containers(pod, stamp, ready=True, restarts=0, state=None, last=None):
    return [{"name": one["name"], "image": one["image"], "imageID": f"sha256:{one['name']}",
             "containerID": f"containerd://{pod['metadata']['uid']}", "ready": ready,
             "started": ready, "restartCount": restarts, "lastState": last or {},
             "state": state or {"running": {"startedAt": stamp}}}
            for one in pod["spec"]["containers"]]


class Kubelet:
    def __init__(self, store, end_seconds=2.0, start_seconds=0.5):
        self.store = store
        self.start_seconds = start_seconds
        self.end_seconds = end_seconds
        self.seen = {}  # uid: when it was first seen waiting for its start or its end
        self.addresses = iter(f"10.244.{n // 250}.{n % 250 + 2}" for n in range(60000))
        self.next_node = 0

    def reconcile(self, at_once=False):
        """Does what is due; returns the seconds until something else is (None: nothing)."""
        now, wait = time.monotonic(), None
        for pod in self.store.objs("pods"):
            ending = "deletionTimestamp" in pod["metadata"]
            if not ending and pod["status"].get("phase") != "Pending":
                continue
            if "podIP" not in pod["status"] and not pod["spec"].get("nodeName"):
                pod = self._bind(pod)
            key = (pod["metadata"]["uid"], ending)
            delay = min(self.end_seconds, pod["metadata"].get("deletionGracePeriodSeconds", 30)
                        ) if ending else self.start_seconds
            left = self.seen.setdefault(key, now) + delay - now
            if at_once or left <= 0:
                self.seen.pop(key)
                if ending:
                    self._end(pod)
                else:
                    self._start(pod)
            else:
                wait = left if wait is None else min(wait, left)
        return wait

    def _bind(self, pod):
        nodes = self.store.objs("nodes")
        self.next_node += 1
        name = nodes[self.next_node % len(nodes)]["metadata"]["name"]
        return self.store.replace("pods", dict(pod, spec=dict(pod["spec"], nodeName=name)))

    def _start(self, pod):
        node = self.store.get("nodes", "", pod["spec"]["nodeName"])
        stamp, address = self.store.clock.stamp(), next(self.addresses)
        self.store.replace("pods", dict(pod, status=dict(
            pod["status"], phase="Running", startTime=stamp, podIP=address,
            podIPs=[{"ip": address}], hostIP=node["status"]["addresses"][0]["address"],
            conditions=conditions(stamp, True), containerStatuses=containers(pod, stamp))))

    def _end(self, pod):
        meta = pod["metadata"]
        if meta.get("finalizers"):
            return
        if workloads.owner(pod) is None or pod["status"].get("phase") != "Pending":
            self.set_ready(pod, False)
        self.store.remove("pods", meta["namespace"], meta["name"])

    def set_ready(self, pod, ready):
        stamp = self.store.clock.stamp()
        status = dict(pod["status"], conditions=conditions(stamp, ready))
        if "containerStatuses" in status:
            status["containerStatuses"] = [dict(row, ready=ready)
                                           for row in status["containerStatuses"]]
        return self.store.replace("pods", dict(pod, status=status))
