"""A webhook's receiver, which remembers what it was sent: HTTPS with a certificate of its own, or plain HTTP."""
import contextlib
import json
import subprocess
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    def __init__(self, folder, tls=True):
        folder.mkdir()
        self.authority = folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj",
                        "/CN=receiver", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
                        self.authority], check=True, capture_output=True)
        self.got, self.answers = [], {}  # an answer: (status, text), or what makes one of the request
        self.held = {}  # by path: an event that the answer waits for
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                path, _, query = self.path.partition("?")
                request = {"path": path, "query": query, "headers": {name.lower(): value for name, value in self.headers.items()},
                           "bytes": body, "body": json.loads(body)}
                receiver.got.append(request)
                if path in receiver.held:
                    receiver.held[path].wait(60)
                answer = receiver.answers.get(path, (200, '{"errcode": 0, "code": 0}'))
                status, text = answer(request) if callable(answer) else answer
                with contextlib.suppress(OSError):  # who sent it may be gone
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1" if tls else "127.0.0.2", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.authority, folder / "key.pem")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}" if tls else f"http://127.0.0.2:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path):
        return [one for one in self.got if one["path"] == path]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
