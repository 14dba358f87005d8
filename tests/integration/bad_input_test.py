"""Bad input gets a clear error and changes nothing."""
import base64
import json
import socket
import ssl
import threading

import pytest

from lib.control_plane import free_ports, openssl

CLUSTER = "real"


@pytest.fixture
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


def test_not_json_by_its_type(admin, space, pod, unchanged):
    clear(admin.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", b"reason=x",
                     headers={"Content-Type": "application/x-www-form-urlencoded"}), 415, "not_json_type")


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


def test_another_sites_page_is_refused(admin, space, pod, unchanged):
    path = f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load"
    clear(admin.post(path, headers={"Origin": "https://evil.example"}), 403, "cross_site")
    clear(admin.post(path, headers={"Sec-Fetch-Site": "cross-site"}), 403, "cross_site")


def test_nobody_gets_401(installation):
    from lib.podload import OverNginx
    nobody = OverNginx(installation.url)
    for path in ("/api/clusters", "/api/current-user", f"/api/{CLUSTER}/default/pods", "/api/admin/logs"):
        clear(nobody.get(path), 401, "unauthenticated")
    clear(nobody.post(f"/api/{CLUSTER}/default/pods/x/remove-load"), 401, "unauthenticated")
    clear(nobody.post("/api/login", {"username": "admin", "password": "wrong"}), 401)
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
