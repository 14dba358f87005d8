"""GET …/events: what changes in a namespace arrives, in order and once; what was missed arrives later or is announced;
and a stream ends with the caller's session or permission, which it does not extend."""
import time
from concurrent.futures import ThreadPoolExecutor

from lib.event_stream import EventStream
from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

CLUSTER = "real"


def path(space, more=""):
    return f"/api/{CLUSTER}/events?namespace={space}{more}"


def opened(client, space, more="", headers=None):
    """A stream whose first `reset` has arrived: the changes follow."""
    stream = EventStream(client, path(space, more), headers)
    assert stream.status == 200, stream.text
    stream.wait_for("reset")
    return stream


def changed(event, name):
    """The row of a Pod in an event."""
    return next((row for row in event.data["changed"] if row["name"] == name), None)


def applied(stream, rows):
    """The rows, by name, with all events of the stream applied."""
    rows = dict(rows)
    for event in stream.named("pods"):
        rows.update({row["name"]: row for row in event.data["changed"]})
        for name in event.data["gone"]:
            rows.pop(name, None)
    return rows


def listed(client, space):
    reply = client.get(f"/api/{CLUSTER}/{space}/pods?running_time=false")
    return {row["name"]: row for row in reply.json}


def test_changes_arrive_and_add_up_to_the_list(world, space, plane, admin):
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 4)]
    with opened(admin, space) as stream:
        before = listed(admin, space)
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        plane.kubectl("-n", space, "label", "pod", names[0], "load=done", "--overwrite")
        assert stream.wait_for("pods", lambda event: changed(event, names[0])).data["gone"] == []
        stream.wait_for("pods", lambda event: (changed(event, names[0]) or {}).get("traffic", {}).get("state") == "out")
        plane.kubectl("-n", space, "delete", "pod", names[1], "--wait=false")
        stream.wait_for("pods", lambda event: names[1] in event.data["gone"])
        stream.wait_for("workloads", lambda event: event.data["type"] == "deployment")
        wait_for(lambda: applied(stream, before) == listed(admin, space), 20, "the events add up to the list")
        assert len({event.id for event in stream.named("pods")}) == len(stream.named("pods"))
        assert stream.named("state")[-1].data == {"live": True}


def test_a_removal_shows_at_once_with_its_operation(world, space, admin):
    name = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)][0]
    with opened(admin, space) as stream:
        done = admin.remove(CLUSTER, space, name, query="?wait=proof", reason="look")
        assert done.status == 200, done
        id = done.json["operation"]["id"]
        states = ["open", "applied", "settled"]
        for state in states:
            stream.wait_for("operation", lambda event, state=state: event.data["id"] == id and event.data["state"] == state)
        assert [event.data["state"] for event in stream.named("operation") if event.data["id"] == id] == states
        assert stream.named("operation")[-1].data == {"id": id, "kind": "remove", "pod": name, "state": "settled", "outcome": "removed"}
        row = lambda event: (changed(event, name) or {}).get("removal") or {}
        stream.wait_for("pods", lambda event: row(event).get("operation") == id)
        stream.wait_for("pods", lambda event: row(event).get("outcome") == "removed")


def test_a_workloads_stream_has_its_pods_alone(world, space, plane, admin):
    web, other = ([pod["metadata"]["name"] for pod in world.app(space, app, 2)] for app in ("web", "other"))
    with opened(admin, space, "&workload=deployment/web") as stream:
        plane.kubectl("-n", space, "label", "pod", other[0], "load=done", "--overwrite")
        plane.kubectl("-n", space, "label", "pod", web[0], "load=done", "--overwrite")
        stream.wait_for("pods", lambda event: changed(event, web[0]))
        assert not any(changed(event, other[0]) for event in stream.named("pods"))


def test_who_connects_again_gets_what_was_missed(world, space, plane, admin):
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)]
    with opened(admin, space) as first:
        last = first.last_id
    for name in names[:2]:
        plane.kubectl("-n", space, "label", "pod", name, "load=done", "--overwrite")
    with EventStream(admin, path(space), {"Last-Event-ID": last}) as stream:
        for name in names[:2]:
            stream.wait_for("pods", lambda event, name=name: changed(event, name))
        assert not stream.named("reset"), "nothing was lost"
    for unknown in ("0", "99999999999:0", last.split("-")[0] + "-999999", "x" * 5000):
        with EventStream(admin, path(space), {"Last-Event-ID": unknown}) as stream:
            stream.wait_for("reset")


