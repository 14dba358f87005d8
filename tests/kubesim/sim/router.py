"""From a method and a path to an answer: the Kubernetes API's own scheme of paths."""
import json
from typing import NamedTuple

from . import discovery, errors, kinds

PATCHES = ("application/merge-patch+json", "application/strategic-merge-patch+json")


class Answer(NamedTuple):
    status: int
    body: bytes = b""
    events: object = None  # an iterator of chunks instead of a body
    content_type: str = "application/json"


class Target(NamedTuple):
    kind: kinds.Kind
    version: str
    namespace: str
    name: str
    status_only: bool


def _json(value, status=200):
    return Answer(status, json.dumps(value, separators=(",", ":")).encode())


def _parse(text):
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise errors.bad_request(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise errors.bad_request("the body is not a JSON object")
    return value


class Router:
    def __init__(self, reads, writes, access, hooks, address):
        self.reads = reads
        self.writes = writes
        self.access = access
        self.hooks = hooks
        self.address = address

    def answer(self, method, parts, params, headers, body, gone):
        if parts[:1] == ["sim"]:
            return _json(self.hooks.call(method, parts[1:], params, _parse(body)))
        if method == "GET":
            if found := self._about(parts):
                return found
        group, version, rest = self._split(parts)
        if group == "authorization.k8s.io" and len(rest) == 1 and rest[0] in kinds.REVIEWS:
            if method != "POST":
                raise errors.method_not_allowed()
            return _json(self.access.review(rest[0], _parse(body)), 201)
        target = self._target(group, version, rest)
        if target.name:
            return self._one(method, target, params, headers, body)
        return self._many(method, target, params, body, gone)

    def _about(self, parts):
        if parts == ["version"]:
            return _json(discovery.VERSION)
        if parts in (["readyz"], ["livez"], ["healthz"]):
            return Answer(200, b"ok", content_type="text/plain")
        if parts == ["api"]:
            return _json(discovery.core_versions(self.address))
        if parts == ["apis"]:
            return _json(discovery.groups())
        if parts[:1] == ["apis"] and len(parts) == 2:
            return _json(discovery.group(parts[1]))
        if (parts[:1] == ["apis"] and len(parts) == 3) or (parts[:1] == ["api"] and len(parts) == 2):
            group, version, _ = self._split(parts)
            return _json(discovery.resources(group, version))
        return None

    @staticmethod
    def _split(parts):
        if parts[:1] == ["api"] and len(parts) >= 2:
            return "", parts[1], parts[2:]
        if parts[:1] == ["apis"] and len(parts) >= 3:
            return parts[1], parts[2], parts[3:]
        raise errors.no_such_path()

    @staticmethod
    def _target(group, version, rest):
        namespace = ""
        if rest[:1] == ["namespaces"] and len(rest) >= 3 and rest[2] != "status":
            namespace, rest = rest[1], rest[2:]
        kind = kinds.find(group, version, rest[0]) if rest else None
        status_only = len(rest) == 3 and rest[2] == "status" and kind is not None and kind.has_status
        if kind is None or len(rest) > 2 and not status_only or kind.namespaced < bool(namespace):
            raise errors.no_such_path()
        name = rest[1] if len(rest) > 1 else ""
        if name and kind.namespaced and not namespace:
            raise errors.no_such_path()
        return Target(kind, version, namespace, name, status_only)

    def _allow(self, verb, target):
        resource = target.kind.plural + ("/status" if target.status_only else "")
        if not self.access.allows(verb, resource, target.namespace):
            raise errors.forbidden(target.kind, target.name, verb, target.namespace)

    def _one(self, method, target, params, headers, body):
        kind, namespace, name = target.kind, target.namespace, target.name
        dry_run = params.get("dryRun") == "All"
        if method == "GET":
            self._allow("get", target)
            return _json(self.reads.get(kind, target.version, namespace, name))
        if method == "PATCH":
            self._allow("patch", target)
            given = headers.get("content-type", "").partition(";")[0].strip()
            if given not in PATCHES:
                raise errors.unsupported_media_type(given)
            return self._written(target, self.writes.patch(
                kind, namespace, name, _parse(body), target.status_only, dry_run))
        if method == "PUT":
            self._allow("update", target)
            return self._written(target, self.writes.update(
                kind, namespace, name, _parse(body), target.status_only, dry_run))
        if method == "DELETE":
            self._allow("delete", target)
            return _json(self.writes.delete(kind, namespace, name, _parse(body) or {
                key: int(params[key]) for key in ("gracePeriodSeconds",) if key in params},
                dry_run))
        raise errors.method_not_allowed()

    def _many(self, method, target, params, body, gone):
        if method == "GET" and params.get("watch") in ("true", "1"):
            self._allow("watch", target)
            return Answer(200, events=self.reads.watch(
                target.kind, target.version, target.namespace, params, gone))
        if method == "GET":
            self._allow("list", target)
            return Answer(200, self.reads.list(target.kind, target.version, target.namespace,
                                               params))
        if method == "POST":
            self._allow("create", target)
            if target.kind.namespaced and not target.namespace:
                raise errors.no_such_path()
            return self._written(target, self.writes.create(
                target.kind, target.namespace, _parse(body), params.get("dryRun") == "All"), 201)
        raise errors.method_not_allowed()

    @staticmethod
    def _written(target, obj, status=200):
        return _json(kinds.in_version(target.kind, target.version, obj), status)
