"""Admission webhooks that other tools bring: every way in which one answers an update of a Pod, and what podload makes
of it. What the cluster has is read from its API, the record with SQL. Nothing may say "out" of a Pod that is in, or
"nothing was changed" of one that is out."""
import json
import threading
import time
from dataclasses import dataclass

import pytest
from lib import admission
from lib.admission import CANARY, deny, slow
from lib.kube_api import KubeError
from lib.podload import OverSocket
from lib.wait import wait_for

CLUSTER = "real"
SETTLED_WITHIN = 90
CHANGED = {"removed", "removed_still_routed", "applied_unverified", "already_not_serving", "restored", "restored_not_ready"}
UNCHANGED = {"refused", "failed", "not_applied"}


@dataclass
class Mode:
    name: str
    how: dict              # of AdmissionWebhook.install
    code: str = ""         # of the refusal; empty: it goes through
    says: str = ""         # what the refusal quotes
    rehearsed: str = ""    # the code of a dry run, where that differs


DENIED = "change window is closed"
MODES = [
    Mode("allow", {"answer": admission.allow}),
    Mode("keeps the label", {"answer": admission.keep_load}, "label_kept"),
    *[Mode(f"denies, {code}", {"answer": deny(code)}, "patch_refused", DENIED) for code in (400, 401, 403, 404, 409, 410, 422, 429, 500, 503)],
    Mode("away, Fail", {"away": True}, "webhook_unavailable", "failed calling webhook"),
    Mode("away, Ignore", {"away": True, "policy": "Ignore"}),
    Mode("too slow, Fail", {"answer": slow(30), "seconds": 2}, "webhook_unavailable", "failed calling webhook"),
    Mode("10 s slow, Ignore", {"answer": slow(60), "seconds": 10, "policy": "Ignore"}),
    Mode("changes the spec", {"answer": admission.change_spec}, "webhook_changes_spec"),
    Mode("no dry run", {"answer": admission.allow, "dry_run": False}, rehearsed="warned"),
    Mode("U+0000 in its text", {"answer": deny(403, "policy\0 says no")}, "patch_refused", "says no"),
    Mode("200 kB of text", {"answer": deny(403, "策略拒绝。" * 14000)}, "patch_refused", "策略拒绝"),
]
IDS = [mode.name.replace(" ", "-") for mode in MODES]


def names(pods):
    return [pod["metadata"]["name"] for pod in pods]


def marks(plane, space, pod):
    """The label, and podload's annotations without the fence's."""
    metadata = plane.api.pod(space, pod)["metadata"]
    return metadata["labels"]["load"], sorted(key for key in metadata.get("annotations", {})
                                              if key.startswith("podload.io/") and key != "podload.io/fence")


def record(installation, space, pod, kind):
    """Outcome, seconds until it was settled, what the log says of it, and all text that was kept of it."""
    rows = installation.sql(f"select id, coalesce(outcome, ''), coalesce(extract(epoch from settled_at - created_at), -1), details::text "
                            f"from pod_load.operations where namespace = '{space}' and pod = '{pod}' and kind = '{kind}' order by place desc limit 1")
    operation, outcome, seconds, details = rows[0]
    logged = installation.sql(f"select phase, coalesce(outcome, ''), details::text from audit.rows where operation = '{operation}' order by id")
    return operation, outcome, float(seconds), logged, details


def holds_true(plane, installation, space, pod, kind, mode, table, said):
    """Waits until the last operation is settled; then its record agrees with what the cluster has."""
    wait_for(lambda: record(installation, space, pod, kind)[1], SETTLED_WITHIN, f"{mode.name}: {kind} settled")
    operation, outcome, seconds, logged, details = record(installation, space, pod, kind)
    label, annotations = marks(plane, space, pod)
    table.append((mode.name, kind, said, outcome, label, f"{seconds:.1f} s"))
    asked = "done" if kind == "remove" else "online"
    if label == asked:
        assert outcome not in UNCHANGED, "it says that nothing was changed"
    else:
        assert outcome not in CHANGED, "it says that the label was set"
        assert "after" not in json.loads(logged[-1][2])
    assert bool(annotations) == (label == "done"), "podload's marks do not agree with the label"
    assert seconds <= SETTLED_WITHIN
    assert [row[0] for row in logged] == ["attempt", "outcome"] and logged[-1][1] == outcome
    kept = details + "".join(row[2] for row in logged)
    assert CANARY not in kept and "\\u0000" not in kept and len(kept) < 8000
    return operation, outcome