def person(admin, installation, name, **permissions):
    """A new user, signed in."""
    added = admin.post("/api/admin/users", {"username": name, "password": "a first password", "permissions": permissions})
    assert added.status == 200, added
    client = OverNginx(installation.url).login(name, "a first password")
    changed = client.post("/api/current-user/password", {"current_password": "a first password", "new_password": PASSWORD})
    assert changed.status == 200, changed
    return client


def ends_within(stream, seconds):
    began = time.monotonic()
    assert stream.ended.wait(10), "the stream goes on"
    took = time.monotonic() - began
    assert took < seconds, f"the stream ended after {took:.2f} s"


def test_a_stream_ends_within_a_second_of_a_changed_grant(world, space, installation, admin):
    world.app(space, "web", 1)
    reader = person(admin, installation, f"granted-{space}", read=True, clusters=[{"name": CLUSTER, "namespaces": [space]}])
    stream = opened(reader, space)
    changed = admin.call("PUT", f"/api/admin/users/granted-{space}", {"permissions": {"clusters": [{"name": CLUSTER, "namespaces": ["default"]}]}})
    assert changed.status == 200, changed
    ends_within(stream, 1.2)
    wait_for(lambda: EventStream(reader, path(space)).status == 403, 2, "no new stream either")


def test_a_stream_ends_with_its_session_and_not_with_anothers(world, space, installation, admin):
    world.app(space, "web", 1)
    reader = person(admin, installation, f"leaver-{space}", read=True, all_clusters=True)
    with opened(admin, space) as other:
        stream = opened(reader, space)
        assert reader.post("/api/logout").status == 200
        ends_within(stream, 1.2)
        assert not other.ended.is_set()
    assert EventStream(reader, path(space)).status == 401


def test_a_stream_ends_with_its_token(world, space, installation, admin):
    world.app(space, "web", 1)
    owner = person(admin, installation, f"owner-{space}", read=True, all_clusters=True)
    made = owner.post("/api/current-user/tokens", {"name": "watch", "scope": "read", "current_password": PASSWORD})
    assert made.status == 200, made
    robot = OverNginx(installation.url)
    robot.token = made.json["token"]
    stream = opened(robot, space)
    id = owner.get("/api/current-user/tokens").json[0]["id"]
    assert owner.call("DELETE", f"/api/current-user/tokens/{id}").status == 200
    ends_within(stream, 1.2)


def test_a_stream_is_no_activity(world, space, installation, admin):
    world.app(space, "web", 1)
    name = f"watcher-{space}"
    reader = person(admin, installation, name, read=True, all_clusters=True)
    mine = f"user_id = (SELECT id FROM auth.users WHERE username = '{name}')"
    installation.sql(f"UPDATE auth.sessions SET last_seen = now() - interval '100 seconds' WHERE {mine}")
    before = installation.sql(f"SELECT last_seen FROM auth.sessions WHERE {mine} AND ended_at IS NULL")
    stream = opened(reader, space)
    with opened(reader, space):
        assert installation.sql(f"SELECT last_seen FROM auth.sessions WHERE {mine} AND ended_at IS NULL") == before
    # Idle for longer than allowed: the stream ends although it is open.
    installation.sql(f"UPDATE auth.sessions SET last_seen = now() - interval '1 day' WHERE {mine}")
    ends_within(stream, 1.2)


def test_only_what_the_caller_may_see(world, space, installation, admin):
    world.app(space, "web", 1)
    limited = person(admin, installation, f"limited-{space}", read=True, clusters=[{"name": CLUSTER, "namespaces": [space]}])
    opened(limited, space).close()
    for elsewhere in ("kube-system", f"{space}-2"):
        refused = EventStream(limited, path(elsewhere))
        assert refused.status == 403, refused.text
    assert EventStream(limited, f"/api/{CLUSTER}/events").status == 422
    assert EventStream(OverNginx(installation.url), path(space)).status == 401


def test_a_bad_scope_is_refused(space, admin):
    for query, status in (("namespace=A_B", 422), (f"namespace={space}&workload=nothing/web", 404), (f"namespace={space}&workload=deployment", 422),
                          (f"namespace={space}&workload=deployment/..%2Fx", 422)):
        assert EventStream(admin, f"/api/{CLUSTER}/events?{query}").status == status, query


def test_many_streams_of_one_person_open_at_once(world, space, admin):
    world.app(space, "web", 1)
    opened(admin, space).close()
    with ThreadPoolExecutor(40) as pool:
        streams = list(pool.map(lambda _: EventStream(admin, path(space)), range(40)))
    assert {stream.status for stream in streams} == {200}
    for stream in streams:
        stream.wait_for("reset")
        stream.close()
