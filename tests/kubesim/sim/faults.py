"""What a test may do to the requests and to the world behind the API's back, under /sim/.

POST   /sim/faults    {"method": "PATCH", "path": "regex", "times": 1, "delay": 0.5,
                       "hang": true, "status": 503, "message": "...", "retry_after": 2,
                       "cut": true, "stage": "before" or "after"}
                      A rule takes the next `times` requests that match. `hang` holds the request
                      until the rules are deleted; `cut` closes the connection without an answer;
                      stage "after" lets the request have its effect first. Answers {"id": N}.
GET    /sim/faults    the rules, with how many requests each has taken (`hits`), how many are
                      held now (`held`); ?id=N&hits=M waits until rule N took M (30 s at most)
DELETE /sim/faults    forgets the rules and lets go what hangs
POST   /sim/access    {"deny": [{"verb": "patch", "resource": "pods", "namespace": "shop"}]}
POST   /sim/slices    {"paused": true} and {"lag": seconds}
POST   /sim/pods/NAMESPACE/NAME/ready    {"ready": false}
POST   /sim/compact   every watch and list that went before is now too old (410)
GET    /sim/requests  [{"method", "path", "status"}], the last ten thousand
DELETE /sim/requests  forgets them
"""
import re
import threading
from collections import deque

from . import errors


class Cut(Exception):
    """The connection is to be closed without an answer."""


class Faults:
    def __init__(self):
        self.lock = threading.Condition()
        self.rules = []
        self.next_id = 1
        self.requests = deque(maxlen=10000)

    def add(self, rule):
        known = {"method", "path", "times", "delay", "hang", "status", "message", "retry_after",
                 "cut", "stage"}
        if not set(rule) <= known:
            raise errors.bad_request(f"unknown keys {sorted(set(rule) - known)}")
        re.compile(rule.get("path", ""))
        with self.lock:
            rule = {"times": 1, "stage": "before", **rule, "id": self.next_id, "hits": 0,
                    "held": 0, "live": True}
            self.next_id += 1
            self.rules.append(rule)
            return {"id": rule["id"]}

    def clear(self):
        with self.lock:
            for rule in self.rules:
                rule["live"] = False
            self.rules = []
            self.lock.notify_all()

    def show(self, params):
        with self.lock:
            if "id" in params:
                rule = next((one for one in self.rules if one["id"] == int(params["id"])), None)
                hits = int(params.get("hits", 1))
                self.lock.wait_for(lambda: rule is None or rule["hits"] >= hits, timeout=30)
            return [dict(rule) for rule in self.rules]

    def take(self, method, path):
        """The rule for this request, counted; None mostly."""
        with self.lock:
            for rule in self.rules:
                if rule["hits"] < rule["times"] and rule.get("method", method) == method \
                        and re.search(rule.get("path", ""), path):
                    rule["hits"] += 1
                    self.lock.notify_all()
                    return rule
        return None

    def suffer(self, rule, gone):
        """Carries a rule out: waits, and raises what the client shall get instead."""
        with self.lock:
            rule["held"] += 1
            if rule.get("delay"):
                self.lock.wait_for(lambda: not rule["live"], timeout=rule["delay"])
            while rule.get("hang") and rule["live"] and not gone():
                self.lock.wait(0.2)
            rule["held"] -= 1
        if rule.get("cut"):
            raise Cut()
        if "status" in rule:
            raise errors.injected(rule["status"], rule.get("message"), rule.get("retry_after"))

    def note(self, method, path, status):
        self.requests.append({"method": method, "path": path, "status": status})


class Hooks:
    """The routes under /sim/."""

    def __init__(self, store, controllers, access, faults):
        self.store = store
        self.controllers = controllers
        self.access = access
        self.faults = faults

    def call(self, method, parts, params, body):
        what = "/".join([method] + parts)
        if what == "GET/faults":
            return self.faults.show(params)
        if what == "POST/faults":
            return self.faults.add(body)
        if what == "DELETE/faults":
            return self.faults.clear() or {}
        if what == "POST/access":
            self.access.denied = body["deny"]
            return {}
        if what == "POST/slices":
            return self._slices(body)
        if what == "POST/compact":
            return self.store.forget_history() or {}
        if what == "GET/requests":
            return list(self.faults.requests)
        if what == "DELETE/requests":
            return self.faults.requests.clear() or {}
        if method == "POST" and len(parts) == 4 and parts[0] == "pods" and parts[3] == "ready":
            return self._ready(parts[1], parts[2], body["ready"])
        raise errors.no_such_path()

    def _slices(self, body):
        if "lag" in body:
            self.controllers.slices.lag = float(body["lag"])
        if "paused" in body:
            self.controllers.pause_slices(bool(body["paused"]))
        return {}

    def _ready(self, namespace, name, ready):
        with self.store.lock:
            pod = self.store.get("pods", namespace, name)
            if pod is None:
                raise errors.no_such_path()
            return self.controllers.kubelet.set_ready(pod, bool(ready))
