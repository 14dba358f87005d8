"""A small client of a Kubernetes API server: JSON over one kept connection a thread."""
import base64
import http.client
import json
import ssl
import tempfile
import threading
from urllib.parse import urlsplit

import yaml

MERGE = "application/merge-patch+json"


class KubeError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:300]}")
        self.status, self.body = status, body


class KubeApi:
    def __init__(self, kubeconfig):
        with open(kubeconfig, encoding="utf-8") as file:
            config = yaml.safe_load(file)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.server = urlsplit(cluster["server"])
        self.tls = ssl.create_default_context(
            cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        self.headers = {}
        if "token" in user:
            self.headers["Authorization"] = "Bearer " + user["token"]
        else:
            with tempfile.NamedTemporaryFile() as pem:
                for part in ("client-certificate-data", "client-key-data"):
                    pem.write(base64.b64decode(user[part]))
                pem.flush()
                self.tls.load_cert_chain(pem.name)
        self.local = threading.local()

    def connection(self):
        return http.client.HTTPSConnection(self.server.hostname, self.server.port, context=self.tls, timeout=30)

    def request(self, method, path, body=None, content_type="application/json"):
        data = None if body is None else json.dumps(body)
        headers = dict(self.headers, **({"Content-Type": content_type} if data else {}))
        for last in (False, True):
            try:
                if getattr(self.local, "kept", None) is None:
                    self.local.kept = self.connection()
                self.local.kept.request(method, path, data, headers)
                reply = self.local.kept.getresponse()
                text = reply.read().decode()
                break
            except (OSError, http.client.HTTPException):
                self.local.kept = None
                if last:
                    raise
        if reply.status >= 300:
            raise KubeError(reply.status, text)
        return json.loads(text)

    def get(self, path):
        return self.request("GET", path)

    def items(self, path):
        return self.get(path)["items"]

    def apply(self, path, item):
        """Creates it, or brings the one of its name to this."""
        try:
            return self.request("POST", path, item)
        except KubeError as error:
            if error.status != 409:
                raise
            return self.patch(f"{path}/{item['metadata']['name']}", item)

    def patch(self, path, body):
        return self.request("PATCH", path, body, MERGE)

    def delete(self, path, **options):
        return self.request("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", **options})

    def pod(self, namespace, name):
        return self.get(f"/api/v1/namespaces/{namespace}/pods/{name}")

    def pods(self, namespace, app=None):
        query = f"?labelSelector=app%3D{app}" if app else ""
        return self.items(f"/api/v1/namespaces/{namespace}/pods{query}")

    def endpoint_uids(self, namespace, service):
        """The uids that the Service's slices list at this moment."""
        group = self.get("/apis/discovery.k8s.io")["preferredVersion"]["groupVersion"]
        slices = self.items(f"/apis/{group}/namespaces/{namespace}/endpointslices"
                            f"?labelSelector=kubernetes.io%2Fservice-name%3D{service}")
        return {endpoint["targetRef"]["uid"] for item in slices for endpoint in item.get("endpoints") or []
                if endpoint.get("targetRef")}

    def watch(self, path, version):
        connection = http.client.HTTPSConnection(self.server.hostname, self.server.port, context=self.tls)
        try:
            connection.request("GET", f"{path}?watch=1&resourceVersion={version}", headers=self.headers)
            reply = connection.getresponse()
            while line := reply.readline():
                yield json.loads(line)
        finally:
            connection.close()
