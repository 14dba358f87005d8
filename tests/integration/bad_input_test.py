"""Bad input gets a clear error and changes nothing."""
import base64
import json
import os
import socket
import ssl
import threading
from pathlib import Path

import pytest

from lib.control_plane import free_ports, openssl
from lib.podload import OverSocket

CLUSTER = "real"


@pytest.fixture(scope="module")
def space(world):
    """One for all tests here: each leaves it as it was."""
    world.namespace("bad-input")
    return "bad-input"


@pytest.fixture(scope="module")
def pod(world, space):
    return world.app(space, "web", 2)[0]["metadata"]["name"]


@pytest.fixture
def unchanged(installation, plane, space, pod):
    """Whatever the test does, the Pod and the table of operations stay as they were."""
    def look():
        return (plane.api.pod(space, pod)["metadata"]["resourceVersion"],
                installation.sql("select count(*) from pod_load.operations"),
                installation.sql("select name from cluster.clusters where deleted_at is null order by name"))
    before = look()
    yield
    assert look() == before


def clear(reply, status, code=None):
    """An error in podload's shape, in the language asked for."""
    assert reply.status == status, reply
    body = reply.json
    assert body["success"] is False and body["code"] and body["message"] and body["incident"]
    assert code is None or body["code"] == code, reply
    return body


@pytest.mark.parametrize("body, status, code", [
    (b"{", 400, "not_json"), (b"null}", 400, "not_json"), (b"[1,2", 400, "not_json"), (b"\xff\xfe", 400, "not_json"),
    (b"[" * 5000, 400, "not_json"), (b'"text"', 422, "invalid"), (b"[]", 422, "invalid"), (b'{"force": "false"}', 422, "invalid"),
    (b'{"force": 1, "reason": "x"}', 422, "invalid"), (b'{"reason": 7}', 422, "invalid"),
    (json.dumps({"reason": "x" * 501}).encode(), 422, "invalid"), (b'{"force": true}', 422, "force_needs_reason")])
def test_bodies(admin, space, pod, unchanged, body, status, code):
    clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", body), status, code)


def test_a_megabyte(admin, space, pod, unchanged):
    body = json.dumps({"reason": "x" * 1_000_000}).encode()
    clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", body), 413)


def test_no_body_where_one_is_needed(admin, unchanged):
    clear(admin.post("/api/admin/clusters"), 400, "body_missing")
    clear(admin.post("/api/admin/clusters", {}), 422, "invalid")
    clear(admin.post("/api/login", {"username": "admin"}), 422, "invalid")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain; x=json", "text/plain", "application/jsonx", "application/problem+json"])
def test_not_json_by_its_type(admin, space, pod, unchanged, kind):
    clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", b"{}", headers={"Content-Type": kind}), 415, "not_json_type")


@pytest.mark.parametrize("query, nearest", [
    ("dryrun=true", "`dry_run`"), ("dry-run=1", "`dry_run`"), ("dryRun=true", "`dry_run`"), ("DRY_RUN=true", "`dry_run`"), ("wiat=proof", "dry_run, wait"),
    ("dry_run=true&forse=true", '{"force": …}'), ("=true", "dry_run, wait"), ("x", "dry_run, wait"), ("pretend=yes", "dry_run, wait")])
@pytest.mark.parametrize("how", ["remove-load", "restore-traffic"])
def test_an_unknown_parameter_of_a_change(admin, space, pod, unchanged, how, query, nearest):
    if how == "restore-traffic" and "forse" in query:
        nearest = "dry_run, wait"
    body = clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/{how}?{query}"), 422, "unknown_parameter")
    assert nearest in body["message"], body


def test_a_parameter_that_stands_twice(admin, space, pod, unchanged):
    clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load?dry_run=true&dry_run=false"), 400, "bad_path")


@pytest.mark.parametrize("body, code, nearest", [
    (b'{"dry_run": true}', "unknown_member", "`?dry_run`"), (b'{"raeson": "x"}', "unknown_member", "`reason`"), (b'{"Force": true}', "unknown_member", "`force`"),
    (b'{"x": 1}', "unknown_member", "force, reason"), (b'{"": 1}', "unknown_member", "force, reason"),
    (b'{"force": false, "force": true}', "repeated_member", "`force`")])
def test_an_unknown_or_repeated_member_of_a_change(admin, space, pod, unchanged, body, code, nearest):
    said = clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", body), 422, code)
    assert nearest in said["message"], said


