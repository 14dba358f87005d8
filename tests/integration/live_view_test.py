"""Lists from memory: they follow the cluster, say which Services route to a Pod, and give way to the API server when
they are not in step with it."""
from lib.event_stream import EventStream
from lib.podload import PASSWORD, OverNginx
from lib.wait import wait_for

CLUSTER = "real"


def from_memory(client, path):
    """The reply, once it comes from memory."""
    def look():
        reply = client.get(path)
        assert reply.status == 200, reply
        return reply if "x-podload-as-of" in reply.headers else None
    return wait_for(look, 20, f"{path} from memory")


def rows(client, space, name=None):
    """The rows of a namespace from memory, by Pod; or one of them."""
    found = {row["name"]: row for row in from_memory(client, f"/api/{CLUSTER}/{space}/pods").json}
    return found if name is None else found.get(name)


def routed(row):
    return sorted(service["name"] for service in row["traffic"]["services"] if service["routes"])


def test_a_list_follows_the_cluster(world, space, plane, admin):
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)]
    wait_for(lambda: set(rows(admin, space)) == set(names), 20, "three Pods")
    workload = f"/api/{CLUSTER}/{space}/deployment/web/pods"
    wait_for(lambda: {row["name"] for row in from_memory(admin, workload).json} == set(names), 20, "three Pods of the workload")
    listed = from_memory(admin, f"/api/{CLUSTER}/{space}/workloads?type=deployment").json
    assert [(row["name"], row["desired_replicas"]) for row in listed] == [("web", 3)]
    plane.kubectl("-n", space, "label", "pod", names[0], "load=done", "--overwrite")
    wait_for(lambda: rows(admin, space, names[0])["has_removeload"], 5, "the label")
    plane.kubectl("-n", space, "delete", "pod", names[1], "--wait=false")
    wait_for(lambda: names[1] not in rows(admin, space) and len(rows(admin, space)) == 3, 20, "another Pod in its place")
    plane.kubectl("-n", space, "delete", "deployment", "web", "--wait=false")
    wait_for(lambda: not from_memory(admin, f"/api/{CLUSTER}/{space}/workloads?type=deployment").json, 20, "no Deployment")
    wait_for(lambda: admin.get(workload).status == 404, 20, "no such workload")


def test_both_ways_show_the_same(world, space, plane, kubelets, admin, installation):
    """What is read for one reply, and what is kept: but for the traffic, which only the latter knows."""
    pods = world.app(space, "web", 3, spec={"restartPolicy": "Always"})
    kubelets.set_ready(space, pods[0]["metadata"]["name"], False)
    removed = admin.remove(CLUSTER, space, pods[1]["metadata"]["name"], query="?wait=proof", reason="look")
    assert removed.status == 200, removed
    wait_for(lambda: not rows(admin, space, pods[0]["metadata"]["name"])["ready"], 5, "a Pod that is not ready")
    kept = from_memory(admin, f"/api/{CLUSTER}/{space}/pods?running_time=false").json
    # A cluster of the same server that nobody has looked at yet.
    installation.command("cluster", "add", "unseen", "--kubeconfig", str(plane.admin))
    try:
        fresh = admin.get(f"/api/unseen/{space}/pods?running_time=false")
        assert "x-podload-as-of" not in fresh.headers
        without = lambda found: [{**row, "traffic": None, "removal": None} for row in found]
        assert without(fresh.json) == without(kept)
        assert all(row["traffic"] is None for row in fresh.json)
    finally:
        installation.command("cluster", "remove", "unseen")


def test_a_removal_is_in_the_next_list(world, space, admin):
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 20, minimum=1)]
    wait_for(lambda: len(rows(admin, space)) == 20, 20, "twenty Pods")
    for name in pods[:15]:
        assert admin.remove(CLUSTER, space, name, reason="look").status == 200
        row = rows(admin, space, name)
        assert row["has_removeload"] and row["removal"]["username"] == "admin", row