@pytest.fixture(params=MODES, ids=IDS)
def mode(request):
    return request.param


@pytest.fixture
def hooked(world, space, webhook):
    """Installs a mode on the test's namespace, and waits until the API server goes by it."""
    def install(mode):
        webhook.install(space, **mode.how)
        in_force(webhook, space, mode)
    yield install
    webhook.remove(space)


def in_force(webhook, space, mode):
    """The API server watches the configurations; a Pod of no Service shows when it has this one."""
    api, path = webhook.api, f"/api/v1/namespaces/{space}/pods/probe"
    asked = []
    answer = webhook.answers[space]
    webhook.answers[space] = lambda stop, request: asked.append(True) or {"allowed": True}

    def is_there():  # the API server's own update of a Pod that is made comes here too
        try:
            return api.pod(space, "probe")
        except KubeError:
            api.apply(path.rsplit("/", 1)[0], {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe", "labels": {"load": "none"}},
                                               "spec": {"containers": [{"name": "main", "image": "x"}]}})
    wait_for(is_there, 20, "the Pod that shows it")
    if mode.how.get("away"):
        began = time.monotonic()

        def shows():
            try:
                api.patch(path, {"metadata": {"annotations": {"n": str(time.monotonic())}}})
            except KubeError as error:
                return "failed calling webhook" in str(error)
            return mode.how.get("policy") == "Ignore" and time.monotonic() - began > 2  # then nothing shows it
        wait_for(shows, 20, "the webhook's configuration in force")
        return

    def reached():
        api.patch(path, {"metadata": {"annotations": {"n": str(time.monotonic())}}})
        return asked
    wait_for(reached, 20, "the webhook's configuration in force")
    webhook.answers[space] = answer


def said_of(reply):
    return f"{reply.status} {reply.json.get('code') or reply.json['operation']['state']}"


def check_reply(reply, mode):
    text = reply.json["message"]
    if not mode.code:
        assert reply.status == 200, reply
        return
    assert reply.json["code"] == mode.code, reply
    assert mode.says in text and CANARY not in text and "\0" not in text and len(text) < 1000


def test_removal_restore_and_rehearsal(world, space, plane, installation, admin, hooked, webhook, mode, table):
    pods = names(world.app(space, "web", 3))
    assert admin.remove(CLUSTER, space, pods[1], "?wait=proof").status == 200  # the one to be put back
    hooked(mode)

    reply = admin.remove(CLUSTER, space, pods[0], "?dry_run=true")
    if mode.rehearsed == "warned":
        assert reply.status == 200 and [row["code"] for row in reply.json["operation"]["warnings"]] == ["rehearsal_unsupported"], reply
    else:
        check_reply(reply, mode)
    assert marks(plane, space, pods[0]) == ("online", [])

    began = time.monotonic()
    reply = admin.remove(CLUSTER, space, pods[0], "?wait=proof")
    took = time.monotonic() - began
    check_reply(reply, mode)
    operation, _ = holds_true(plane, installation, space, pods[0], "remove", mode, table, f"{said_of(reply)} in {took:.1f} s")
    shown = admin.get(f"/api/{CLUSTER}/{space}/operations/{operation}").json
    assert CANARY not in str(shown) and (shown["outcome"] in UNCHANGED) == bool(mode.code), shown

    reply = admin.restore(CLUSTER, space, pods[1], "?dry_run=true")
    assert mode.rehearsed or bool(mode.code) == (reply.status != 200), reply
    reply = admin.restore(CLUSTER, space, pods[1], "?wait=proof")
    check_reply(reply, mode)
    holds_true(plane, installation, space, pods[1], "restore", mode, table, said_of(reply))

    # When the cluster lets it, a removal works, and what was kept out can be put back: the record was not lost.
    webhook.remove(space)
    webhook.install(space)
    if marks(plane, space, pods[1])[0] == "done":
        wait_for(lambda: admin.restore(CLUSTER, space, pods[1], "?wait=proof").status == 200, 20, "the restore that was kept")


