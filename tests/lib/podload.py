"""podload as it is deployed (deploy/up), and more daemons beside it on the same database."""
import json
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from . import fastcgi
from .wait import wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


class Client:
    """A signed-in person. Subclasses say how a request travels. Where the contract is known, every
    reply is held against it."""

    contract = None

    def __init__(self):
        self.cookie = self.token = ""

    def call(self, method, uri, body=None, language="en", headers=None, **options):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Accept-Language": language, **({"Cookie": self.cookie} if self.cookie else {}),
                 **({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        reply = self.send(method, uri, data, given, **options)
        if Client.contract is not None:
            Client.contract.check(method, uri, reply)
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].split(";")[0]
        return reply

    def get(self, uri, **options):
        return self.call("GET", uri, **options)

    def post(self, uri, body=None, **options):
        return self.call("POST", uri, body, **options)

    def login(self, name="admin", password=PASSWORD):
        reply = self.post("/api/login", {"username": name, "password": password})
        assert reply.status == 200, reply
        return self

    def change(self, action, cluster, namespace, pod, query="", **body):
        return self.post(f"/api/{cluster}/{namespace}/pods/{pod}/{action}{query}", body or None)

    def remove(self, *where, **options):
        return self.change("remove-load", *where, **options)

    def restore(self, *where, **options):
        return self.change("restore-traffic", *where, **options)

    def settled(self, cluster, namespace, operation, seconds=20):
        """The operation, when it is settled."""
        def look():
            shown = self.get(f"/api/{cluster}/{namespace}/operations/{operation}").json
            return shown if shown.get("state") == "settled" else None
        return wait_for(look, seconds, f"operation {operation} settled")


class OverNginx(Client):
    def __init__(self, url):
        super().__init__()
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(self, method, uri, data, headers):
        if data:
            headers = {"Content-Type": "application/json", **headers}
        asked = urllib.request.Request(self.url + uri, data=data or None, headers=headers, method=method)
        try:
            with self.opener.open(asked, timeout=60) as reply:
                return self.reply(reply)
        except urllib.error.HTTPError as error:
            with error:
                return self.reply(error)

    @staticmethod
    def reply(reply):
        headers = {name.lower(): value for name, value in reply.headers.items()}
        is_stream = headers.get("content-type", "").startswith("text/event-stream")  # it has no end
        return fastcgi.Reply(reply.status, headers, "" if is_stream else reply.read().decode())


class OverSocket(Client):
    def __init__(self, socket):
        super().__init__()
        self.socket = socket

    def send(self, method, uri, data, headers, request_id=None, timeout=60, address="127.0.0.1"):
        return fastcgi.request(self.socket, method, uri, data, headers, request_id, timeout, address)


class Daemon:
    """One more podloadd on an installation's database, with a socket of its own."""

    def __init__(self, installation, name, **environment):
        self.installation, self.name = installation, name
        self.folder = installation.state / "run" / "podload"
        self.socket = self.folder / f"{name}.sock"
        self.failpoint = self.folder / f"{name}.failpoint"
        self.environment = {"PODLOAD_LISTEN": str(self.socket), "PODLOAD_FAILPOINT_FILE": str(self.failpoint), **environment}
        self.process = None
        self.start()

    def start(self):
        self.socket.unlink(missing_ok=True)
        with open(self.installation.state / "log" / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--reuid=podload", "--regid=podload", "--clear-groups",
                 self.installation.state / "app/bin/podloadd", "--config", self.installation.config, "serve"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self.environment}, start_new_session=True)
        wait_for(self.listens, 20, f"{self.name} listening")

    def listens(self):
        assert self.process.poll() is None, f"{self.name} ended: {self.log()[-2000:]}"
        return fastcgi.accepts(self.socket)

    def log(self):
        return (self.installation.state / "log" / f"{self.name}.log").read_text()

    def client(self, *who):
        return OverSocket(self.socket).login(*who)

    def arm(self, name, action):
        """The next thread that comes to the failpoint `name` kills or stops the daemon there."""
        Path(f"{self.failpoint}.reached").unlink(missing_ok=True)
        self.failpoint.write_text(f"{name} {action}")
        shutil.chown(self.failpoint, "podload", "podload")

    def reached(self):
        return Path(f"{self.failpoint}.reached").exists()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
        return self.process.wait(20)


class Installation:
    """deploy/up on a state folder of its own. `clusters`: name to kubeconfig; none: the demonstration."""

    def __init__(self, state, port, clusters=None):
        self.state, self.port, self.url = Path(state), port, f"http://127.0.0.1:{port}"
        self.config = self.state / "etc" / "podload.yaml"
        self.clusters = clusters or {}
        self.printed = self.up()

    def up(self, *options, check=True):
        command = [REPOSITORY / "deploy/up", "--state", self.state, "--port", str(self.port), *options]
        for name, kubeconfig in self.clusters.items():
            command += ["--kubeconfig", f"{name}={kubeconfig}"]
        done = subprocess.run(command, env={**os.environ, "PODLOAD_ADMIN_PASSWORD": PASSWORD}, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        assert (done.returncode == 0) == check, done.stdout
        return done.stdout

    def down(self):
        subprocess.run([REPOSITORY / "deploy/down", "--state", self.state, "--purge"], check=True, capture_output=True)

    def client(self, *who):
        return OverNginx(self.url).login(*who)

    def user(self, name, *options):
        self.command("user", "add", name, *options)
        return name, PASSWORD

    def command(self, *words, check=True, **environment):
        done = subprocess.run([self.state / "app/bin/podloadd", "--config", self.config, *words], text=True, check=False,
                              capture_output=True, env={**os.environ, "PODLOAD_PASSWORD": PASSWORD, **environment})
        assert not check or done.returncode == 0, done.stderr
        return done

    def migrate(self, **environment):
        """As deploy/up does it: a superuser makes the roles, then the owner migrates. What it printed."""
        roles = self.command("roles", **environment).stdout
        made = subprocess.run(["runuser", "-u", "podload-pg", "--", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.state / "run/postgres",
                               "-U", "postgres", "-d", "podload"], input=roles, text=True, capture_output=True, check=False, cwd="/")
        assert made.returncode == 0, made.stderr
        return self.command("migrate", **environment).stdout

    def sql(self, query, role="podload_owner"):
        """Rows as lists of texts."""
        done = subprocess.run(["psql", "-X", "-q", "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.state / "run/postgres",
                               "-U", role, "-d", "podload", "-c", query], text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]
