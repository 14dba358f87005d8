"""The examples of tests/examples: other kinds of plugin, built and run."""
import shutil

import pytest

from lib.nginx import Nginx
from lib.plugin_folder import Plugins
from lib.receiver import Receiver

CLUSTER = "real"


@pytest.fixture
def plugins(installation, folder, request):
    made = Plugins(installation, folder / request.node.name[:40], installation.command("version").stdout.splitlines()[1])
    yield made
    shutil.rmtree(made.folder)


def test_sso_proxy(world, space, plane, folder, plugins, daemons, installation):
    """Who signs in is what the proxy says, from the proxy's address alone."""
    plugins.installed("audit", "cluster", "pod-load")
    plugins.example("sso-proxy")
    daemon = daemons("sso", **plugins.environment, PODLOAD_SSO_PROXY_USERS='{"li.wei": "write", "root": "admin"}')
    from_proxy = Nginx(folder / "sso-a", daemon.socket, plugins.www, ["127.0.0.1"])
    from_elsewhere = Nginx(folder / "sso-b", daemon.socket, plugins.www, ["10.1.2.3", "10.2.0.0/16"])
    try:
        client = from_proxy.client()
        li = {"X-Forwarded-User": "li.wei"}
        shown = client.get("/api/current-user", headers=li).json
        assert shown["username"] == "li.wei" and shown["permissions"]["write"] and not shown["permissions"]["admin"]
        assert client.get("/api/current-user").status == 401
        assert client.get("/api/current-user", headers={"X-Forwarded-User": "who.knows"}).json["permissions"]["read"] is False

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


def test_notes(space, folder, plugins, daemons, installation, console):
    """REST operations, a table and a page of a plugin's own: permissions, schema, words and log as for those that podload brings."""
    plugins.installed("audit", "auth", "cluster")
    plugins.example("notes")
    assert "applied notes/0001_notes.sql" in installation.migrate(**plugins.environment)
    daemon = daemons("notes", **plugins.environment)
    writer = daemon.client(*installation.user("note-writer", "--write"))
    reader = daemon.client(*installation.user("note-reader"))
    path = f"/api/{CLUSTER}/{space}/notes"

    assert writer.call("PUT", f"{path}/web-1", {"text": "leaks memory"}).status == 200
    changed = writer.call("PUT", f"{path}/web-1", {"text": "leaks memory, 已报修"})
    assert changed.json["text"] == "leaks memory, 已报修" and changed.json["by"] == "note-writer"
    assert [(note["pod"], note["text"]) for note in reader.get(path).json] == [("web-1", "leaks memory, 已报修")]
    assert reader.get(f"/api/{CLUSTER}/elsewhere/notes").json == []

    denied = reader.call("PUT", f"{path}/web-1", {"text": "mine"})
    assert (denied.status, denied.json["code"]) == (403, "forbidden")
    assert writer.call("PUT", f"{path}/web-1", {"texts": "x"}).json["code"] == "unknown_member"
    too_long = writer.call("PUT", f"{path}/web-1", {"text": "长" * 501}, language="zh-CN")
    assert (too_long.status, too_long.json["message"]) == (422, "备注最多 500 个字符。")
    page = reader.get("/api/ui").json["pages"][0]
    assert page["plugin"] == "notes" and page["scoped"] and page["list"]["path"] == "/api/{cluster}/{namespace}/notes"
    assert page["form"]["method"] == "PUT" and page["form"]["permission"] == "write" and page["title"]["zh-CN"] == "备注"
    logged = installation.sql(f"select action, outcome, username from audit.rows where resource = 'pod/{space}/web-1' order by id")
    assert logged == [["set_note", "ok", "note-writer"]] * 2
    assert "notes.set" in daemon.client().get("/api/openapi.json").text
    nginx = Nginx(folder / "notes-nginx", daemon.socket, plugins.www)
    try:
        console.visit("plugin-form.mjs", f"http://127.0.0.1:{nginx.port}", "note-writer", PODLOAD_CLUSTER=CLUSTER, PODLOAD_NAMESPACE=space)
    finally:
        nginx.run("-s", "stop")
    assert [note["pod"] for note in reader.get(path).json] == ["web-1", "web-2"]
    assert daemon.stop() == 0


def test_change_ticket(world, space, folder, plugins, daemons):
    """A check that asks another system: yes, no, and what happens when it does not answer."""
    plugins.installed("audit", "auth", "cluster", "pod-load")
    plugins.example("change-ticket")
    system = Receiver(folder / "changes", tls=False)
    system.answers["/ask"] = (200, '{"allowed": true}')
    daemon = daemons("tickets", **plugins.environment, PODLOAD_CHANGE_TICKET_URL=f"{system.url}/ask")
    client = daemon.client()
    world.app(space, "web", 4)
    first, second, third, _ = [pod["name"] for pod in client.get(f"/api/{CLUSTER}/{space}/pods").json]
    assert client.remove(CLUSTER, space, first, query="?wait=proof", reason="INC-7").status == 200
    asked = system.got[-1]["body"]
    assert (asked["pod"], asked["namespace"], asked["user"], asked["reason"], asked["rehearsal"]) == (first, space, "admin", "INC-7", False)
    assert asked["services"] == [{"name": "web", "before": 4, "after": 3}] and asked["workload"].startswith("ReplicaSet/web-")

    system.answers["/ask"] = (200, '{"allowed": false, "message": "CHG-1 is not approved"}')
    denied = client.remove(CLUSTER, space, second, query="?dry_run=true", reason="look")
    assert (denied.status, denied.json["code"]) == (409, "change_denied") and "CHG-1 is not approved" in denied.json["message"], denied
    assert system.got[-1]["body"]["rehearsal"] and denied.json["details"]["refusals"][0]["plugin"] == "change-ticket"
    for answer in ((503, "{}"), (200, "not JSON")):
        system.answers["/ask"] = answer
        failed = client.remove(CLUSTER, space, second, reason="look")
        assert (failed.status, failed.json["code"]) == (409, "check_failed"), failed
    system.stop()
    assert client.remove(CLUSTER, space, second, reason="look").json["code"] == "check_failed"
    assert "does not answer" in daemon.log()
    assert client.remove(CLUSTER, space, second, query="?wait=proof", reason="it burns", force=True).status == 200
    assert daemon.stop() == 0

    without = daemons("tickets-none", **plugins.environment)  # the plugin does not start: its check is missing, not gone
    client = without.client()
    assert client.get("/readyz").json["degraded"] == ["change-ticket"]
    missing = client.remove(CLUSTER, space, third, reason="look")
    assert (missing.status, missing.json["code"]) == (409, "check_missing") and "change-ticket" in missing.json["message"], missing
    assert without.stop() == 0
