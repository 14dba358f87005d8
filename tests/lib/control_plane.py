"""A real control plane on loopback: etcd, kube-apiserver, kube-controller-manager."""
import base64
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

from .kube_api import KubeApi, KubeError
from .wait import wait_for

HERE = Path(__file__).resolve().parent


def assets():
    """The folder with the programs of the control plane; the first call may build them."""
    found = subprocess.run([HERE.parent / "kube-assets"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert found.returncode == 0, f"no control plane: {found.stderr[-2000:]}"
    return Path(found.stdout.strip())


def free_ports(count):
    """Ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def openssl(*args, stdin=None):
    subprocess.run(["openssl", *map(str, args)], input=stdin, check=True, capture_output=True, text=True)


class ControlPlane:
    """Starts at once; stop() ends it. `admin` is a kubeconfig with a client certificate."""

    def __init__(self, folder):
        self.folder, self.processes = Path(folder), {}
        self.pki = self.folder / "pki"
        self.pki.mkdir(parents=True)
        self.assets = assets()
        self.port, self.etcd, self.peer = free_ports(3)
        self.make_certificates()
        self.admin = self.kubeconfig("admin")
        self.start_all()
        self.api = KubeApi(self.admin)

    # -- certificates and kubeconfigs

    def make_certificates(self):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 30, "-subj", "/CN=test-authority",
                "-addext", "keyUsage=critical,keyCertSign,digitalSignature",
                "-keyout", self.pki / "ca.key", "-out", self.pki / "ca.crt")
        openssl("genrsa", "-out", self.pki / "accounts.key", 2048)
        self.certificate("server", "/CN=kube-apiserver",
                         "subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1")
        self.certificate("admin", "/O=system:masters/CN=admin")
        self.certificate("controllers", "/CN=system:kube-controller-manager")

    def certificate(self, name, subject, names=""):
        extensions = "extendedKeyUsage=clientAuth,serverAuth\n" + names + "\n"
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject,
                "-keyout", self.pki / f"{name}.key", "-out", self.pki / f"{name}.csr")
        (self.pki / f"{name}.ext").write_text(extensions)
        openssl("x509", "-req", "-days", 30, "-in", self.pki / f"{name}.csr", "-CA", self.pki / "ca.crt",
                "-CAkey", self.pki / "ca.key", "-CAcreateserial", "-extfile", self.pki / f"{name}.ext",
                "-out", self.pki / f"{name}.crt")

    def data(self, file):
        return base64.b64encode((self.pki / file).read_bytes()).decode()

    def kubeconfig(self, name, user=None, server=None, path=None):
        """Writes a kubeconfig; with its own certificate where no `user` is given."""
        user = user or {"client-certificate-data": self.data(f"{name}.crt"), "client-key-data": self.data(f"{name}.key")}
        config = {"apiVersion": "v1", "kind": "Config", "current-context": "real",
                  "clusters": [{"name": "real", "cluster": {"server": server or f"https://127.0.0.1:{self.port}",
                                                            "certificate-authority-data": self.data("ca.crt")}}],
                  "users": [{"name": name, "user": user}],
                  "contexts": [{"name": "real", "context": {"cluster": "real", "user": name}}]}
        file = Path(path or self.folder / f"{name}.kubeconfig")
        file.write_text(json.dumps(config))
        file.chmod(0o600)
        return file

    def account(self, name, rules, namespace=None):
        """A service account with a ClusterRole of those rules, or with a Role in that namespace; returns its kubeconfig."""
        api = self.api
        meta = {"metadata": {"name": name}}
        api.apply("/api/v1/namespaces/kube-system/serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", **meta})
        rbac = "/apis/rbac.authorization.k8s.io/v1" + (f"/namespaces/{namespace}" if namespace else "")
        kind = "Role" if namespace else "ClusterRole"
        api.apply(f"{rbac}/{kind.lower()}s", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind,
                                              "rules": rules, **meta})
        api.apply(f"{rbac}/{kind.lower()}bindings", {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": f"{kind}Binding", **meta,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "kube-system"}]})
        secret = f"{name}-token"
        api.apply("/api/v1/namespaces/kube-system/secrets", {
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
            "metadata": {"name": secret, "annotations": {"kubernetes.io/service-account.name": name}}})
        token = wait_for(lambda: api.get(f"/api/v1/namespaces/kube-system/secrets/{secret}").get("data", {}).get("token"),
                         what="the account's token")
        return self.kubeconfig(name, {"token": base64.b64decode(token).decode()})

    # -- processes

    def start(self, name, *command):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([self.assets / command[0], *command[1:]], stdout=log, stderr=log,
                                                    stdin=subprocess.DEVNULL, start_new_session=True)

    def alive(self, name):
        assert self.processes[name].poll() is None, (self.folder / f"{name}.log").read_text()[-2000:]

    def start_all(self):
        pki, etcd = self.pki, f"http://127.0.0.1:{self.etcd}"
        peer = f"http://127.0.0.1:{self.peer}"
        self.start("etcd", "etcd", f"--data-dir={self.folder / 'etcd'}", "--name=one", f"--listen-client-urls={etcd}",
                   f"--advertise-client-urls={etcd}", f"--listen-peer-urls={peer}",
                   f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=one={peer}", "--log-level=error",
                   "--unsafe-no-fsync")
        self.start("apiserver", "kube-apiserver", f"--etcd-servers={etcd}", "--bind-address=127.0.0.1",
                   f"--secure-port={self.port}", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                   f"--tls-cert-file={pki}/server.crt", f"--tls-private-key-file={pki}/server.key",
                   f"--client-ca-file={pki}/ca.crt", "--authorization-mode=RBAC",
                   "--service-account-issuer=https://kubernetes.default.svc",
                   f"--service-account-key-file={pki}/accounts.key",
                   f"--service-account-signing-key-file={pki}/accounts.key", "--service-cluster-ip-range=10.96.0.0/16",
                   "--allow-privileged=true", "--profiling=false")
        api = KubeApi(self.admin)

        def answers():
            self.alive("apiserver")
            try:
                return api.get("/api/v1/namespaces/kube-system")
            except (OSError, KubeError):
                return None
        wait_for(answers, 90, "kube-apiserver")
        controllers = self.kubeconfig("controllers")
        self.start("controllers", "kube-controller-manager", f"--kubeconfig={controllers}",
                   "--use-service-account-credentials=true", f"--service-account-private-key-file={pki}/accounts.key",
                   f"--root-ca-file={pki}/ca.crt", "--secure-port=0", "--port=0", "--leader-elect=false",
                   "--profiling=false", "--node-monitor-grace-period=87600h", "--kube-api-qps=1000",
                   "--kube-api-burst=2000", f"--flex-volume-plugin-dir={self.folder}/flex",
                   "--concurrent-replicaset-syncs=20", "--concurrent-deployment-syncs=10")
        def has_default():
            self.alive("controllers")
            try:
                return api.get("/api/v1/namespaces/default/serviceaccounts/default")
            except KubeError:
                return None
        wait_for(has_default, 60, "kube-controller-manager")

    def pause_controllers(self):
        self.processes["controllers"].send_signal(signal.SIGSTOP)

    def continue_controllers(self):
        self.processes["controllers"].send_signal(signal.SIGCONT)

    def kubectl(self, *args):
        return subprocess.run([self.assets / "kubectl", "--kubeconfig", self.admin, *args], check=True, text=True,
                              capture_output=True, env={**os.environ, "HOME": str(self.folder)}).stdout

    def stop(self):
        for name in ("controllers", "apiserver", "etcd"):
            process = self.processes.get(name)
            if process is None:
                continue
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
