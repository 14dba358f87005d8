"""A small client for the simulated API server: what the tests ask it with."""
import http.client
import json
import os
import ssl
import subprocess
import time

MERGE = "application/merge-patch+json"


def until(true, what, seconds=10):
    """Waits for a condition that is seen by asking; returns its first true value."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)
    return value


class Sim:
    """A kubesim of its own in a folder, and a connection to it."""

    def __init__(self, folder, *options):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kubesim")
        self.folder = folder
        self.process = subprocess.Popen([program, folder, *options], stdout=subprocess.PIPE,
                                        text=True)
        self.ready_line = self.process.stdout.readline()
        with open(os.path.join(folder, "port"), encoding="ascii") as file:
            self.port = int(file.read())
        with open(os.path.join(folder, "token"), encoding="ascii") as file:
            self.token = file.read()
        self.kept = self.connect()

    def connect(self, timeout=30):
        tls = ssl.create_default_context(cafile=os.path.join(self.folder, "ca.crt"))
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=tls, timeout=timeout)

    def raw(self, method, path, body=None, headers=None, connection=None):
        connection = connection or self.kept
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Authorization": f"Bearer {self.token}", **(headers or {})})
        return connection.getresponse()

    def ask(self, method, path, body=None, content_type=MERGE):
        """(status, answer)"""
        answer = self.raw(method, path, body, {"Content-Type": content_type})
        text = answer.read()
        return answer.status, json.loads(text) if text[:1] in b"{[" else text.decode()

    def get(self, path):
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    def pods(self, namespace, app):
        return self.get(f"/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{app}")["items"]

    def label(self, pod, value, **preconditions):
        meta = pod["metadata"]
        return self.ask("PATCH", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}",
                        {"metadata": {"labels": {"load": value}, **preconditions}})

    def slices(self, namespace, service):
        return self.get(f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
                        f"?labelSelector=kubernetes.io/service-name%3D{service}")["items"]

    def endpoints(self, namespace, service):
        """{uid: conditions} over all slices."""
        return {row["targetRef"]["uid"]: row["conditions"]
                for one in self.slices(namespace, service) for row in one["endpoints"] or []}

    def watch(self, path):
        """(connection, iterator of events)"""
        connection = self.connect()
        answer = self.raw("GET", path, connection=connection)
        return connection, (json.loads(line) for line in answer)

    def stop(self):
        self.kept.close()
        self.process.terminate()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code
