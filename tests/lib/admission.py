"""An admission webhook for updates of Pods: one HTTPS server, and a configuration per namespace, whose URL says how
it answers there. Reviews of /status and of other kinds never reach it."""
import base64
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .control_plane import free_ports, openssl

CANARY = "canary5ecret"
REGISTRATION = "/apis/admissionregistration.k8s.io"


def patch(*operations):
    return {"allowed": True, "patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(operations).encode()).decode()}


def keep_load(stop, request):
    """The label stays what it was."""
    return patch({"op": "add", "path": "/metadata/labels/load", "value": request["oldObject"]["metadata"]["labels"]["load"]})


def deny(code, message="change window is closed until Monday 09:00"):
    return lambda stop, request: {"allowed": False, "status": {"code": code, "message": message}}


def slow(seconds):
    def answer(stop, request):
        stop.wait(seconds)
        return {"allowed": True}
    return answer


def allow(stop, request):
    return {"allowed": True}


def change_spec(stop, request):
    return patch({"op": "add", "path": "/spec/containers/0/env", "value": [{"name": "DB_PASSWORD", "value": CANARY}]})


class AdmissionWebhook:
    def __init__(self, api, folder):
        self.api, self.answers, self.stopping = api, {}, threading.Event()
        folder.mkdir()
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", "/CN=hook", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", folder / "tls.key", "-out", folder / "tls.crt")
        self.authority = base64.b64encode((folder / "tls.crt").read_bytes()).decode()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = owner.answers[self.path.split("?")[0].strip("/")](owner.stopping, review["request"])
                body = json.dumps({"apiVersion": review["apiVersion"], "kind": "AdmissionReview",
                                   "response": {"uid": review["request"]["uid"], **answer}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "tls.crt", folder / "tls.key")

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, client_address):  # the handshake belongs to the request's own thread
                super().finish_request(context.wrap_socket(request, server_side=True), client_address)

            def handle_error(self, request, client_address):  # an API server that gave up waiting
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port, self.away = self.server.server_port, free_ports(1)[0]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def install(self, namespace, answer=allow, policy="Fail", seconds=5, away=False, dry_run=True):
        """From now on every update of a Pod of the namespace is answered so. `away`: nobody listens at its address;
        `dry_run`: whether it declares that it has no side effects."""
        self.answers[namespace] = answer
        self.api.patch(f"/api/v1/namespaces/{namespace}", {"metadata": {"labels": {"hook": namespace}}})
        version = "v1" if dry_run else "v1beta1"  # v1 takes none that does not say
        hook = {"name": "hook.case.example", "failurePolicy": policy, "timeoutSeconds": seconds,
                "namespaceSelector": {"matchLabels": {"hook": namespace}}, "admissionReviewVersions": ["v1", "v1beta1"],
                "clientConfig": {"url": f"https://127.0.0.1:{self.away if away else self.port}/{namespace}", "caBundle": self.authority},
                "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["pods"]}]}
        if dry_run:
            hook["sideEffects"] = "None"
        self.api.apply(f"{REGISTRATION}/{version}/mutatingwebhookconfigurations", {
            "apiVersion": f"admissionregistration.k8s.io/{version}", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": f"case-{namespace}"}, "webhooks": [hook]})

    def remove(self, namespace):
        self.api.delete(f"{REGISTRATION}/v1/mutatingwebhookconfigurations/case-{namespace}")

    def stop(self):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
