"""An API server that is hostile to who asks it: it passes requests on to a good one (a kubesim), but for
those that `act` names, which it answers as it likes. HTTPS on 127.0.0.1, a thread a connection."""
import gzip
import http.client
import json
import re
import select
import socket
import ssl
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kubesim"))
from sim import credentials  # noqa: E402

MEGABYTE = 1 << 20
ITEM = {"metadata": {"name": "p", "uid": "u", "labels": {"app": "x"}}, "status": {"phase": "Running"}, "spec": {"containers": [{"name": "c"}]}}


def page(items, token=""):
    return json.dumps({"kind": "List", "metadata": {"continue": token, "resourceVersion": "1"}, "items": items}).encode()


def packed(piece, megabytes, head=b"", tail=b""):
    """A gzip that unpacks to so much: one packed megabyte, again and again. Nobody comes to its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)

    def part(data):
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    block = piece * (MEGABYTE // len(piece))
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + part(head) + part(block) * megabytes + part(tail)


class HostileServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, folder, good):
        """`good`: the KubeApi to which the other requests go."""
        super().__init__(("127.0.0.1", 0), Handler)
        folder.mkdir()
        self.good, self.calls, self.acts, self.streams = good, 0, [], set()
        token = credentials.make(str(folder))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / "server.crt", folder / "server.key")
        credentials.write_kubeconfig(str(folder), self.server_address[1], token)
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.chmod(0o644)
        self.ending = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        connection, address = super().get_request()
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass  # who was cut off, or had enough

    def act(self, path, how):
        """GETs whose path matches are answered by the function `how(handler)`."""
        self.calls = 0
        self.acts = [(re.compile(path), how)]

    def cut_watches(self):
        """Ends the watches that it passes on."""
        for stream in list(self.streams):
            stream.shutdown(socket.SHUT_RDWR)

    def stop(self):
        self.ending.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass

    def setup(self):
        self.request.settimeout(30)
        super().setup()

    def gone(self):
        return bool(select.select([self.connection], [], [], 0)[0])

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for pattern, how in self.server.acts:
            if self.command == "GET" and pattern.search(self.path):
                self.server.calls += 1
                try:
                    how(self)
                except (OSError, ssl.SSLError):
                    self.close_connection = True
                return
        good = self.server.good
        connection = http.client.HTTPSConnection(good.server.hostname, good.server.port, context=good.tls)
        headers = {name: value for name, value in self.headers.items() if name.lower() in ("accept", "content-type")}
        connection.request(self.command, self.path, body or None, {**headers, **good.headers})
        reply = connection.getresponse()
        if "watch=1" in self.path:
            return self.pass_on(reply)
        self.send(reply.read(), status=reply.status)
        connection.close()
        return None

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def begin(self, length=None, encoding=None, status=200):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()

    def send(self, body, encoding=None, status=200):
        self.begin(len(body), encoding, status)
        self.wfile.write(body)

    def pass_on(self, reply):
        self.begin(status=reply.status)
        self.wfile.flush()
        self.server.streams.add(self.connection)
        try:
            while not self.gone() and (line := reply.readline()):
                self.wfile.write(line)
                self.wfile.flush()
        finally:
            self.server.streams.discard(self.connection)


def endless_pages(handler):
    handler.send(page([ITEM] * 500, f"more-{handler.server.calls}"))


def empty_pages(handler):
    handler.send(page([], f"more-{handler.server.calls}"))


def same_page(handler):
    handler.send(page([ITEM], "same"))


def large_pages(handler):
    handler.send(gzip.compress(page([{**ITEM, "metadata": {**ITEM["metadata"], "annotations": {"a": "x" * 30_000}}}] * 500,
                                    f"more-{handler.server.calls}"), 1), "gzip")


def slow_bytes(handler):
    handler.begin(1_000_000)
    while not handler.server.ending.wait(0.1) and not handler.gone():
        handler.wfile.write(b" ")
        handler.wfile.flush()


def cut_stream(handler):
    handler.begin(1_000_000)
    handler.wfile.write(page([ITEM] * 100)[:-40])
    handler.close_connection = True


def silence(handler):
    while not handler.server.ending.wait(0.1) and not handler.gone():
        pass


def storm(handler):
    """Events of a watch as fast as they go out; the rest of that path is silence."""
    handler.begin()
    events = (json.dumps({"type": "MODIFIED", "object": {"metadata": {"resourceVersion": "1", "name": "x"}}}) + "\n").encode() * 1000
    while not handler.server.ending.is_set() and not handler.gone():
        handler.wfile.write(events)


def constant(body, encoding=None):
    return lambda handler: handler.send(body, encoding)


def wrong_types(handler):
    handler.send(json.dumps({"metadata": {"continue": 7}, "items": [
        7, "x", None, [], {"metadata": []}, {"metadata": {"name": {}, "labels": [1], "annotations": 3, "ownerReferences": {"a": 1}}},
        {"spec": {"containers": "x", "initContainers": 9}, "status": {"conditions": {"a": []}, "containerStatuses": [1, [], {"state": 7}],
                                                                     "phase": {}, "addresses": "y"}}]}).encode())


HOSTILE = {
    "endless pages": endless_pages,
    "endless pages of large objects": large_pages,
    "empty pages without end": empty_pages,
    "the same page again and again": same_page,
    "a gzip bomb of spaces": constant(packed(b" ", 512), "gzip"),
    "a gzip bomb of objects": constant(packed(b"{},", 64, b'{"items":[', b"{}]}"), "gzip"),
    "16 MB of {}": constant(b'{"items":[' + b"{}," * (16 * MEGABYTE // 3 - 10) + b"{}]}"),
    "one object of 16 MB of {}": constant(b'{"items":[{"a":[' + b"{}," * (15 * MEGABYTE // 3) + b"{}]}]}"),
    "one object of 4 MB of numbers": constant(b'{"items":[{"a":[' + b"1," * (3 * MEGABYTE // 2) + b"1]}]}"),
    "deep nesting": constant(b'{"items":[' + b"[" * (8 * MEGABYTE)),
    "deep nesting that ends": constant(b'{"items":[' + b"[" * MEGABYTE + b"]" * MEGABYTE + b"]}"),
    "wrong types": wrong_types,
    "not JSON": constant(b"<html>" + b"x" * MEGABYTE),
    "a long text": constant(json.dumps({"kind": "Status", "message": "\x00\u202e" + "x" * 3 * MEGABYTE}).encode()),
    "slow bytes": slow_bytes,
    "a cut stream": cut_stream,
    "silence": silence,
}
