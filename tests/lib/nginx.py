"""podload's nginx before a daemon of a test's own."""
import shutil
import subprocess

from .control_plane import free_ports
from .podload import REPOSITORY, OverNginx
from .wait import wait_for


class Nginx:
    """podload's nginx, rendered for a daemon of its own, a list of proxies, and who else reads /metrics."""

    def __init__(self, home, socket, www, proxies=(), readers=()):
        self.home, self.port = home, free_ports(1)[0]
        for name in ("run/nginx", "log", "etc"):
            (home / name).mkdir(parents=True)
        for file in (REPOSITORY / "nginx").glob("*.conf"):
            shutil.copyfile(file, home / "etc" / file.name)
        (home / "etc/sso-proxies.conf").write_text("".join(f"{address} 1;\n" for address in proxies))
        (home / "etc/metrics-readers.conf").write_text("".join(f"{address} 1;\n" for address in readers))
        for file in ("trusted-proxies.conf", "trusted-proxies-geo.conf"):
            (home / "etc" / file).write_text("")
        for file in ("nginx.conf", "installation.conf"):
            text = (REPOSITORY / f"nginx/{file}.in").read_text()
            for mark, value in (("@STATE@", home), ("@WWW@", www), ("@LISTEN@", f"127.0.0.1:{self.port}"), ("@TLS@", ""),
                                ("@DAEMONS@", f"server unix:{socket};"), ("@HEALTH@", f"server unix:{socket}.health;"),
                                ("@METRICS@", f"default unix:{socket}.health;"), ("@COOKIE_SUFFIX@", self.port),
                                ("@ADDRESS@", f"http://127.0.0.1:{self.port}")):
                text = text.replace(mark, str(value))
            (home / "etc" / file).write_text(text)
        self.run()
        wait_for(lambda: (home / "run/nginx.pid").exists(), 10, "nginx")

    def run(self, *options):
        subprocess.run(["nginx", "-p", self.home, "-c", self.home / "etc/nginx.conf", "-e", self.home / "log/nginx-error.log", *options],
                       check=True, capture_output=True)

    def client(self):
        return OverNginx(f"http://127.0.0.1:{self.port}")
