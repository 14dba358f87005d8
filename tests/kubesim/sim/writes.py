"""Create, update, patch and delete, with the checks and answers of a real API server.

The answers to preconditions in a patch were measured on kube-apiserver 1.20.2: the version is
compared before the uid, an empty version is no version, one that is no number is a 500.
"""
import re

from . import errors, kinds
from .defaults import with_defaults

_LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
_NAME = re.compile(r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")


def merge(target, patch):
    """JSON merge patch (RFC 7386), without touching the target."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


class Writes:
    def __init__(self, store):
        self.store = store

    def create(self, kind, namespace, obj, dry_run=False):
        meta = obj.get("metadata") or {}
        if not isinstance(meta, dict) or not (meta.get("name") or meta.get("generateName")):
            raise errors.invalid(kind, "", "metadata.name", "", "name or generateName is required")
        name = meta.get("name") or meta["generateName"] + "x"
        if not _NAME.match(name):
            raise errors.invalid(kind, name, "metadata.name", name, "a lowercase RFC 1123 "
                                 "subdomain must consist of lower case alphanumeric characters")
        if kind.namespaced:
            if meta.setdefault("namespace", namespace) != namespace:
                raise errors.bad_request("the namespace of the provided object does not match "
                                         "the namespace sent on the request")
            if not self.store.get("namespaces", "", namespace):
                raise errors.not_found(kinds.PLURALS["namespaces"], namespace)
        self._check_labels(kind, obj)
        obj = with_defaults(self.store, kind, obj)
        if dry_run:
            if self.store.get(kind.plural, meta.get("namespace"), name):
                raise errors.already_exists(kind, name)
            return obj
        return self.store.create(kind.plural, obj)

    def update(self, kind, namespace, name, obj, status_only, dry_run=False):
        with self.store.lock:
            now = self._now(kind, namespace, name)
            if (obj.get("metadata") or {}).get("name") != name:
                raise errors.bad_request("the name of the object does not match the name on the URL")
            return self._write(kind, now, obj, obj["metadata"], status_only, dry_run)

    def patch(self, kind, namespace, name, patch, status_only, dry_run=False):
        with self.store.lock:
            now = self._now(kind, namespace, name)
            if not isinstance(patch, dict):
                raise errors.bad_request("error decoding patch: not an object")
            given = patch.get("metadata") or {}
            if not isinstance(given, dict):
                raise errors.bad_request("error decoding patch: metadata is not an object")
            return self._write(kind, now, merge(now, patch), given, status_only, dry_run)

    def delete(self, kind, namespace, name, options, dry_run=False):
        with self.store.lock:
            now = self._now(kind, namespace, name)
            meta, wanted = now["metadata"], options.get("preconditions") or {}
            for field, key in (("UID", "uid"), ("ResourceVersion", "resourceVersion")):
                if wanted.get(key) and wanted[key] != meta[key]:
                    raise errors.conflict(kind, name, f"Precondition failed: {field} in "
                                          f"precondition: {wanted[key]}, {field} in object meta: "
                                          f"{meta[key]}")
            if dry_run:
                return now
            grace = options.get("gracePeriodSeconds", 30 if kind.plural == "pods" else 0)
            waits = kind.plural == "pods" and grace > 0 and now.get("spec", {}).get("nodeName")
            if not waits and not meta.get("finalizers"):
                return self.store.remove(kind.plural, namespace, name)
            if "deletionTimestamp" in meta:
                return now
            return self.store.replace(kind.plural, dict(now, metadata=dict(
                meta, deletionTimestamp=self.store.clock.stamp(),
                deletionGracePeriodSeconds=grace)))

    def _now(self, kind, namespace, name):
        now = self.store.get(kind.plural, namespace, name)
        if now is None:
            raise errors.not_found(kind, name)
        return now

    def _write(self, kind, now, wanted, given, status_only, dry_run):
        meta, name = now["metadata"], now["metadata"]["name"]
        version = given.get("resourceVersion", "")
        if version:
            if not str(version).isdigit():
                raise errors.internal(f'strconv.ParseUint: parsing "{version}": invalid syntax')
            if version != meta["resourceVersion"]:
                raise errors.conflict(kind, name)
        if given.get("uid", meta["uid"]) != meta["uid"]:
            raise errors.invalid(kind, name, "metadata.uid", given["uid"], "field is immutable")
        for key in ("name", "namespace"):
            if given.get(key, meta.get(key)) != meta.get(key):
                raise errors.bad_request(f"the {key} of the object does not match the {key} "
                                         "on the request")
        if status_only:
            wanted = dict(now, status=wanted.get("status", {}))
        else:
            kept = {key: meta[key] for key in ("uid", "creationTimestamp", "generation",
                                               "resourceVersion", "deletionTimestamp",
                                               "deletionGracePeriodSeconds", "namespace")
                    if key in meta}
            wanted = dict(wanted, apiVersion=now["apiVersion"], kind=now["kind"],
                          metadata=dict(wanted["metadata"], **kept))
            if kind.has_status and "status" in now:
                wanted["status"] = now["status"]
            self._check_labels(kind, wanted)
        if dry_run:
            return wanted
        written = self.store.replace(kind.plural, wanted)
        meta = written["metadata"]
        if "deletionTimestamp" in meta and not meta.get("finalizers") and kind.plural != "pods":
            self.store.remove(kind.plural, meta.get("namespace"), name)
        return written

    @staticmethod
    def _check_labels(kind, obj):
        meta = obj["metadata"]
        for field in ("labels", "annotations"):
            rows = meta.get(field) or {}
            if not isinstance(rows, dict) or not all(isinstance(v, str) for v in rows.values()):
                raise errors.bad_request(f"metadata.{field} must be a map of strings")
        for value in (meta.get("labels") or {}).values():
            if len(value) > 63 or not _LABEL_VALUE.match(value):
                raise errors.invalid(kind, meta.get("name", ""), "metadata.labels", value,
                                     "a valid label must be an empty string or consist of "
                                     "alphanumeric characters, '-', '_' or '.'")