def test_settling_after_a_kill(world, plane, installation, daemons, webhook, table):
    """A daemon is killed when its PATCH was answered and nothing was recorded: in every mode at once, each in a
    namespace of its own, another daemon settles it."""
    watcher = daemons("second")
    spaces = {}
    for number, mode in enumerate(MODES):
        space = spaces[mode.name] = f"killed-{number}"
        world.namespace(space)
        world.workload("Deployment", space, "web", 3)
        world.service(space, "web")
    pods = {mode.name: names(world.serving(spaces[mode.name], "web", 3)) for mode in MODES}
    for mode in MODES:
        assert watcher.client().remove(CLUSTER, spaces[mode.name], pods[mode.name][1], "?wait=proof").status == 200

    def kill(mode, action, pod):
        space = spaces[mode.name]
        victim = daemons(f"victim-{space}-{action}")
        client = OverSocket(victim.socket).login()
        victim.arm("after_patch", "kill")
        try:
            client.change(action, CLUSTER, space, pod)
        except OSError:
            pass
        wait_for(lambda: victim.process.poll() is not None, 60, f"{mode.name}: the daemon ended at its PATCH")

    def run(mode):
        space = spaces[mode.name]
        webhook.install(space, **mode.how)
        in_force(webhook, space, mode)
        kill(mode, "remove-load", pods[mode.name][0])
        kill(mode, "restore-traffic", pods[mode.name][1])

    threads = [threading.Thread(target=run, args=(mode,)) for mode in MODES]
    for group in (threads[i:i + 4] for i in range(0, len(threads), 4)):  # two cores
        for thread in group:
            thread.start()
        for thread in group:
            thread.join()
    # The leases need not be waited for here; how long the API server may work on a PATCH is.
    installation.sql("update pod_load.operations set lease_until = now() where outcome is null")
    for mode in MODES:
        for kind, pod in (("remove", pods[mode.name][0]), ("restore", pods[mode.name][1])):
            holds_true(plane, installation, spaces[mode.name], pod, kind, mode, table, "killed")
        webhook.remove(spaces[mode.name])


def test_a_sibling_is_told_of_an_unsettled_removal(world, space, plane, installation, daemons, webhook, hooked, admin):
    """While a removal's answer is awaited, the others are refused as such, and the operation says what it waits for."""
    pods = names(world.app(space, "web", 2))
    hooked(Mode("slow", {"answer": slow(6), "seconds": 10}))
    replies = []
    client = daemons("first").client()
    asking = threading.Thread(target=lambda: replies.append(client.remove(CLUSTER, space, pods[0], "?wait=proof")))
    asking.start()
    sent = wait_for(lambda: installation.sql(f"select id from pod_load.operations where namespace = '{space}' and sent_at is not null"), 20, "it is sent")
    shown = admin.get(f"/api/{CLUSTER}/{space}/operations/{sent[0][0]}").json
    assert (shown["state"], shown["waiting_for"]) == ("open", "api_server") and "not answered yet" in shown["message"], shown
    reply = admin.remove(CLUSTER, space, pods[1])
    assert reply.json["code"] == "removals_under_way" and pods[0] in reply.json["message"], reply
    dry = admin.remove(CLUSTER, space, pods[1], "?dry_run=true")
    assert dry.json["code"] == "removals_under_way", dry  # a rehearsal counts them too
    asking.join()
    assert replies[0].json["operation"]["outcome"] == "removed", replies[0]


def test_slow_webhooks_of_one_namespace_do_not_delay_another(world, space, plane, webhook, hooked, daemons, admin):
    pods = names(world.app(space, "web", 9))
    other = f"{space}-other"
    world.namespace(other)
    other_pods = names(world.app(other, "web", 3))
    hooked(Mode("slow", {"answer": slow(8), "seconds": 10}))
    client = daemons("first").client()
    asking = [threading.Thread(target=client.remove, args=(CLUSTER, space, pod)) for pod in pods[:8]]
    for thread in asking:
        thread.start()
    began = time.monotonic()
    reply = client.remove(CLUSTER, other, other_pods[0], "?wait=proof")
    took = time.monotonic() - began
    for thread in asking:
        thread.join()
    assert reply.json["operation"]["outcome"] == "removed" and took < 5, (reply, took)