@pytest.mark.parametrize("method, path, body, where", [
    ("POST", "/api/admin/clusters", {"name": "x", "kubeconfig_content": "x", "contxt": "y"}, "`context`"),
    ("PUT", "/api/admin/clusters/real", {"display_nam": "x"}, "`display_name`"),
    ("PUT", "/api/admin/clusters/real", {"identity": {"mode": "itself", "usr": "x"}}, "`identity.usr`"),
    ("POST", "/api/admin/users", {"username": "x", "password": "y", "permissions": {"read": True}, "disabled": True}, "`disabled`"),
    ("POST", "/api/admin/users", {"username": "x", "password": "y", "permissions": {"raed": True}}, "`permissions.raed`"),
    ("POST", "/api/admin/users", {"username": "x", "password": "y", "permissions": {"clusters": [{"name": "real", "levl": "read"}]}}, "`permissions.clusters.0.levl`"),
    ("POST", "/api/current-user/tokens", {"name": "x", "scope": "read", "current_password": "x", "expires": 1}, "`expires_in_days`"),
    ("POST", "/api/login", {"user": "admin", "password": "x"}, "`username`")])
def test_unknown_members_at_every_level_of_every_body(admin, installation, unchanged, method, path, body, where):
    said = clear(admin.call(method, path, body), 422, "unknown_member")
    assert where in said["message"], said
    assert where.strip("`") in admin.call(method, path, body, language="zh-CN").json["message"]


def test_a_body_where_none_is_taken(admin, unchanged):
    clear(admin.call("DELETE", "/api/admin/events", {"dry_run": True}), 422, "no_body_here")
    clear(admin.post("/api/admin/events/retry", {"dry_run": True}), 422, "no_body_here")
    clear(admin.call("DELETE", "/api/admin/clusters/real?dry_run=true"), 422, "unknown_parameter")


def test_unknown_parameters_of_a_read_are_ignored(admin, space):
    assert admin.get(f"/api/{CLUSTER}/{space}/pods?_=123&dryrun=true").status == 200


def test_the_longest_body_of_each_address(daemons):
    direct = daemons("first").client()
    text = lambda size: json.dumps({"username": "x", "password": "y" * size}).encode()
    clear(direct.post("/api/login", text(4097)), 413, "too_large")
    clear(direct.post("/api/current-user/password", text(16385)), 413, "too_large")
    clear(direct.post("/api/admin/users", text(16385)), 422)
    clear(direct.post("/api/admin/users", text(524289)), 413, "too_large")


