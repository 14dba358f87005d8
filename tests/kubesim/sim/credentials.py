"""The CA, the server's certificate, the token and the kubeconfig.

A folder that has them keeps them, so that a cluster that was registered is still the same one
after a restart.
"""
import base64
import os
import secrets
import subprocess


def _openssl(*args):
    subprocess.run(("openssl",) + args, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def make(folder):
    """Makes ca.crt, server.crt, server.key and token in the folder; returns the token."""
    def path(name):
        return os.path.join(folder, name)

    if os.path.exists(path("token")):  # the last one that is written
        with open(path("token"), encoding="ascii") as file:
            return file.read()

    def curve(key):
        _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path(key))
    curve("ca.key")
    _openssl("req", "-x509", "-new", "-key", path("ca.key"), "-days", "3650",
             "-subj", "/CN=kubesim-ca", "-out", path("ca.crt"),
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    curve("server.key")
    _openssl("req", "-new", "-key", path("server.key"), "-subj", "/CN=kube-apiserver",
             "-out", path("server.csr"))
    with open(path("server.ext"), "w", encoding="ascii") as ext:
        ext.write("subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes\n"
                  "extendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    _openssl("x509", "-req", "-in", path("server.csr"), "-CA", path("ca.crt"),
             "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "3650",
             "-extfile", path("server.ext"), "-out", path("server.crt"))
    for name in ("server.csr", "server.ext", "ca.srl"):
        if os.path.exists(path(name)):
            os.unlink(path(name))
    token = secrets.token_urlsafe(32)
    put(folder, "token", token)
    return token


def write_kubeconfig(folder, port, token):
    with open(os.path.join(folder, "ca.crt"), "rb") as ca:
        authority = base64.b64encode(ca.read()).decode()
    put(folder, "kubeconfig", f"""\
apiVersion: v1
kind: Config
clusters:
- name: kubesim
  cluster:
    server: https://127.0.0.1:{port}
    certificate-authority-data: {authority}
users:
- name: kubesim
  user:
    token: {token}
contexts:
- name: kubesim
  context:
    cluster: kubesim
    user: kubesim
current-context: kubesim
""")


def put(folder, name, text):
    """Whole or not at all, so that who waits for the file never reads half of it."""
    with open(os.path.join(folder, name + ".new"), "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))
