"""Sessions and secrets over two daemons: idle by the database's clock, revoked within a second, and nothing told that is a secret."""
import json
import subprocess
import time

import pytest

from lib.podload import PASSWORD, OverSocket
from lib.wait import wait_for

CLUSTER = "real"
AGE = "update auth.sessions set last_seen = last_seen - interval '{} seconds' where user_id = (select id from auth.users where username = '{}')"


@pytest.fixture
def person(installation, daemons, request):
    """Somebody of the test's own, signed in at one daemon; and the same session at another."""
    name = f"person-{abs(hash(request.node.name)) % 100000}"
    installation.user(name, "--write")
    here = OverSocket(daemons("first").socket).login(name)
    there = OverSocket(daemons("second").socket)
    there.cookie = here.cookie
    here.name = name
    yield here, there
    installation.sql(f"delete from auth.users where username = '{name}'")


def test_ten_minutes_without_anybody(person, installation):
    here, there = person
    assert here.get("/api/current-user").json["session"]["idle_seconds"] == 600
    installation.sql(AGE.format(500, here.name))
    # What the page fetches by itself is no activity: what is left does not grow.
    wait_for(lambda: there.get("/api/current-user", headers={"X-Podload-Background": "1"}).json["session"]["idle_left_seconds"] <= 100,
             3, "the age of the session")
    assert there.get(f"/api/{CLUSTER}/namespaces", headers={"X-Podload-Background": "1"}).status == 200
    installation.sql(AGE.format(101, here.name))
    wait_for(lambda: here.get("/api/current-user", headers={"X-Podload-Background": "1"}).status == 401, 1.5, "the idle end")
    assert there.get("/api/current-user").status == 401  # and nobody comes back
    wait_for(lambda: installation.sql(f"select details->>'code' from audit.rows where action = 'session_expired' and username = '{here.name}'")
             == [["session_idle"]], 15, "the row in the log")


def test_twelve_hours_whatever_one_does(person, installation):
    here, _ = person
    installation.sql(f"update auth.sessions set created_at = created_at - interval '43201 seconds'"
                     f" where user_id = (select id from auth.users where username = '{here.name}')")
    wait_for(lambda: here.get("/api/current-user").status == 401, 1.5, "the end after twelve hours")


@pytest.mark.parametrize("how", ["ended", "disabled", "demoted", "deleted", "password"])
def test_what_is_revoked_is_gone_everywhere_within_a_second(person, admin, how):
    here, there = person
    for client in person:
        assert client.get(f"/api/{CLUSTER}/namespaces").status == 200
    users = f"/api/admin/users/{here.name}"
    began = time.monotonic()
    reply = {"ended": lambda: admin.call("DELETE", f"{users}/sessions"),
             "disabled": lambda: admin.call("PUT", users, {"disabled": True}),
             "demoted": lambda: admin.call("PUT", users, {"permissions": {"all_clusters": False, "clusters": []}}),
             "deleted": lambda: admin.call("DELETE", users),
             "password": lambda: admin.call("PUT", users, {"password": "set by somebody"})}[how]()
    assert reply.status == 200, reply
    # A change is bound at once.
    status = there.remove(CLUSTER, "no-such-space", "no-such-pod").status
    assert status in (401, 403), status
    expected = 403 if how == "demoted" else 401
    for client in person:
        wait_for(lambda client=client: client.get(f"/api/{CLUSTER}/namespaces").status == expected, 1.5, "the end everywhere")
    assert time.monotonic() - began < 3


def test_no_secret_is_told(admin, installation, plane, daemons, folder):
    """A canary in every secret place, looked for in every reply, log and row."""
    client = daemons("first").client()
    passwords = [f"canary password {n}" for n in range(4)]
    assert client.post("/api/admin/users", {"username": "canary", "password": passwords[0], "permissions": {"write": True}}).status == 200
    person = OverSocket(daemons("first").socket).login("canary", passwords[0])
    assert person.post("/api/current-user/password", {"current_password": passwords[0], "new_password": passwords[1]}).status == 200
    assert person.post("/api/login", {"username": "canary", "password": passwords[2]}).status == 401
    token = person.post("/api/current-user/tokens", {"name": "canary", "scope": "read", "current_password": passwords[1]}).json["token"]
    kubeconfig = json.loads(plane.admin.read_text())
    kubeconfig["users"][0]["user"] = {"token": "canary-kubeconfig-token"}
    text = json.dumps(kubeconfig)
    assert client.post("/api/admin/clusters", {"name": "canary", "kubeconfig_content": text}).status == 422
    assert client.call("PUT", f"/api/admin/clusters/{CLUSTER}", {"kubeconfig_content": text}).status == 422
    secrets = [*passwords, token, "canary-kubeconfig-token", person.cookie.split("=")[1],
               json.loads(plane.admin.read_text())["users"][0]["user"]["client-key-data"][:60]]

    told = [client.get(path).text for path in ["/api/admin/users", "/api/admin/users/canary", "/api/admin/clusters", "/api/admin/tokens",
                                                "/api/admin/sessions", "/api/admin/logs?limit=1000", "/api/admin/logs/export?format=ndjson"]]
    told += [person.get("/api/current-user/tokens").text, person.get("/api/current-user/sessions").text]
    dump = subprocess.run(["pg_dump", "-h", installation.state / "run/postgres", "-U", "podload_owner", "podload"], text=True, capture_output=True)
    assert dump.returncode == 0 and "canary" in dump.stdout, dump.stderr
    told.append(dump.stdout)
    told += [log.read_text(errors="replace") for log in (installation.state / "log").iterdir() if log.is_file()]
    for secret in secrets:
        assert not [place[:80] for place in told if secret in place], secret

    pid = daemons("first").process.pid
    limits = dict(line.rsplit(None, 3)[0:2] for line in open(f"/proc/{pid}/limits") if line.startswith("Max core"))
    assert limits["Max core file size"] == "0"
    assert PASSWORD not in dump.stdout