def test_a_removal_decides_by_the_cluster_and_not_by_what_is_in_memory(world, space, plane, admin):
    """The other Pods are taken out by hand at that moment: memory, which says what to read, still has them as serving."""
    pods = [pod["metadata"]["name"] for pod in world.app(space, "web", 3, minimum=1)]
    from_memory(admin, f"/api/{CLUSTER}/{space}/deployment/web/pods")

    def set_label(value):
        for name in pods[1:]:
            plane.api.patch(f"/api/v1/namespaces/{space}/pods/{name}", {"metadata": {"labels": {"load": value}}})

    for _ in range(10):
        wait_for(lambda: all(row["traffic"]["state"] == "receiving" for row in rows(admin, space).values()), 10, "traffic")
        set_label("done")
        reply = admin.remove(CLUSTER, space, pods[0])
        assert reply.status == 409 and reply.json["code"] == "below_minimum", reply
        set_label("online")
    wait_for(lambda: all(row["traffic"]["state"] == "receiving" for row in rows(admin, space).values()), 10, "traffic")
    assert admin.remove(CLUSTER, space, pods[0], "?wait=proof").status == 200


def test_a_pod_says_what_routes_to_it(world, space, plane, kubelets, admin):
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 4)]
    state = lambda name: rows(admin, space, name)["traffic"]["state"]
    for name in names:
        wait_for(lambda name=name: state(name) == "receiving", 10, "traffic")
        assert routed(rows(admin, space, name)) == ["web"]

    world.service(space, "all", selector={"app": "web"})
    wait_for(lambda: routed(rows(admin, space, names[0])) == ["all", "web"], 10, "a second Service")
    plane.kubectl("-n", space, "label", "pod", names[0], "load=done", "--overwrite")
    wait_for(lambda: state(names[0]) == "still_routed" and routed(rows(admin, space, names[0])) == ["all"], 10, "one Service left")
    plane.kubectl("-n", space, "delete", "service", "all")
    wait_for(lambda: state(names[0]) == "out", 10, "no Service left")
    assert rows(admin, space, names[0])["removal"] is None, "podload did not do it"

    removed = admin.remove(CLUSTER, space, names[1], query="?wait=proof", reason="look")
    assert removed.status == 200, removed
    wait_for(lambda: state(names[1]) == "out", 10, "out")
    assert rows(admin, space, names[1])["removal"]["reason"] == "look"

    kubelets.set_ready(space, names[2], False)
    wait_for(lambda: state(names[2]) == "not_ready", 10, "not ready")
    world.workload("Deployment", space, "lonely", 1)
    wait_for(lambda: any(row["traffic"]["state"] == "no_service" for name, row in rows(admin, space).items() if name.startswith("lonely")),
             20, "a Pod without a Service")


def test_a_pod_is_found_in_whatever_namespace_it_is(world, space, admin, installation):
    names = [pod["metadata"]["name"] for pod in world.app(space, "needle", 2)]
    other = f"{space}-b"
    world.namespace(other)
    world.app(other, "needle", 1)
    path = f"/api/{CLUSTER}/pods?q=NEEDLE"
    found = wait_for(lambda: (lambda reply: reply if len(reply.json) == 3 else None)(from_memory(admin, path)), 20, "three Pods")
    assert found.headers["x-podload-total"] == "3"
    assert [row["namespace"] for row in found.json] == [space, space, other]
    assert len(admin.get(f"{path}&limit=1").json) == 1 and admin.get(f"{path}&limit=1").headers["x-podload-total"] == "3"
    assert [row["namespace"] for row in admin.get(f"{path}&namespace={other}").json] == [other]
    assert {row["name"] for row in admin.get(f"/api/{CLUSTER}/pods?q=app=needle%20{space}%20{names[0]}").json} == {names[0]}
    assert admin.get(f"{path}&namespace=NO!").json["code"] == "bad_name"

    assert admin.remove(CLUSTER, space, names[0], query="?wait=proof", reason="look").status == 200
    wait_for(lambda: [row["name"] for row in admin.get(f"{path}&state=out").json] == [names[0]], 10, "the one that is out")
    assert admin.get(f"{path}&state=out").json[0]["removal"]["reason"] == "look"
    assert admin.get(f"{path}&state=gone").status == 422

    # Somebody who may look at one namespace finds nothing of the others, not even their number.
    made = admin.post("/api/admin/users", {"username": "finder", "password": "a first password",
                                           "permissions": {"read": True, "clusters": [{"name": CLUSTER, "namespaces": [other]}]}})
    assert made.status == 200, made
    finder = OverNginx(installation.url).login("finder", "a first password")
    changed = finder.post("/api/current-user/password", {"current_password": "a first password", "new_password": PASSWORD})
    assert changed.status == 200, changed
    mine = finder.get(path)
    assert [row["namespace"] for row in mine.json] == [other] and mine.headers["x-podload-total"] == "1"
    assert finder.get(f"{path}&namespace={space}").json == []


