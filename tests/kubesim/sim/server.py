"""HTTPS on 127.0.0.1: a thread a connection, kept alive, gzip and chunked watches."""
import gzip
import hmac
import json
import os
import select
import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from . import errors
from .faults import Cut

GZIP_FROM = 4096  # bytes of a body
LARGEST_BODY = 3 << 20  # as a real API server's


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, folder, port, token):
        super().__init__(("127.0.0.1", port), Handler)
        self.bearer = f"Bearer {token}"
        self.router = None
        self.faults = None
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(folder, "server.crt"),
                                 os.path.join(folder, "server.key"))
        self.tls.set_alpn_protocols(["http/1.1"])

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The handshake is the connection's own thread's: a slow client must not stop the others.
        return self.tls.wrap_socket(connection, server_side=True,
                                    do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass  # a client that went away, or one that does not trust our CA


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "kubesim"
    wbufsize = 1 << 16
    timeout = 3600

    def setup(self):
        self.request.settimeout(10)
        self.request.do_handshake()
        super().setup()

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass  # /sim/requests has them

    def _gone(self):
        """Whether the client has left (or sent something that nobody asked for)."""
        return bool(select.select([self.connection], [], [], 0)[0])

    def _handle(self):
        url = urlsplit(self.path)
        faults, status = self.server.faults, 0
        try:
            try:
                status = self._answer(url)
            except errors.ApiError as error:
                status = error.code
                self._send(error.code, json.dumps(error.body).encode(), headers=error.headers)
        except Cut:
            self.close_connection = True
        except OSError:
            self.close_connection = True
        finally:
            if not url.path.startswith("/sim/"):
                faults.note(self.command, self.path, status)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            raise errors.ApiError(413, "RequestEntityTooLarge", "limit is 3145728")
        return self.rfile.read(length)

    def _answer(self, url):
        body = self._body()
        if not hmac.compare_digest(self.headers.get("Authorization", ""), self.server.bearer):
            raise errors.unauthorized()
        rule = None
        if not url.path.startswith("/sim/"):
            rule = self.server.faults.take(self.command, self.path)
        if rule and rule["stage"] == "before":
            self.server.faults.suffer(rule, self._gone)
        parts = [unquote(part) for part in url.path.strip("/").split("/")]
        headers = {key.lower(): value for key, value in self.headers.items()}
        answer = self.server.router.answer(
            self.command, parts, dict(parse_qsl(url.query, keep_blank_values=True)), headers,
            body, self._gone)
        if rule and rule["stage"] == "after":
            self.server.faults.suffer(rule, self._gone)
        if answer.events is not None:
            self._stream(answer)
        else:
            self._send(answer.status, answer.body, answer.content_type)
        return answer.status

    def _send(self, status, body, content_type="application/json", headers=None):
        packed = len(body) >= GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            body = gzip.compress(body, 1)
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _stream(self, answer):
        chunks = iter(answer.events)
        first = next(chunks)  # what is wrong with the request is said before the headers go out
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(first)
        for chunk in chunks:
            self._chunk(chunk)
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _chunk(self, data):
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
