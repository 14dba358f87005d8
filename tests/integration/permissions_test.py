"""Who may do what: every operation of the API, asked for by everyone, in every spelling of its address."""
import re
import uuid

import pytest

from lib.podload import PASSWORD, Client, OverSocket
from lib.wait import wait_for

CLUSTER = "real"

# What each operation needs. An operation that is not here is nobody's decision yet.
NEEDS = {
    "host.healthz": "public", "host.metrics": "public", "host.readyz": "public", "host.openapi": "public", "host.ui": "signed-in",
    "host.events": "admin", "host.events_retry": "admin", "host.events_drop": "admin",
    "auth.login": "public", "auth.logout": "signed-in", "auth.current_user": "signed-in", "auth.change_password": "signed-in",
    "auth.list_own_sessions": "signed-in", "auth.end_own_session": "signed-in", "auth.list_own_tokens": "signed-in",
    "auth.add_token": "signed-in", "auth.revoke_own_token": "signed-in", "auth.list_tokens": "admin", "auth.revoke_token": "admin",
    "auth.list_sessions": "admin", "auth.end_session": "admin", "auth.list_users": "admin", "auth.add_user": "admin",
    "auth.get_user": "admin", "auth.update_user": "admin", "auth.delete_user": "admin", "auth.end_sessions_of": "admin",
    "audit.list": "admin", "audit.export": "admin", "audit.actions": "admin",
    "cluster.list": "signed-in", "cluster.admin_list": "admin", "cluster.add": "admin", "cluster.admin_show": "admin",
    "cluster.update": "admin", "cluster.delete": "admin", "cluster.namespaces": "read",
    "objects.nodes": "read", "objects.services": "read", "objects.services_yaml": "read", "objects.configs": "read",
    "objects.configs_yaml": "read", "objects.storage": "read", "objects.storage_yaml": "read", "objects.workload_yaml": "read",
    "pod_load.workload_types": "read", "pod_load.workloads": "read", "pod_load.workload_pods": "read", "pod_load.pods": "read",
    "pod_load.find_pods": "read", "pod_load.events": "read",
    "pod_load.operation": "read", "pod_load.remove": "write", "pod_load.restore": "write",
}
# Asked for by one session about itself: not by a token.
OF_A_SESSION = {"auth.logout", "auth.change_password", "auth.list_own_sessions", "auth.end_own_session", "auth.list_own_tokens",
                "auth.add_token", "auth.revoke_own_token"}
# A body that fits, so that it is not the body that is refused.
BODIES = {"auth.change_password": {"current_password": "x", "new_password": "y"}, "auth.add_token": {"name": "more", "scope": "read", "current_password": PASSWORD}}
WHOLE_CLUSTER = {"objects.nodes"}
# The namespace is in the query, and counts as one in the path.
QUERIES = {"pod_load.events": "?namespace={namespace}"}
LEVELS = ["read", "write", "admin"]


class Asker:
    def __init__(self, client, level, cluster=True, namespace=True, token=False):
        self.client, self.level, self.cluster, self.namespace, self.token = client, level, cluster, namespace, token

    def expected(self, operation):
        """401, 403, or "through": whatever the handler then says."""
        needs = NEEDS[operation.id]
        if needs == "public":
            return "through"
        if self.level is None:
            return 401
        if needs == "signed-in":
            return 403 if self.token and operation.id in OF_A_SESSION else "through"
        if LEVELS.index(needs) > LEVELS.index(self.level):
            return 403
        if needs == "admin" or self.level == "admin" or "cluster" not in operation.names:
            return "through"
        if not self.cluster:
            return 403
        if not self.namespace and ("namespace" in operation.names or operation.id in WHOLE_CLUSTER or operation.id in QUERIES):
            return 403
        return "through"


@pytest.fixture(scope="module")
def place(world, plane, installation):
    """A namespace with something in it, and what stands for the parameters of addresses."""
    world.namespace("permitted")
    pod = world.app("permitted", "web", 3)[0]["metadata"]["name"]
    return {"cluster": CLUSTER, "namespace": "permitted", "type": "deployment", "name": "web", "pod": "no-such-pod",
            "kind": "service", "id": str(uuid.uuid4()), "session": str(uuid.uuid4()), "token": str(uuid.uuid4()),
            "username": "nobody-here", "the_pod": pod}


@pytest.fixture(scope="module")
def askers(installation, daemons, admin, world):
    socket = daemons("first").socket
    world.namespace("elsewhere")
    made = {"nobody": Asker(OverSocket(socket), None)}
    installation.command("cluster", "add", "far", "--kubeconfig", str(installation.clusters[CLUSTER]))

    wait_for(lambda: any(row["name"] == "far" for row in admin.get("/api/clusters").json), 2, "the cluster far")

    def user(name, permissions):
        reply = admin.post("/api/admin/users", {"username": name, "password": "a first password", "permissions": permissions})
        assert reply.status == 200, reply
        client = OverSocket(socket).login(name, "a first password")
        changed = client.post("/api/current-user/password", {"current_password": "a first password", "new_password": PASSWORD})
        assert changed.status == 200, changed
        return client

    everywhere = {"all_clusters": True}
    made["reader"] = Asker(user("p-reader", {"read": True, **everywhere}), "read")
    made["writer"] = Asker(user("p-writer", {"write": True, **everywhere}), "write")
    made["administrator"] = Asker(user("p-admin", {"admin": True}), "admin")
    made["listed elsewhere"] = Asker(user("p-far", {"write": True, "clusters": ["far"]}), "write", cluster=False)
    made["namespace elsewhere"] = Asker(
        user("p-space", {"write": True, "clusters": [{"name": CLUSTER, "namespaces": ["elsewhere"]}]}), "write", namespace=False)
    made["expired"] = Asker(user("p-old", {"admin": True}), None)
    installation.sql("update auth.sessions set last_seen = now() - interval '601 seconds'"
                     " where user_id = (select id from auth.users where username = 'p-old')")
    made["revoked"] = Asker(user("p-revoked", {"admin": True}), None)
    assert admin.call("DELETE", "/api/admin/users/p-revoked/sessions").status == 200

    owner = user("p-owner", {"admin": True})
    for scope in ("read", "write"):
        reply = owner.post("/api/current-user/tokens", {"name": scope, "scope": scope, "current_password": PASSWORD})
        assert reply.status == 200, reply
        client = OverSocket(socket)
        client.token = reply.json["token"]
        made[f"token that may {scope}"] = Asker(client, scope, token=True)
    yield made
    installation.command("cluster", "remove", "far")