def test_without_the_right_to_watch_lists_are_read_each_time(world, space, plane, admin, installation):
    world.app(space, "web", 2)
    kinds = [("", ["pods", "services"], ["get", "list", "watch", "patch"]), ("discovery.k8s.io", ["endpointslices"], ["list", "watch"]),
             ("", ["nodes", "namespaces"], ["list"]), ("apps", ["deployments", "replicasets", "statefulsets", "daemonsets"], ["get", "list"])]
    account = plane.account("no-watch", [{"apiGroups": [group], "resources": resources, "verbs": verbs} for group, resources, verbs in kinds])
    installation.command("cluster", "add", "no-watch", "--kubeconfig", str(account))
    try:
        for _ in range(3):
            for path in (f"/api/no-watch/{space}/deployment/web/pods", f"/api/no-watch/{space}/workloads?type=deployment"):
                reply = admin.get(path)
                assert reply.status == 200 and "x-podload-as-of" not in reply.headers, reply
                assert len(reply.json) == (2 if path.endswith("pods") else 1)
    finally:
        installation.command("cluster", "remove", "no-watch")


def test_a_cluster_that_answers_no_more_is_not_shown_from_memory(unwell, hostile_cluster):
    failing = hostile_cluster("failing")
    client = unwell.client("admin", "admin123")
    path = "/api/failing/shop/pods"
    from_memory(client, path)
    failing.act(r"/pods\?", lambda handler: handler.send(b'{"kind":"Status","message":"no","code":500}', status=500))
    failing.cut_watches()
    wait_for(lambda: client.get(path).status == 503, 20, "an error")
    failing.acts = []
    from_memory(client, path)


def test_a_kubeconfig_that_sees_one_namespace(world, space, plane, installation, admin):
    """Its rights were cut down after it was registered. The lists of the namespace come from memory and follow the cluster, and so
    does the stream; another namespace is refused as before."""
    names = [pod["metadata"]["name"] for pod in world.app(space, "web", 3)]
    rules = [{"apiGroups": [group], "resources": resources, "verbs": ["get", "list", "watch", "patch"]}
             for group, resources in (("", ["pods", "services"]), ("discovery.k8s.io", ["endpointslices"]), ("apps", ["deployments", "replicasets", "statefulsets", "daemonsets"]))]
    account = f"narrow-{space}"
    everything = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    installation.command("cluster", "add", "narrow", "--kubeconfig", str(plane.account(account, everything)))
    plane.kubectl("delete", "clusterrolebinding", account)
    plane.account(account, rules, space)
    try:
        wait_for(lambda: admin.get(f"/api/narrow/{space}/pods").status == 200, 5, "the cluster")
        listed = lambda: {row["name"]: row for row in from_memory(admin, f"/api/narrow/{space}/pods").json}
        wait_for(lambda: {name: row["traffic"]["state"] for name, row in listed().items()} == dict.fromkeys(names, "receiving"), 20, "traffic")
        workload = from_memory(admin, f"/api/narrow/{space}/deployment/web/pods")
        assert {row["name"] for row in workload.json} == set(names)
        with EventStream(admin, f"/api/narrow/events?namespace={space}") as stream:
            stream.wait_for("reset")
            plane.kubectl("-n", space, "label", "pod", names[0], "load=done", "--overwrite")
            stream.wait_for("pods", lambda event: any(row["name"] == names[0] and row["load"] == "done" for row in event.data["changed"]))
        wait_for(lambda: listed()[names[0]]["traffic"]["state"] == "out", 10, "out")
        removed = admin.remove("narrow", space, names[1], query="?wait=proof", reason="look")
        assert removed.status == 200, removed
        wait_for(lambda: listed()[names[1]]["removal"]["outcome"] == "removed", 10, "the removal")
        refused = admin.get("/api/narrow/default/pods")
        assert refused.json["code"] == "kube_forbidden" and "x-podload-as-of" not in refused.headers, refused
    finally:
        installation.command("cluster", "remove", "narrow")