def cpu_seconds(daemon):
    fields = Path(f"/proc/{daemon.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_body_that_was_costly_costs_nothing(daemons):
    """500 kB of {}, took nine seconds of CPU: of the sign-in it is not even parsed, elsewhere it is parsed once."""
    daemon = daemons("first")
    direct = daemon.client()
    body = b'{"x":[' + b"{}," * 160_000 + b"{}]}"
    before = cpu_seconds(daemon)
    for _ in range(10):
        clear(direct.post("/api/login", body), 413)
    assert cpu_seconds(daemon) - before < 0.5
    before = cpu_seconds(daemon)
    for _ in range(10):
        clear(direct.post("/api/admin/users", body), 413, "json_too_large")
    assert cpu_seconds(daemon) - before < 3


@pytest.mark.parametrize("path, status", [
    ("/api/nowhere/default/pods", 404), ("/api/real/../pods", 400), ("/api/real/%2e%2e/pods", 400),
    ("/api/real/a%2Fb/pods", 400), ("/api/real/a%00b/pods", 400), ("/api/real//pods", 400), ("/api/real/default/pods/", 400),
    ("/api/real/%E5%91%BD%E5%90%8D/pods", 422), ("/api/real/UPPER/pods", 422), ("/api/real/a%20b/pods", 422),
    ("/api/%E9%9B%86%E7%BE%A4/default/pods", 404), ("/api/REAL/default/pods", 404), ("/api/real/default/pods?x=%00", 400),
    ("/api/real/default/nosuchtype/x/pods", 404), ("/api/real/default/deployment/nosuch/pods", 404),
    ("/api/real/default/workloads?type=nosuch", 404), ("/api/real/default/operations/1", 422),
    ("/api/real/default/operations/00000000-0000-0000-0000-000000000000", 404), ("/api/nothing", 404)])
def test_paths(admin, unchanged, path, status):
    clear(admin.get(path), status)


@pytest.mark.parametrize("path", ["/api/..%2f/default/pods", "/api/../api/clusters/..%2f..", "/%2e%2e/api/clusters"])
def test_paths_that_nginx_takes_out_of_the_api_get_the_page_or_an_error(admin, unchanged, path):
    reply = admin.get(path)
    assert reply.status == 400 or "<!doctype html>" in reply.text, reply


@pytest.mark.parametrize("name", ["..%2Fx", "%2F", "a%00", "%E4%B8%AD%E6%96%87", "UPPER", "nosuch", "a" * 260])
def test_names_of_pods(admin, space, pod, plane, installation, name):
    before = plane.api.pod(space, pod)["metadata"]["resourceVersion"]
    reply = admin.post(f"/api/{CLUSTER}/{space}/pods/{name}/remove-load")
    assert reply.status in (400, 404, 422), reply
    clear(reply, reply.status)
    assert plane.api.pod(space, pod)["metadata"]["resourceVersion"] == before


def test_the_message_is_in_the_callers_language(admin, space):
    path = f"/api/{CLUSTER}/{space}/pods/nosuch/remove-load"
    assert admin.post(path, language="en").json["message"] == "There is no such Pod."
    assert admin.post(path, language="zh-CN,zh;q=0.9,en;q=0.8").json["message"] == "该 Pod 不存在。"


def test_another_sites_page_is_refused(admin, installation, space, pod, unchanged):
    path = f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load"
    clear(admin.post(path, headers={"Origin": "https://evil.example"}), 403, "cross_site")
    clear(admin.post(path, headers={"Sec-Fetch-Site": "cross-site"}), 403, "cross_site")
    clear(admin.post(path, headers={"Sec-Fetch-Site": "same-site", "Origin": installation.url}), 403, "cross_site")
    clear(admin.post(path, headers={"Origin": installation.url.replace("http:", "https:")}), 403, "cross_site")


def test_a_name_that_is_not_podloads(admin, unchanged):
    for name in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example"):
        said = clear(admin.get("/api/current-user", headers={"Host": name}), 421, "unknown_host")
        assert name in said["message"] and "public_addresses" in said["message"]
    assert admin.get("/readyz", headers={"Host": "10.1.2.3"}).status == 200  # a probe asks by address


def test_a_proxy_in_front(daemons):
    """What a plain proxy_pass makes of a browser's request to https://console.example."""
    client = OverSocket(daemons("behind-a-proxy", PODLOAD_PUBLIC_ADDRESSES='["https://console.example"]').socket)
    who = {"username": "admin", "password": "wrong"}
    ask = lambda **headers: client.post("/api/login", who, headers={name.replace("_", "-"): value for name, value in headers.items()}).status
    assert ask(Host="console.example:443", Origin="https://console.example", Sec_Fetch_Site="same-origin") == 401
    assert ask(Host="console.example:443", Origin="https://console.example") == 401
    assert ask(Host="Console.Example", Origin="https://console.example:443") == 401
    assert ask(Host="127.0.0.1:8080", Origin="https://console.example", Sec_Fetch_Site="same-origin") == 401
    assert ask(Host="127.0.0.1:8080", Origin="https://console.example") == 401
    assert ask(Host="console.example", Origin="https://evil.example") == 403
    assert ask(Host="console.example", Origin="http://console.example:8080") == 403
    assert ask(Host="console.example", Origin="https://console.example", Sec_Fetch_Site="cross-site") == 403
    assert ask(Host="other.example") == 421


def test_nobody_gets_401(installation):
    from lib.podload import OverNginx
    nobody = OverNginx(installation.url)
    for path in ("/api/clusters", "/api/current-user", f"/api/{CLUSTER}/default/pods", "/api/admin/logs"):
        clear(nobody.get(path), 401, "unauthenticated")
    clear(nobody.post(f"/api/{CLUSTER}/default/pods/x/remove-load"), 401, "unauthenticated")
    clear(nobody.post("/api/login", {"username": "nobody-here", "password": "wrong"}), 401)
    clear(nobody.post("/api/login", {"username": "<script>alert(1)</script>", "password": "wrong"}), 401)


# -- kubeconfigs


def kubeconfig(plane, **changes):
    config = json.loads(plane.admin.read_text())
    config["clusters"][0]["cluster"].update(changes.get("cluster", {}))
    if "user" in changes:
        config["users"][0]["user"] = changes["user"]
    return json.dumps({**config, **changes.get("top", {})})


def add(admin, text, name="another"):
    return admin.post("/api/admin/clusters", {"name": name, "display_name": "x", "kubeconfig_content": text})


@pytest.mark.parametrize("text", ["", "hello", "a: [", "{}", "- 1", "apiVersion: v1\nkind: Pod\n", "a: &a [*a]"])
def test_what_is_no_kubeconfig(admin, unchanged, text):
    reply = add(admin, text)
    clear(reply, 422)


@pytest.mark.parametrize("changes", [
    {"user": {"exec": {"command": "/bin/sh", "apiVersion": "client.authentication.k8s.io/v1"}}},
    {"user": {"auth-provider": {"name": "gcp"}}},
    {"user": {"client-certificate": "/etc/passwd", "client-key": "/etc/passwd"}},
    {"user": {"tokenFile": "/etc/passwd"}},
    {"user": {"token": "x", "as": "root"}},
    {"cluster": {"certificate-authority": "/etc/passwd"}},
    {"cluster": {"insecure-skip-tls-verify": True}},
    {"cluster": {"server": "http://10.1.2.3"}},
    {"top": {"current-context": "nosuch"}}])
def test_kubeconfigs_that_are_refused(admin, plane, unchanged, changes):
    body = clear(add(admin, kubeconfig(plane, **changes)), 422)
    assert "passwd" not in json.dumps(body).replace("/etc/passwd", "")


def test_rest_may_not_name_a_loopback_address(admin, plane, unchanged):
    clear(add(admin, kubeconfig(plane)), 422)


def command_line(installation, file):
    """The operator's own word: loopback is fine there, everything else is checked the same."""
    done = installation.command("cluster", "add", "another", "--kubeconfig", file, check=False, LANG="C")
    assert done.returncode == 1 and done.stderr.strip(), done
    return done.stderr


def test_a_server_that_does_not_answer(installation, plane, folder, unchanged):
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    file = folder / "silent.kubeconfig"
    file.write_text(kubeconfig(plane, cluster={"server": f"https://127.0.0.1:{silent.getsockname()[1]}"}))
    command_line(installation, file)
    silent.close()
    file.write_text(kubeconfig(plane, cluster={"server": f"https://127.0.0.1:{free_ports(1)[0]}"}))
    command_line(installation, file)


def test_a_certificate_that_is_wrong(installation, plane, folder, unchanged):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", "/CN=other", "-keyout", folder / "other.key",
            "-out", folder / "other.crt")
    file = folder / "other.kubeconfig"
    other = base64.b64encode((folder / "other.crt").read_bytes()).decode()
    file.write_text(kubeconfig(plane, cluster={"certificate-authority-data": other}))
    assert "ertificate" in command_line(installation, file)