def address(operation, place):
    # What administers a cluster or ends something is asked of one that is not there.
    named = {**place, "cluster": "none"} if operation.path.startswith("/api/admin/") else place
    return re.sub(r"{(\w+)}", lambda found: named[found[1]], operation.path)


SPELLINGS = {
    "plain": lambda path: path,
    "encoded": lambda path: re.sub(r"/([a-z])", lambda found: f"/%{ord(found[1]):02x}", path),
    "mixed case": lambda path: path[:2] + path[2:3].upper() + path[3:],
    "trailing slash": lambda path: path + "/",
}


def test_every_operation_is_decided(installation, askers):
    assert {one.id: one.permission for one in Client.contract.operations} == NEEDS


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_table(askers, place, spelling):
    wrong, asked = [], 0
    for who, asker in askers.items():
        for operation in Client.contract.operations:
            if operation.id == "auth.logout" and asker.level and not asker.token and spelling in ("plain", "encoded"):
                continue  # it would end the asker; what it needs is seen by the others
            takes_body = "requestBody" in operation.row
            body = (BODIES.get(operation.id, {}) if asker.token else {}) if takes_body else None
            path = SPELLINGS[spelling](address(operation, place)) + QUERIES.get(operation.id, "").format(**place)
            kept = asker.client.cookie
            reply = asker.client.call(operation.method, path, body)
            asker.client.cookie = kept
            expected = asker.expected(operation)
            if spelling == "mixed case":
                fits = reply.status == 404 and reply.json["code"] == "not_found"
            elif spelling == "trailing slash":
                fits = reply.status == 400 and reply.json["code"] == "bad_path"
            elif expected == "through":
                fits = reply.status not in (401, 403, 500) or (operation.id == "auth.login" and reply.status == 422)
            else:
                fits = reply.status == expected
            asked += 1
            if not fits:
                wrong.append(f"{who}: {operation.method} {path}: {reply.status} instead of {expected}: {reply.text[:150]}")
    assert not wrong, "\n".join(wrong)
    assert asked >= len(NEEDS) * (len(askers) - 1)


def test_a_token_narrowed_to_a_namespace(askers, place, world):
    """A token's own clusters and namespaces, and never more than its owner has at that moment."""
    owner = askers["writer"].client
    reply = owner.post("/api/current-user/tokens", {"name": "narrow", "scope": "write", "current_password": PASSWORD, "clusters": [{"name": CLUSTER, "namespaces": ["elsewhere"]}]})
    assert reply.status == 200, reply
    narrow = OverSocket(owner.socket)
    narrow.token = reply.json["token"]
    assert narrow.get(f"/api/{CLUSTER}/elsewhere/pods").status == 200
    assert narrow.get(f"/api/{CLUSTER}/permitted/pods").status == 403
    assert narrow.get(f"/api/{CLUSTER}/nodes").status == 403
    assert narrow.get("/api/far/elsewhere/pods").status == 403
    assert narrow.get("/api/admin/users").status == 403


@pytest.fixture(scope="module")
def prober(installation, admin, daemons):
    """Somebody who may read one cluster, and asks for others."""
    installation.command("cluster", "add", "near", "--kubeconfig", str(installation.clusters[CLUSTER]))
    wait_for(lambda: any(row["name"] == "near" for row in admin.get("/api/clusters").json), 2, "the cluster near")
    installation.user("p-prober")
    assert admin.call("PUT", "/api/admin/users/p-prober", {"permissions": {"read": True, "clusters": ["near"]}}).status == 200
    yield OverSocket(daemons("first").socket).login("p-prober", PASSWORD)
    installation.command("cluster", "remove", "near")


def denied(installation):
    return installation.sql("select coalesce(cluster, ''), coalesce(resource, '') from audit.rows where username = 'p-prober' and outcome = 'denied' order by id")


def test_reads_that_were_denied_are_rows_and_their_repeats_are_counted(prober, installation, place):
    """Whatever the cluster is called, known or not: one row, and it is short."""
    before = len(denied(installation))
    for number in range(60):
        name = CLUSTER if number % 2 else f"no-such-{number}"
        assert prober.get(f"/api/{name}/permitted/workloads").status == 403
    assert len(denied(installation)) - before == 1
    assert prober.get(f"/api/{'x' * 8000}/permitted/services").status == 422  # no cluster is called so: nobody was denied anything
    assert len(denied(installation)) - before == 1
    assert max(len(resource) for _, resource in denied(installation)) <= 301


def test_a_cluster_that_one_may_not_see_is_as_one_that_is_not_there(prober, place):
    def answer(name):
        reply = prober.get(f"/api/{name}/permitted/pods")
        return reply.status, reply.json["code"], reply.json["message"].replace(name, "NAME")
    assert answer(CLUSTER) == answer("no-such-cluster")
    assert answer(CLUSTER)[0] == 403
