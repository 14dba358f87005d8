"""A chat that no code knows: a row in the folder of a plugin, as an operator installs it."""
import base64
import hashlib
import hmac
import json
import shutil

import pytest
from lib.plugin_folder import Plugins
from lib.receiver import Receiver
from lib.wait import wait_for

CLUSTER = "real"
PAGER = {
    "name": "pager", "title": {"en": "Pager", "zh-CN": "寻呼"}, "body": {"kind": "note", "blocks": [{"type": "plain"}], "silent": False},
    "put": {"text": "/blocks/0/text", "id": "/key"}, "most_bytes": 900, "escape": [["@", "(at)"]], "pace_ms": 0, "merges": False,
    "sign": {"body": {"unit": "seconds", "key": "timestamp-and-secret", "over": "nothing", "timestamp": "/auth/at", "signature": "/auth/mac"}},
    "answer": {"status": 202, "member": "/result/ok", "equals": True, "refused": ["no_room"]}}
NEEDS = {"needs": {"notify": ">=1.0"}}


def separate(*rows):
    """Rows that share nothing, which YAML would print as an alias."""
    return json.loads(json.dumps(rows))


@pytest.fixture
def plugins(installation, folder, request):
    made = Plugins(installation, folder / request.node.name[:40], installation.command("version").stdout.splitlines()[1])
    yield made
    shutil.rmtree(made.folder)


@pytest.fixture
def receiver(folder, request):
    made = Receiver(folder / f"{request.node.name[:30]}-receiver")
    yield made
    made.stop()


def environment(plugins, receiver, *more):
    return {"PODLOAD_EXTRA_PLUGIN_DIR": str(plugins.folder), "PODLOAD_PLUGINS": json.dumps(["audit", "auth", "cluster", "pod-load", "notify", *more]),
            "PODLOAD_NOTIFY_CA_FILE": str(receiver.authority), "PODLOAD_NOTIFY_ANY_ADDRESS_HOSTS": '["localhost"]', "PODLOAD_EVENT_ATTEMPTS": "2"}


def test_a_row_in_a_folder_is_a_chat(world, space, plugins, receiver, installation, daemons):
    plugins.add("pager-chat", chats=[PAGER], **NEEDS)
    given = environment(plugins, receiver, "pager-chat")
    installation.migrate(**given)
    daemon = daemons("pager", **given)
    client = daemon.client()
    formats = client.get("/api/admin/webhook-formats").json
    assert [one["name"] for one in formats] == ["dingtalk", "wecom", "feishu", "slack", "json", "pager"]
    assert formats[-1] == {"name": "pager", "title": "Pager", "signs": True}
    assert client.get("/api/admin/webhook-formats", language="zh-CN").json[-1]["title"] == "寻呼"

    receiver.answers["/room"] = (202, '{"result": {"ok": true}}')
    wish = {"name": "on call", "format": "pager", "url": f"{receiver.url}/room", "secret": "k3y", "events": ["operation.settled"], "language": "en"}
    made = client.post("/api/admin/webhooks", wish)
    assert made.status == 200, made
    test = f"/api/admin/webhooks/{made.json['id']}/test"
    assert client.post(test).status == 200

    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    reason = 'it "leaks"\\ @all {"a": 1}'
    assert client.remove(CLUSTER, space, pod, query="?wait=proof", reason=reason).status == 200
    got = wait_for(lambda: next((one for one in receiver.at("/room") if pod in one["bytes"].decode()), None), 15, "the message")
    body = got["body"]
    auth = body.pop("auth")
    key = f"{auth['at']}\nk3y".encode()
    assert auth["mac"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    text = body["blocks"][0].pop("text")
    assert body.pop("key") and body == {"kind": "note", "blocks": [{"type": "plain"}], "silent": False}
    assert 'Reason: it "leaks"\\ (at)all {"a": 1}' in text and "@" not in text
    assert got["headers"]["content-type"] == "application/json; charset=utf-8"

    # What an answer means is the row's affair too.
    for answer in ((200, '{"result": {"ok": true}}'), (202, '{"result": {"ok": false}}'), (202, '{"result": [1]}'), (202, '{"result": {"ok": "no_room"}}')):
        receiver.answers["/room"] = answer
        failed = client.post(test)
        assert (failed.status, failed.json["code"]) == (502, "webhook_failed"), (answer, failed)
    unknown = client.post("/api/admin/webhooks", {**wish, "name": "other", "format": "telegram"})
    assert (unknown.status, unknown.json["code"]) == (422, "unknown_webhook_format") and "pager" in unknown.json["message"]

    # The plugin is gone: its webhooks say so, and the others work.
    assert daemon.stop() == 0
    without = daemons("pager-gone", **environment(plugins, receiver))
    client = without.client()
    failed = client.post(test)
    assert failed.status == 502 and "«pager»" in failed.json["message"], failed
    assert client.call("DELETE", f"/api/admin/webhooks/{made.json['id']}").status == 200
    assert without.stop() == 0


def test_bad_rows_are_all_named_by_plugin_check(plugins, installation):
    bad = [{**PAGER, "name": "Pager 1"}, {**PAGER, "put": {"id": "/key"}}, {**PAGER, "put": {"text": "content"}}, {**PAGER, "most_bytes": 5},
           {**PAGER, "sign": {"query": {"unit": "hours"}}}, {**PAGER, "sign": {"body": PAGER["sign"]["body"], "standard_webhooks": True}},
           {**PAGER, "answer": {"member": "/ok"}}, {**PAGER, "answer": {"refused": [1]}}, {**PAGER, "colour": "red"}, {**PAGER, "escape": [["@"]]},
           {**PAGER, "content_type": "text/plain\nX-Evil: 1"}]
    made = plugins.add("bad-chat", chats=separate(PAGER, *bad), **NEEDS)
    said = installation.command("plugin", "check", str(made), check=False, LC_ALL="C")
    assert said.returncode == 1
    named = {int(line.split("chats: row ")[1].split(":")[0]) for line in said.stdout.splitlines() if "chats: row " in line}
    assert named == set(range(2, 2 + len(bad))), said.stdout


def test_a_pointer_that_leads_nowhere_takes_no_other_chat_away(plugins, receiver, installation, daemons):
    plugins.add("half-chat", chats=separate({**PAGER, "put": {"text": "/kind/text"}}, {**PAGER, "name": "slack"}, {**PAGER, "name": "good"}), **NEEDS)
    given = environment(plugins, receiver, "half-chat")
    installation.migrate(**given)
    daemon = daemons("half-chat", **given)
    client = daemon.client()
    assert [one["name"] for one in client.get("/api/admin/webhook-formats").json] == ["dingtalk", "wecom", "feishu", "slack", "json", "good"]
    ready = client.get("/readyz").json
    warning = ready["warnings"]["notify"]["bad_chat"]
    assert "half-chat" in warning and "/kind/text" in warning and "another row has its name" in warning and ready["ready"]
    assert daemon.stop() == 0
