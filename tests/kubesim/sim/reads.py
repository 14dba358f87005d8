"""Get, list in pages, and watch."""
import base64
import json
import time
from collections import OrderedDict

from . import errors, kinds, selectors

PAGED_LISTS = 64  # remembered for their next page; older ones are "expired"
BOOKMARK_SECONDS = 10


def _number(params, name, default):
    text = params.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise errors.bad_request(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    return int(text)


def _text(record, kind, version):
    if version == kind.version:
        return record.text
    return json.dumps(kinds.in_version(kind, version, record.obj)).encode()


class Reads:
    def __init__(self, store):
        self.store = store
        self.rest = OrderedDict()  # token: (version, records still to send)

    def get(self, kind, version, namespace, name):
        obj = self.store.get(kind.plural, namespace, name)
        if obj is None:
            raise errors.not_found(kind, name)
        return kinds.in_version(kind, version, obj)

    def list(self, kind, version, namespace, params):
        """The bytes of a list."""
        matches = selectors.both(params.get("labelSelector"), params.get("fieldSelector"))
        limit, more = _number(params, "limit", 0), {}
        asked = _number(params, "resourceVersion", None)
        with self.store.lock:
            if token := params.get("continue"):
                if token not in self.rest:
                    raise errors.expired("The provided continue parameter is too old to display "
                                         "a consistent list result.")
                at, records = self.rest[token]
            else:
                at, records = self.store.version, self.store.list(kind.plural, namespace, matches)
                if asked == 0:
                    limit = 0  # a real server's cache does not page
            if limit and len(records) > limit:
                token = base64.b64encode(json.dumps(
                    {"rv": at, "left": len(records) - limit, "at": time.monotonic_ns()}
                ).encode()).decode()
                self.rest[token] = (at, records[limit:])
                if len(self.rest) > PAGED_LISTS:
                    self.rest.popitem(last=False)
                more["continue"] = token
                if matches is None:
                    more["remainingItemCount"] = len(records) - limit
                records = records[:limit]
        api_version = f"{kind.group}/{version}" if kind.group else version
        head = json.dumps({"kind": kind.kind + "List", "apiVersion": api_version,
                           "metadata": {"resourceVersion": str(at), **more}})
        items = b",".join(_text(record, kind, version) for record in records)
        return head[:-1].encode() + b',"items":[' + items + b"]}"

    def watch(self, kind, version, namespace, params, gone):
        """Yields the bytes of events; an empty one now and then, so that a client that left
        is noticed. Ends when timeoutSeconds are over or gone() says so."""
        matches = selectors.both(params.get("labelSelector"), params.get("fieldSelector"))
        seconds = _number(params, "timeoutSeconds", 0) or 1800
        at = _number(params, "resourceVersion", 0)
        bookmarks = params.get("allowWatchBookmarks") in ("true", "1")
        end = time.monotonic() + seconds
        mark = time.monotonic() + BOOKMARK_SECONDS

        def line(what, text):
            return b'{"type":"' + what.encode() + b'","object":' + text + b"}\n"

        def bookmark():
            api_version = f"{kind.group}/{version}" if kind.group else version
            return line("BOOKMARK", json.dumps({
                "kind": kind.kind, "apiVersion": api_version,
                "metadata": {"resourceVersion": str(at), "creationTimestamp": None}}).encode())

        if at == 0:
            with self.store.lock:
                at = self.store.version
                records = self.store.list(kind.plural, namespace, matches)
            yield b"".join(line("ADDED", _text(record, kind, version)) for record in records)
        else:
            yield b""
        while time.monotonic() < end and not gone():
            with self.store.lock:
                events = self.store.after(kind.plural, at)
                if not events and events is not None:
                    self.store.changed.wait(min(1, max(0, end - time.monotonic())))
                    events = self.store.after(kind.plural, at)
                if events is None:
                    error = errors.expired(f"too old resource version: {at} "
                                           f"({self.store.oldest[kind.plural]})")
                    yield line("ERROR", json.dumps(error.body).encode())
                    return
                at = events[-1].version if events else self.store.version
            sent = [line(*row) for row in (
                self._seen(event, kind, version, namespace, matches) for event in events) if row]
            if bookmarks and time.monotonic() >= mark:
                mark = time.monotonic() + BOOKMARK_SECONDS
                sent.append(bookmark())
            yield b"".join(sent)
        if bookmarks and not gone():
            yield bookmark()

    @staticmethod
    def _seen(event, kind, version, namespace, matches):
        """An event as this watch sees it: an object that begins or stops to match its selector
        is one that was added or deleted."""
        if namespace and event.record.obj["metadata"].get("namespace") != namespace:
            return None
        now = event.kind != "DELETED" and (matches is None or matches(event.record.obj))
        before = event.before is not None and (matches is None or matches(event.before.obj))
        if now:
            return "MODIFIED" if before else "ADDED", _text(event.record, kind, version)
        if not before:
            return None
        if event.kind == "DELETED":
            return "DELETED", _text(event.record, kind, version)
        last = event.before.obj  # as it last matched, with the version of the event
        last = dict(last, metadata=dict(last["metadata"], resourceVersion=str(event.version)))
        return "DELETED", json.dumps(kinds.in_version(kind, version, last)).encode()
