"""/metrics: what Prometheus reads, who may read it, and what it does not tell."""
import http.client
import json
import re
import subprocess

import pytest
from lib.metrics import name, series
from lib.nginx import Nginx
from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

CLUSTER = "real"
STRANGER = "127.0.0.9"  # an address of this machine that is not the one of loopback


def scrape(port, source="127.0.0.1", **headers):
    """(status, content type, text) of one request from that address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(source, 0), timeout=10)
    connection.request("GET", "/metrics", headers={key.replace("_", "-"): value for key, value in headers.items()})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, reply.headers["Content-Type"], text


@pytest.fixture
def read(installation):
    """The metrics of the installation's daemon, as Prometheus reads them."""
    def read():
        status, kind, text = scrape(installation.port)
        assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
        return series(text)
    return read


def requests(metrics, operation, status):
    return metrics.get(name("podload_http_requests_total", operation=operation, status=status), 0)


def test_requests_are_counted_by_operation(read, admin, installation):
    before = read()
    for _ in range(3):
        assert admin.get("/api/clusters").status == 200
    assert OverNginx(installation.url).get("/api/clusters").status == 401
    after = read()
    assert requests(after, "cluster.list", 200) - requests(before, "cluster.list", 200) == 3
    assert requests(after, "cluster.list", 401) - requests(before, "cluster.list", 401) == 1
    took = name("podload_http_request_seconds_count", operation="cluster.list")
    assert after[took] - before.get(took, 0) == 4


def test_paths_that_lead_nowhere_add_no_series(read, installation):
    nobody = OverNginx(installation.url)
    nobody.get("/api/nothing/0")
    before = read()
    for number in range(100):
        assert nobody.get(f"/api/nothing/at/all/{number}?x={number}").status in (401, 404)
        assert nobody.get(f"/api/cluster{number}/space{number}/pods").status == 401
    after = read()
    assert requests(after, "none", 404) - requests(before, "none", 404) == 100
    new = {key for key in after if key not in before}
    assert all("operation=pod_load.pods" in key for key in new), new


def test_a_removal_is_counted_with_its_outcome_and_its_proof(read, admin, world, space):
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 2, minimum=1)]
    kinds = {"removed": name("podload_pod_load_operations_total", kind="remove", outcome="removed"),
             "refused": name("podload_pod_load_operations_total", kind="remove", outcome="refused"),
             "restored": name("podload_pod_load_operations_total", kind="restore", outcome="restored")}
    proofs = name("podload_pod_load_proof_seconds_count", kind="remove")
    before = read()
    assert admin.remove(CLUSTER, space, pods[0], query="?wait=proof", reason="look").status == 200
    assert admin.remove(CLUSTER, space, pods[1], reason="look").status == 409
    assert admin.restore(CLUSTER, space, pods[0], query="?wait=proof").status == 200
    after = read()
    assert {kind: after[key] - before.get(key, 0) for kind, key in kinds.items()} == {"removed": 1, "refused": 1, "restored": 1}
    assert after[proofs] - before.get(proofs, 0) == 1
    assert 0 < after[proofs.replace("_count", "_sum")] < 60


def test_the_daemons_own_state_is_there(read, admin, installation):
    before = read()
    installation.client()
    after = wait_for(lambda: (lambda now: now if "podload_outbox_waiting" in now and "podload_audit_unsealed_rows" in now else None)(read()), 15,
                     "what a job reads")
    assert after["podload_auth_password_seconds_count"] > before["podload_auth_password_seconds_count"]
    assert after["podload_database_up"] == 1
    assert after["podload_outbox_given_up"] >= 0 and after["podload_outbox_oldest_seconds"] >= 0
    assert after["podload_audit_unsealed_oldest_seconds"] < 60
    assert after[name("podload_database_connections", state="in_use")] >= 0
    assert after["process_resident_memory_bytes"] > 1e6 and after["process_cpu_seconds_total"] > 0 and after["process_open_fds"] > 5
    assert requests(after, "host.metrics", 200) > 0


def test_a_view_says_how_it_stands(read, admin, world, space):
    world.app(space, "web", 3)
    kind = {"cluster": CLUSTER, "kind": "pods"}

    def in_step():
        assert admin.get(f"/api/{CLUSTER}/{space}/pods").status == 200
        return read().get(name("podload_cluster_view_in_step", **kind)) == 1
    wait_for(in_step, 20, "the view of Pods in step")
    now = read()
    assert now[name("podload_cluster_view_objects", **kind)] >= 3
    assert now[name("podload_cluster_view_received_bytes_total", **kind)] > 1000
    assert now[name("podload_cluster_view_lists_total", **kind)] >= 1
    assert 0 <= now[name("podload_cluster_view_age_seconds", **kind)] < 120