def test_credentials_that_are_not_accepted(installation, plane, folder, unchanged):
    file = folder / "stranger.kubeconfig"
    file.write_text(kubeconfig(plane, user={"token": "not-a-token"}))
    command_line(installation, file)


def test_rights_that_do_not_suffice_are_named(installation, plane, unchanged):
    account = plane.account("weak", [{"apiGroups": [""], "resources": ["pods", "services", "namespaces"], "verbs": ["get", "list", "watch"]}])
    said = command_line(installation, account)
    assert "patch pods" in said and "endpointslices" in said and "get pods" not in said


def test_a_redirect_is_not_followed(installation, plane, folder, unchanged):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(plane.pki / "server.crt", plane.pki / "server.key")
    listener = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
    seen = []

    def answer():
        while True:
            try:
                link, _ = listener.accept()
                seen.append(link.recv(4096).split(b"\r\n")[0])
                link.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/steal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                link.close()
            except OSError:
                return
    threading.Thread(target=answer, daemon=True).start()
    file = folder / "moved.kubeconfig"
    file.write_text(kubeconfig(plane, cluster={"server": f"https://127.0.0.1:{listener.getsockname()[1]}"}))
    command_line(installation, file)
    assert seen
    listener.close()


def test_a_cluster_is_added_over_rest_only_under_a_name_that_hides_no_path(admin, plane, unchanged):
    for name in ("admin", "login", "clusters", "UPPER", "a_b", "-a", "名"):
        clear(add(admin, kubeconfig(plane), name), 422)
