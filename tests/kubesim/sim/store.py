"""The objects, their versions and what happened to them.

Objects in the store are never changed in place: a write puts a new object, so readers may keep
what they got. One lock guards everything; `changed` is notified after each write.
"""
import json
import threading
import time
import uuid
from bisect import bisect_right
from typing import NamedTuple

from . import errors, kinds

HISTORY = 20000  # events kept a resource; a watch from before them is "too old"


class Clock:
    """The time that objects are stamped with. Moved back while the first world is made."""

    def __init__(self):
        self.ago = 0

    def stamp(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - self.ago))


class Record(NamedTuple):
    obj: dict
    text: bytes  # the object as JSON, made once
    version: int


class Event(NamedTuple):
    version: int
    kind: str  # ADDED, MODIFIED, DELETED
    record: Record
    before: Record  # None for ADDED


def _record(obj, version):
    return Record(obj, json.dumps(obj, separators=(",", ":")).encode(), version)


class Store:
    def __init__(self):
        self.clock = Clock()
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 1000
        self.objects = {kind.plural: {} for kind in kinds.KINDS}  # plural: {(ns, name): Record}
        self.history = {kind.plural: [] for kind in kinds.KINDS}
        self.oldest = {kind.plural: self.version for kind in kinds.KINDS}
        self.on_change = []  # called with (plural, Event), under the lock

    def get(self, plural, namespace, name):
        record = self.objects[plural].get((namespace or "", name))
        return record.obj if record else None

    def list(self, plural, namespace=None, matches=None):
        """Records in the order of their keys, as a real server lists them."""
        with self.lock:
            items = [(key, record) for key, record in self.objects[plural].items()
                     if (not namespace or key[0] == namespace)
                     and (matches is None or matches(record.obj))]
        return [record for _, record in sorted(items, key=lambda item: item[0])]

    def objs(self, plural, namespace=None):
        with self.lock:
            return [record.obj for (space, _), record in self.objects[plural].items()
                    if not namespace or space == namespace]

    def create(self, plural, obj):
        kind = kinds.PLURALS[plural]
        with self.lock:
            meta = dict(obj["metadata"])
            namespace = meta.get("namespace", "")
            while not meta.get("name"):  # five characters: of 130 Pods two get the same in one of 125 runs
                name = meta["generateName"] + uuid.uuid4().hex[:5]
                if (namespace, name) not in self.objects[plural]:
                    meta["name"] = name
            key = (namespace, meta["name"])
            if key in self.objects[plural]:
                raise errors.already_exists(kind, meta["name"])
            meta.update(uid=str(uuid.uuid4()), creationTimestamp=self.clock.stamp())
            if "spec" in obj and plural != "pods":
                meta["generation"] = 1
            return self._put(plural, key, "ADDED", {
                "apiVersion": kind.api_version, "kind": kind.kind, **obj, "metadata": meta})

    def replace(self, plural, obj):
        """Writes a changed object; the same content again is no write and keeps its version."""
        with self.lock:
            key = (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
            before = self.objects[plural].get(key)
            if before is None:
                raise errors.not_found(kinds.PLURALS[plural], key[1])
            if obj == before.obj:
                return before.obj
            if "generation" in before.obj["metadata"] and obj["spec"] != before.obj["spec"]:
                generation = before.obj["metadata"]["generation"] + 1
                obj = dict(obj, metadata=dict(obj["metadata"], generation=generation))
            return self._put(plural, key, "MODIFIED", obj)

    def remove(self, plural, namespace, name):
        with self.lock:
            before = self.objects[plural].get((namespace or "", name))
            return before and self._put(plural, (namespace or "", name), "DELETED", before.obj)

    def _put(self, plural, key, what, obj):
        self.version += 1
        obj = dict(obj, metadata=dict(obj["metadata"], resourceVersion=str(self.version)))
        record = _record(obj, self.version)
        before = self.objects[plural].get(key)
        if what == "DELETED":
            del self.objects[plural][key]
        else:
            self.objects[plural][key] = record
        event = Event(self.version, what, record, before)
        history = self.history[plural]
        history.append(event)
        if len(history) > HISTORY:
            self.oldest[plural] = history[HISTORY // 2].version
            del history[:HISTORY // 2 + 1]
        for call in self.on_change:
            call(plural, event)
        self.changed.notify_all()
        return obj

    def forget_history(self):
        """As when etcd is compacted: every watch from before now is too old."""
        with self.lock:
            for plural, history in self.history.items():
                history.clear()
                self.oldest[plural] = self.version

    def after(self, plural, version):
        """The events after a version; None where some of them are forgotten."""
        if version < self.oldest[plural]:
            return None
        history = self.history[plural]
        return history[bisect_right(history, version, key=lambda event: event.version):]