def test_no_person_namespace_or_pod_is_named(installation, admin, world, space):
    pods = [pod["metadata"]["name"] for pod in world.app(space, "secretapp", 3, minimum=1)]
    person = installation.client(*installation.user("mallory-metrics", "--write"))
    assert person.get(f"/api/{CLUSTER}/{space}/pods").status == 200
    assert person.remove(CLUSTER, space, pods[0], query="?wait=proof", reason="look").status == 200
    assert OverNginx(installation.url).post("/api/login", {"username": "mallory-metrics", "password": "wrong"}).status == 401
    _, _, text = scrape(installation.port)
    for word in (*pods, "secretapp", "mallory-metrics", "admin-", PASSWORD, str(installation.state)):
        assert word not in text, word
    values = set(re.findall(r'"([^"]*)"', text))
    assert not values & {space, "admin", "default", "kube-system"}, values


def test_only_this_machine_may_read_it(installation):
    assert scrape(installation.port)[0] == 200
    status, _, text = scrape(installation.port, source=STRANGER)
    assert status == 403 and "podload_" not in text
    # What a client says about itself is not believed, and what another proxy says about its client neither.
    assert scrape(installation.port, source=STRANGER, X_Forwarded_For="127.0.0.1")[0] == 403
    assert scrape(installation.port, source=STRANGER, X_Real_IP="127.0.0.1", Forwarded="for=127.0.0.1")[0] == 403
    assert scrape(installation.port, X_Forwarded_For="192.0.2.7")[0] == 403
    # A page of another site that resolves its name to this machine.
    status, _, text = scrape(installation.port, Host=f"evil.example:{installation.port}")
    assert status == 421 and "podload_http" not in text


def test_more_addresses_may_read_it_if_the_operator_says_so(installation):
    readers = installation.state / "etc/metrics-readers"
    try:
        readers.write_text(f"# Prometheus\n{STRANGER}\n")
        installation.up()
        assert wait_for(lambda: scrape(installation.port, source=STRANGER)[0] == 200, 10, "nginx reloaded")
        assert scrape(installation.port, source="127.0.0.8")[0] == 403
    finally:
        readers.write_text("")
        installation.up()
    assert wait_for(lambda: scrape(installation.port, source=STRANGER)[0] == 403, 10, "nginx reloaded")


def test_it_answers_while_the_database_is_away(daemons, installation, folder):
    """What is in the database is left out then, and the scrape says why."""
    parts = dict(part.split("=", 1) for part in json.loads(installation.command("config").stdout)["database"].split())
    way = folder / "way-to-postgres"
    way.symlink_to(parts["host"])
    daemon = daemons("metrics", PODLOAD_DATABASE=f"host={way} dbname={parts['dbname']} user={parts['user']} application_name=metrics-test")
    nginx = Nginx(folder / "metrics-nginx", daemon.socket, installation.state / "app/share/podload/www")
    of_database = ("podload_outbox_waiting", "podload_audit_unsealed_rows")
    now = lambda: series(scrape(nginx.port)[2])
    try:
        wait_for(lambda: (lambda at: at["podload_database_up"] == 1 and all(key in at for key in of_database))(now()), 20, "the database is there")
        way.unlink()
        subprocess.run(["runuser", "-u", "podload-pg", "--", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", installation.state / "run/postgres", "-U",
                        "postgres", "-d", "podload", "-c", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'metrics-test'"],
                       check=True, capture_output=True, cwd="/")
        wait_for(lambda: now()["podload_database_up"] == 0, 20, "the database is away")
        wait_for(lambda: not any(key in now() for key in of_database), 20, "nothing of the database")
        way.symlink_to(parts["host"])
        wait_for(lambda: (lambda at: at["podload_database_up"] == 1 and all(key in at for key in of_database))(now()), 20, "the database is back")
    finally:
        nginx.run("-s", "stop")
        assert daemon.stop() == 0


def test_a_stopped_api_server_shows(unwell, hostile_cluster):
    server = hostile_cluster("ending")
    client = unwell.client("admin", "admin123")
    key = name("podload_cluster_view_in_step", cluster="ending", kind="pods")
    read = lambda: series(scrape(unwell.port)[2])

    def in_step():
        client.get("/api/ending/shop/pods")
        return read().get(key) == 1
    wait_for(in_step, 20, "the view in step")
    failures = name("podload_cluster_view_failures_total", cluster="ending", kind="pods")
    before = read()[failures]
    server.stop()
    server.cut_watches()
    wait_for(lambda: read().get(key) == 0, 10, "the view is not in step")
    assert read()[failures] > before
    unwell.command("cluster", "remove", "ending")

    def gone():
        client.get("/api/clusters")
        return 'cluster="ending"' not in scrape(unwell.port)[2]
    wait_for(gone, 10, "its series are gone")
