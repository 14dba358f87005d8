"""Freeze windows: a check of a plugin on removals, over REST, in a rehearsal and in the console; forced, logged, and when its
plugin is not there."""
import json
from datetime import datetime, timedelta, timezone

import pytest

from lib.nginx import Nginx
from lib.podload import OverSocket

CLUSTER = "real"
PLUGINS = ["audit", "auth", "cluster", "pod-load", "freeze"]


def at(**offset):
    return (datetime.now(timezone.utc) + timedelta(**offset)).isoformat(timespec="seconds").replace("+00:00", "Z")


@pytest.fixture(scope="module")
def environment():
    return {"PODLOAD_PLUGINS": json.dumps(PLUGINS)}


@pytest.fixture(scope="module")
def daemon(installation, daemons, environment):
    installation.migrate(**environment)
    return daemons("freezer", **environment)


@pytest.fixture
def admin(daemon):
    client = daemon.client()
    yield client
    for row in client.get("/api/freezes").json:
        assert client.call("DELETE", f"/api/admin/freezes/{row['id']}").status == 200


@pytest.fixture
def writer(daemon, installation, request):
    return daemon.client(*installation.user(f"freeze-{request.node.name[:30].lower()}", "--write"))


def freeze(admin, **wish):
    reply = admin.post("/api/admin/freezes", {"starts_at": at(minutes=-1), "ends_at": at(hours=1), "reason": "the sale", **wish})
    assert reply.status == 200, reply
    return reply.json


def pods(client, space):
    return [pod["name"] for pod in client.get(f"/api/{CLUSTER}/{space}/pods").json if not pod["has_removeload"]]


def test_a_freeze_refuses_a_removal_and_its_rehearsal(world, space, admin, writer, installation):
    world.app(space, "web", 3)
    pod = pods(writer, space)[0]
    freeze(admin, cluster=CLUSTER, namespace=space)
    for query in ("?dry_run=true", ""):
        refused = writer.remove(CLUSTER, space, pod, query=query, reason="look")
        assert (refused.status, refused.json["code"]) == (409, "frozen_for_administrators"), refused
        assert f"{CLUSTER}/{space} is frozen until" in refused.json["message"] and "the sale" in refused.json["message"]
        notice = refused.json["details"]["refusals"][0]
        assert (notice["plugin"], notice["overridable"]) == ("freeze", False)
    assert writer.remove(CLUSTER, space, pod, reason="look", force=True).json["code"] == "frozen_for_administrators"
    in_chinese = writer.post(f"/api/{CLUSTER}/{space}/pods/{pod}/remove-load", {"reason": "look"}, language="zh-CN")
    assert "冻结期" in in_chinese.json["message"]
    assert len(pods(writer, space)) == 3
    logged = installation.sql(f"select outcome from audit.rows where resource = 'pod/{space}/{pod}' and action = 'remove_load' order by id")
    assert [row[0] for row in logged].count("refused") == 3


def test_it_holds_where_it_is_and_while_it_runs(world, space, admin, writer, installation):
    world.app(space, "web", 4)
    first, second, *_ = pods(writer, space)
    freeze(admin, cluster=CLUSTER, namespace="elsewhere")
    soon = freeze(admin, starts_at=at(minutes=30))
    removed = writer.remove(CLUSTER, space, first, query="?wait=proof", reason="look")
    assert removed.status == 200 and "freeze_soon" in {notice["code"] for notice in removed.json["operation"]["warnings"]}, removed
    assert admin.call("DELETE", f"/api/admin/freezes/{soon['id']}").status == 200  # it had not begun
    assert soon["id"] not in {row["id"] for row in admin.get("/api/freezes?past=true").json}
    running = freeze(admin)  # everywhere
    assert writer.remove(CLUSTER, space, second, reason="look").json["code"] == "frozen_for_administrators"
    assert writer.restore(CLUSTER, space, first, query="?wait=proof").status == 200  # a restore is never refused
    assert admin.call("DELETE", f"/api/admin/freezes/{running['id']}").status == 200
    assert writer.remove(CLUSTER, space, second, query="?wait=proof", reason="look").status == 200
    ended = next(row for row in admin.get("/api/freezes?past=true").json if row["id"] == running["id"])
    assert not ended["running"] and admin.call("DELETE", f"/api/admin/freezes/{running['id']}").json["code"] == "no_freeze"
    logged = installation.sql(f"select action, outcome from audit.rows where resource = 'freeze/{running['id']}' order by id")
    assert logged == [["add_freeze", "ok"], ["end_freeze", "ok"], ["end_freeze", "refused"]]


