"""The examples of tests/examples: other kinds of plugin, built and run."""
import shutil
import subprocess

import pytest

from lib.control_plane import free_ports
from lib.plugin_folder import Plugins
from lib.podload import REPOSITORY, OverNginx
from lib.wait import wait_for

CLUSTER = "real"


@pytest.fixture
def plugins(installation, folder, request):
    made = Plugins(installation, folder / request.node.name[:40], installation.command("version").stdout.splitlines()[1])
    yield made
    shutil.rmtree(made.folder)


class Nginx:
    """podload's nginx, rendered for a daemon of its own and a list of proxies."""

    def __init__(self, home, socket, proxies):
        self.home, self.port = home, free_ports(1)[0]
        for name in ("run/nginx", "log", "etc", "www"):
            (home / name).mkdir(parents=True)
        for file in (REPOSITORY / "nginx").glob("*.conf"):
            shutil.copyfile(file, home / "etc" / file.name)
        (home / "etc/sso-proxies.conf").write_text("".join(f"{address} 1;\n" for address in proxies))
        text = (REPOSITORY / "nginx/nginx.conf.in").read_text()
        for mark, value in (("@STATE@", home), ("@WWW@", home / "www"), ("@LISTEN@", f"127.0.0.1:{self.port}"), ("@TLS@", ""),
                            ("@DAEMONS@", f"server unix:{socket};")):
            text = text.replace(mark, str(value))
        (home / "etc/nginx.conf").write_text(text)
        self.run()
        wait_for(lambda: (home / "run/nginx.pid").exists(), 10, "nginx")

    def run(self, *options):
        subprocess.run(["nginx", "-p", self.home, "-c", self.home / "etc/nginx.conf", "-e", self.home / "log/nginx-error.log", *options],
                       check=True, capture_output=True)

    def client(self):
        return OverNginx(f"http://127.0.0.1:{self.port}")


def test_sso_proxy(world, space, plane, folder, plugins, daemons, installation):
    """Who signs in is what the proxy says, from the proxy's address alone."""
    plugins.installed("audit", "cluster", "pod-load")
    plugins.example("sso-proxy")
    daemon = daemons("sso", **plugins.environment, PODLOAD_SSO_PROXY_USERS='{"li.wei": "write", "root": "admin"}')
    from_proxy, from_elsewhere = Nginx(folder / "sso-a", daemon.socket, ["127.0.0.1"]), Nginx(folder / "sso-b", daemon.socket, ["10.1.2.3", "10.2.0.0/16"])
    try:
        client = from_proxy.client()
        li = {"X-Forwarded-User": "li.wei"}
        assert client.get("/api/current-user", headers=li).json == {"username": "li.wei", "level": "write"}
        assert client.get("/api/current-user").status == 401
        assert client.get("/api/current-user", headers={"X-Forwarded-User": "who.knows"}).json["level"] == "none"

        pod = world.app(space, "web", 2)[0]["metadata"]["name"]
        path = f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load"
        denied = client.post(path, headers={"X-Forwarded-User": "who.knows"})
        assert denied.status == 403, denied
        assert client.post(path, {"reason": "over the proxy"}, headers=li).status == 200
        assert plane.api.pod(space, pod)["metadata"]["labels"]["load"] == "done"
        assert ["li.wei", "over the proxy"] in installation.sql(f"select username, reason from audit.rows where resource = 'pod/{space}/{pod}'")

        # Somebody who says so themself: with the proxy's header from elsewhere, and with the one that nginx sets.
        for forged in ({"X-Forwarded-User": "root"}, {"X-Podload-User": "root"}, {"X_Podload_User": "root"},
                       {"X-Podload-User": "root", "X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3"}):
            assert from_elsewhere.client().get("/api/current-user", headers=forged).status == 401, forged
        assert client.get("/api/current-user", headers={**li, "X-Podload-User": "root"}).json["username"] == "li.wei"
    finally:
        from_proxy.run("-s", "stop")
        from_elsewhere.run("-s", "stop")
    assert daemon.stop() == 0
