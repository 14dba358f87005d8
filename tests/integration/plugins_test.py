"""Taking a plugin out of the configuration: the daemon starts without it and says what is missing;
configuration by file and environment; a request that nginx sends again."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.podload import PASSWORD, OverSocket
from lib.wait import wait_for

CLUSTER = "real"


def without(daemons, plugin):
    rest = [name for name in ("audit", "auth", "cluster", "pod-load") if name != plugin]
    return daemons("without-" + plugin, PODLOAD_PLUGINS=json.dumps(rest))


def signed_in(daemons, daemon):
    """A person who signed in on another daemon: sessions are in the database."""
    client = OverSocket(daemon.socket)
    client.cookie = daemons("first").client().cookie
    return client


def test_without_auth_everything_that_is_not_public_is_503(daemons):
    daemon = without(daemons, "auth")
    client = signed_in(daemons, daemon)
    assert client.get("/healthz").status == 200
    for path in ("/api/clusters", f"/api/{CLUSTER}/default/pods", "/api/admin/logs", "/api/nothing"):
        reply = client.get(path)
        assert (reply.status, reply.json["code"]) == (503, "no_authenticator"), reply
    ready = client.get("/readyz")
    assert ready.status == 503 and any("Authenticator" in line for line in ready.json["missing"])
    assert daemon.stop() == 0


def test_without_audit_nothing_is_changed(world, space, plane, daemons):
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    daemon = without(daemons, "audit")
    client = signed_in(daemons, daemon)
    assert client.get(f"/api/{CLUSTER}/{space}/pods").status == 200
    for reply in (client.remove(CLUSTER, space, pod), client.post("/api/logout"), client.post("/api/login", {"username": "a", "password": "b"})):
        assert (reply.status, reply.json["code"]) == (503, "no_audit_log"), reply
    assert plane.api.pod(space, pod)["metadata"]["labels"]["load"] == "online"
    assert any("AuditLog" in line for line in client.get("/readyz").json["missing"])
    assert daemon.stop() == 0


def test_without_cluster_pod_load_says_why_it_does_not_run(daemons):
    daemon = without(daemons, "cluster")
    client = daemon.client()
    reply = client.get(f"/api/{CLUSTER}/default/pods")
    assert (reply.status, reply.json["code"]) == (503, "plugin_unavailable") and "cluster" in reply.json["message"], reply
    assert client.get("/api/current-user").status == 200
    assert "cluster" in client.get("/readyz").json["plugins"]["pod-load"]
    assert daemon.stop() == 0


def test_without_pod_load_the_others_serve(daemons):
    daemon = without(daemons, "pod-load")
    client = daemon.client()
    assert CLUSTER in [row["name"] for row in client.get("/api/clusters").json]
    assert client.get(f"/api/{CLUSTER}/default/pods").status == 404
    assert daemon.stop() == 0


def test_the_label_of_old_environment_names(daemons):
    daemon = daemons("relabelled", LOAD_LABEL="traffic", LOAD_ONLINE_VALUE="in", LOAD_DONE_VALUE="out")
    assert daemon.client().get("/api/clusters").json[0]["label"] == {"name": "traffic", "online": "in", "done": "out"}
    assert daemon.stop() == 0


def test_an_unknown_key_is_refused_naming_the_nearest(installation, folder):
    file = folder / "odd.yaml"
    file.write_text(installation.config.read_text() + "\nauth: {idle_second: 5}\n")
    done = subprocess.run([installation.state / "app/bin/podloadd", "--config", file, "config"], text=True, capture_output=True, check=False)
    assert done.returncode == 1 and "idle_second" in done.stderr and "idle_seconds" in done.stderr, done.stderr


def podloadd(installation, *words, **environment):
    return subprocess.run([installation.state / "app/bin/podloadd", *words], text=True, capture_output=True, check=False,
                          env={**os.environ, "LC_ALL": "C", **environment})


def test_both_spellings_of_the_configuration_file(installation):
    for words in (["--config", installation.config, "config"], [f"--config={installation.config}", "config"]):
        done = podloadd(installation, *words)
        assert done.returncode == 0 and json.loads(done.stdout)["listen"].startswith(str(installation.state)), done


@pytest.mark.parametrize("line, words", [
    ("lisen: x", "`lisen` is not known; did you mean `listen`?"), ("workers: 2", "`workers`: it is below 4"), ("workers: many", "`workers`: it has the wrong type"),
    ("log_format: xml", "`log_format`: it must be json or plain"), ("log_level: loud", "`log_level`: it must be debug, info, warn or error"), ("database: x", "`database`: libpq does not understand it"),
    ("public_addresses: [console.example]", "must be scheme://host"), ("public_addresses: [7]", "every entry must be a string"), ("a: [", "line")])
def test_what_is_wrong_with_the_hosts_own_rows_is_told_in_words(installation, folder, line, words):
    file = folder / "wrong.yaml"
    rest = re.sub(rf"(?m)^{line.split(':')[0]}:.*\n", "", installation.config.read_text())
    file.write_text(f"{rest}\n{line}\n")
    done = podloadd(installation, "--config", file, "config")
    assert done.returncode == 1 and words in done.stderr and '{"' not in done.stderr, done.stderr
    chinese = podloadd(installation, "--config", file, "config", LC_ALL="zh_CN.UTF-8")
    assert chinese.returncode == 1 and re.search("[\u4e00-\u9fff]", chinese.stderr), chinese.stderr


def test_a_file_that_is_not_there_is_told_in_words(installation):
    assert "/nonexistent/podload.yaml cannot be read" in podloadd(installation, "--config=/nonexistent/podload.yaml", "config").stderr


def test_a_configuration_that_others_may_write_is_refused(installation, folder):
    file = folder / "open.yaml"
    file.write_text(installation.config.read_text())
    for mode in (0o664, 0o646):
        file.chmod(mode)
        done = podloadd(installation, "--config", file, "config")
        assert done.returncode == 1 and "may be written by others" in done.stderr and "chmod go-w" in done.stderr, done.stderr
    file.chmod(0o644)
    shutil.chown(file, "nobody")
    assert "belongs to another user" in podloadd(installation, "--config", file, "config").stderr
    shutil.chown(file, "root")
    assert podloadd(installation, "--config", file, "config").returncode == 0


def test_the_daemons_process(daemons):
    """What it writes is its group's at most, and it may open as many files as the machine lets it."""
    process = Path(f"/proc/{daemons('first').process.pid}")
    assert "Umask:\t0027" in (process / "status").read_text()
    soft, hard = next(line.split()[3:5] for line in (process / "limits").read_text().splitlines() if line.startswith("Max open files"))
    assert soft == hard