def test_who_may_force_it_and_the_log(world, space, admin, writer, installation):
    world.app(space, "web", 3)
    pod = pods(writer, space)[0]
    freeze(admin, cluster=CLUSTER, may_force="nobody")
    assert admin.remove(CLUSTER, space, pod, reason="I must", force=True).json["code"] == "frozen_for_all"
    for row in admin.get("/api/freezes").json:
        admin.call("DELETE", f"/api/admin/freezes/{row['id']}")
    freeze(admin, cluster=CLUSTER)
    asked = admin.remove(CLUSTER, space, pod, reason="I must")
    assert (asked.json["code"], asked.json["details"]["refusals"][0]["overridable"]) == ("frozen", True)
    forced = admin.remove(CLUSTER, space, pod, query="?wait=proof", reason="memory leak, INC-7", force=True)
    assert forced.status == 200 and forced.json["operation"]["outcome"] == "removed", forced
    reason, details = installation.sql(f"select reason, details from audit.rows where operation = '{forced.json['operation']['id']}' and outcome = 'removed'")[0]
    assert reason == "memory leak, INC-7" and "frozen" in details


def test_what_is_wrong_with_a_freeze(admin, writer):
    wish = {"starts_at": at(minutes=-1), "ends_at": at(hours=1), "reason": "x"}
    for changed, code in (({"ends_at": at(minutes=-2)}, "freeze_times"), ({"starts_at": at(hours=2)}, "freeze_times"), ({"starts_at": "tomorrow"}, "invalid"),
                          ({"cluster": "nowhere"}, "unknown_cluster"), ({"namespace": "shop"}, "freeze_all_clusters"), ({"reason": ""}, "invalid"),
                          ({"may_force": "me"}, "invalid"), ({"until": at(hours=1)}, "unknown_member")):
        reply = admin.post("/api/admin/freezes", {**wish, **changed})
        assert reply.json["code"] == code and reply.status in (404, 422), (changed, reply)
    assert writer.post("/api/admin/freezes", wish).status == 403
    assert admin.get("/api/freezes").json == []


def test_the_plugin_is_configured_and_its_table_is_gone(world, space, admin, writer, installation):
    """A removal is not let through in silence: it is refused, and can be forced."""
    world.app(space, "web", 3)
    pod = pods(writer, space)[0]
    installation.sql("alter table freezes.windows rename to gone")
    try:
        refused = writer.remove(CLUSTER, space, pod, reason="look")
        assert (refused.status, refused.json["code"]) == (409, "check_failed") and "freeze" in refused.json["message"], refused
        assert writer.remove(CLUSTER, space, pod, query="?wait=proof", reason="look", force=True).status == 200
    finally:
        installation.sql("alter table freezes.gone rename to windows")


def test_the_console_shows_the_check_and_the_page(world, space, folder, daemon, installation, admin, console):
    world.app(space, "web", 3)
    pod = pods(admin, space)[0]
    freeze(admin, cluster=CLUSTER, namespace=space)
    nginx = Nginx(folder / "freeze-nginx", daemon.socket, installation.state / "app/share/podload/www")
    try:
        console.visit("freeze.mjs", f"http://127.0.0.1:{nginx.port}", PODLOAD_CLUSTER=CLUSTER, PODLOAD_NAMESPACE=space, PODLOAD_POD=pod)
    finally:
        nginx.run("-s", "stop")
    assert pod not in pods(OverSocket(daemon.socket).login(), space)
