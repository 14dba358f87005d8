"""The thread that runs the controllers after each change of the world."""
import threading
import time

from . import slices, workloads


class Controllers(threading.Thread):
    WATCHED = {"pods", "services", "deployments", "replicasets", "statefulsets", "daemonsets",
               "jobs", "nodes"}

    def __init__(self, store, kubelet):
        super().__init__(daemon=True, name="controllers")
        self.store = store
        self.kubelet = kubelet
        self.workloads = workloads.Workloads(store)
        self.slices = slices.Slices(store)
        self.slices_paused = False
        self.due = {}  # namespace: when its slices are brought up to date
        self.touched = True
        store.on_change.append(self._note)

    def _note(self, plural, event):
        if plural in self.WATCHED:
            self.touched = True
            if plural in ("pods", "services"):
                self.due.setdefault(event.record.obj["metadata"].get("namespace", ""),
                                    time.monotonic() + self.slices.lag)

    def settle(self):
        """Everything at once, until nothing changes: for the first world."""
        with self.store.lock:
            before = None
            while before != self.store.version:
                before = self.store.version
                self.workloads.reconcile()
                self.kubelet.reconcile(at_once=True)
                self.slices.reconcile(list(self.due))
            self.due.clear()

    def pause_slices(self, paused):
        with self.store.lock:
            self.slices_paused = paused
            self.store.changed.notify_all()

    def run(self):
        with self.store.lock:
            while True:
                wait = self._turn()
                if not self.touched:
                    self.store.changed.wait(wait)

    def _turn(self):
        """One round; returns the seconds until the next is due (None: with the next change)."""
        waits = []
        if self.touched:
            self.touched = False
            self.workloads.reconcile()
        waits.append(self.kubelet.reconcile())
        if not self.slices_paused:
            now = time.monotonic()
            ready = [namespace for namespace, at in self.due.items() if at <= now]
            for namespace in ready:
                del self.due[namespace]
            self.slices.reconcile(ready)
            waits += [at - now for at in self.due.values()]
        return min((wait for wait in waits if wait is not None), default=None)