def test_a_uri_is_a_connection_string_as_well(installation, daemons):
    shown = json.loads(installation.command("config").stdout)
    parts = dict(part.split("=", 1) for part in shown["database"].split())
    uri = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
    daemon = daemons("by-uri", PODLOAD_DATABASE=uri)
    assert daemon.client().get("/readyz").json["database"] == "answers"
    assert daemon.stop() == 0
    owner = f"postgresql://podload_owner@/{parts['dbname']}?host={parts['host']}"
    assert "up to date" in installation.command("migrate", PODLOAD_OWNER_DATABASE=owner).stdout


def as_superuser(installation, query):
    subprocess.run(["runuser", "-u", "podload-pg", "--", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", installation.state / "run/postgres",
                    "-U", "postgres", "-d", "podload", "-c", query], check=True, capture_output=True, cwd="/")


@pytest.fixture
def pooler(installation, folder):
    """PgBouncer in front of the installation's PostgreSQL, one server connection per client: its connection string."""
    parts = dict(part.split("=", 1) for part in json.loads(installation.command("config").stdout)["database"].split())
    home = folder / "pgbouncer"
    home.mkdir(exist_ok=True)
    (home / "ini").write_text(f"""[databases]
* = host={parts["host"]} user={parts["user"]}
[pgbouncer]
listen_addr =
unix_socket_dir = {home}
listen_port = 6432
auth_type = any
pool_mode = session
logfile = {home}/log
""")
    for path in (home, home / "ini"):
        shutil.chown(path, "podload", "podload")
    process = subprocess.Popen(["setpriv", "--reuid=podload", "--regid=podload", "--clear-groups", "pgbouncer", "-q", home / "ini"])
    wait_for(lambda: (home / ".s.PGSQL.6432").exists(), 20, "PgBouncer's socket")
    yield f"host={home} port=6432 dbname={parts['dbname']} user={parts['user']}"
    process.terminate()
    process.wait(20)


def test_behind_pgbouncer(world, space, daemons, pooler):
    """It refuses `options`, so the daemon sets its limits with statements."""
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    daemon = daemons("pooled", PODLOAD_DATABASE=pooler)
    client = daemon.client()
    assert client.get("/readyz").json["database"] == "answers"
    reply = client.change("remove-load", "real", space, pod, "?wait=proof", reason="behind a pooler")
    assert (reply.status, reply.json["operation"]["outcome"]) == (200, "removed"), reply
    assert daemon.stop() == 0


def test_a_database_that_takes_no_writes_is_not_ready_and_comes_back(installation, daemons):
    """As after a fail-over to a standby: 503 and not 500, and no restart is needed when it is over."""
    client = daemons("read-only").client()
    try:
        as_superuser(installation, "alter role podloadd set default_transaction_read_only = on")
        as_superuser(installation, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'podloadd'")
        wait_for(lambda: client.get("/readyz").status == 503, 5, "not ready")
        reply = client.post("/api/login", {"username": "admin", "password": PASSWORD})
        assert (reply.status, reply.json["code"]) == (503, "database_unavailable") and "retry-after" in reply.headers, reply
    finally:
        as_superuser(installation, "alter role podloadd reset default_transaction_read_only")
        as_superuser(installation, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'podloadd'")
    wait_for(lambda: client.get("/readyz").status == 200, 5, "ready again")
    assert client.post("/api/login", {"username": "admin", "password": PASSWORD}).status == 200


def test_config_prints_what_is_in_force_and_no_secret(installation):
    shown = json.loads(installation.command("config").stdout)
    assert shown["workers"] == 32 and shown["pod-load"]["proof_seconds"] == 10
    assert (installation.state / "etc/key").read_bytes() not in installation.command("config").stdout.encode()


def test_a_request_that_nginx_sends_again_has_one_effect(world, space, plane, installation, daemons):
    pod = world.app(space, "web", 3)[0]["metadata"]["name"]
    path = f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load"
    first = daemons("first").client().post(path, {"reason": "x"}, request_id="feedbeef" * 4)
    second = daemons("second").client().post(path, {"reason": "x"}, request_id="feedbeef" * 4)
    assert (first.status, second.status) == (200, 200)
    assert first.json["operation"]["id"] == second.json["operation"]["id"]
    assert installation.sql(f"select count(*) from pod_load.operations where pod = '{pod}'") == [["1"]]
    other = daemons("first").client().post(f"/api/{CLUSTER}/{space}/pods/{pod}/restore-traffic", request_id="feedbeef" * 4)
    assert (other.status, other.json["code"]) == (409, "request_id_used")


def test_the_daemons_role_cannot_touch_the_log(installation):
    for statement in ("update audit.rows set username = 'x'", "delete from audit.rows", "truncate audit.rows", "drop table audit.rows",
                      "create table audit.mine (x int)", "delete from pod_load.operations"):
        done = subprocess.run(["psql", "-X", "-q", "-h", installation.state / "run/postgres", "-U", "podloadd", "-d", "podload", "-c", statement],
                              text=True, capture_output=True, check=False)
        assert done.returncode != 0 and "permission denied" in done.stderr or "must be owner" in done.stderr, (statement, done)


def test_nothing_secret_in_logs_or_rows(installation, plane):
    """The kubeconfig's key and the passwords are nowhere but where they belong."""
    canaries = [json.loads(plane.admin.read_text())["users"][0]["user"]["client-key-data"][100:160], "correct horse battery"]
    everything = "\n".join(file.read_text(errors="replace") for file in (installation.state / "log").iterdir() if file.is_file())
    everything += "\n".join("\t".join(row) for row in installation.sql("select r::text from audit.rows r"))
    everything += "\n".join("\t".join(row) for row in installation.sql("select c::text from cluster.clusters c"))
    assert not [canary for canary in canaries if canary in everything]
