"""Events, from the change that they tell of to a webhook's receiver: signed, filtered, tried again, given up."""
import base64
import hashlib
import hmac
import json
import re
import signal
import threading
import time
import urllib.parse

import pytest

from lib.podload import OverSocket
from lib.receiver import Receiver
from lib.wait import wait_for

CLUSTER = "real"
PLUGINS = ["audit", "auth", "cluster", "pod-load", "notify"]


def digest(key, text):
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


@pytest.fixture(scope="module")
def receiver(folder):
    made = Receiver(folder / "receiver")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def environment(receiver):
    return {"PODLOAD_PLUGINS": json.dumps(PLUGINS), "PODLOAD_NOTIFY_CA_FILE": str(receiver.authority), "PODLOAD_EVENT_ATTEMPTS": "2",
            "PODLOAD_NOTIFY_ANY_ADDRESS_HOSTS": '["localhost", "127.0.0.2"]', "PODLOAD_NOTIFY_PLAIN_HTTP_HOSTS": '["127.0.0.2"]'}


@pytest.fixture(scope="module")
def daemon(installation, daemons, environment):
    installation.migrate(**environment)
    return daemons("notifier", **environment)


@pytest.fixture
def client(daemon):
    client = daemon.client()
    yield client
    for row in client.get("/api/admin/webhooks").json:
        assert client.call("DELETE", f"/api/admin/webhooks/{row['id']}").status == 200
    client.call("DELETE", "/api/admin/events")


def add(client, receiver, name, **changed):
    wish = {"name": name, "format": "json", "url": f"{receiver.url}/{name}", "events": ["operation.settled"], "language": "en", **changed}
    reply = client.post("/api/admin/webhooks", wish)
    assert reply.status == 200, reply
    return reply.json


def test_each_kind_of_receiver_is_told_and_can_check_the_signature(world, space, receiver, client):
    for format in ("dingtalk", "wecom", "feishu", "slack", "json"):
        query = "?access_token=t" if format == "dingtalk" else ""
        add(client, receiver, f"every-{format}", format=format, secret="SECabc", url=f"{receiver.url}/every-{format}{query}",
            language="zh-CN" if format == "feishu" else "en", events=["operation.started", "operation.settled"])
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    operation = client.remove(CLUSTER, space, pod, reason="it <leaks> & drips").json["operation"]["id"]
    client.settled(CLUSTER, space, operation)

    def settled(format):
        done = "已踢出" if format == "feishu" else "Out"
        return next((one for one in receiver.at(f"/every-{format}") if done in json.dumps(one["body"], ensure_ascii=False)
                     or one["body"].get("type") == "operation.settled"), None)
    got = {format: wait_for(lambda format=format: settled(format), 15, f"{format} told") for format in ("dingtalk", "wecom", "feishu", "slack", "json")}

    ding = dict(urllib.parse.parse_qsl(got["dingtalk"]["query"]))
    assert ding["access_token"] == "t" and ding["sign"] == digest("SECabc", ding["timestamp"] + "\nSECabc")
    assert f"removal of {pod} by admin ({CLUSTER}/{space})" in got["dingtalk"]["body"]["text"]["content"]
    assert "Reason: it <leaks> & drips" in got["wecom"]["body"]["text"]["content"]
    feishu = got["feishu"]["body"]
    assert feishu["sign"] == digest(feishu["timestamp"] + "\nSECabc", "") and "踢出" in feishu["content"]["text"] and "原因：it ＜leaks>" in feishu["content"]["text"]
    assert "it &lt;leaks&gt; &amp; drips" in got["slack"]["body"]["text"]
    plain = got["json"]
    assert plain["body"]["type"] == "operation.settled" and plain["body"]["data"]["operation"] == operation and plain["body"]["data"]["outcome"] == "removed"
    signed = f"{plain['headers']['webhook-id']}.{plain['headers']['webhook-timestamp']}." + plain["bytes"].decode()
    assert plain["headers"]["webhook-signature"] == "v1," + digest("SECabc", signed)
    # Each was told each event once: nothing failed.
    wait_for(lambda: client.get("/api/admin/events").json["waiting"] == 0, 10, "all told")
    assert len(receiver.at("/every-json")) == 2 and {one["body"]["type"] for one in receiver.at("/every-json")} == {"operation.started", "operation.settled"}


def test_a_webhook_is_told_what_it_wants_only(world, space, receiver, client):
    add(client, receiver, "started-only", events=["operation.started"])
    add(client, receiver, "no-cluster", clusters=[])
    add(client, receiver, "off", enabled=False)
    add(client, receiver, "this-cluster", clusters=[CLUSTER])
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    client.settled(CLUSTER, space, client.remove(CLUSTER, space, pod).json["operation"]["id"])
    wait_for(lambda: receiver.at("/this-cluster"), 10, "the one that wants it")
    wait_for(lambda: client.get("/api/admin/events").json["waiting"] == 0, 10, "all told")
    assert [one["body"]["type"] for one in receiver.at("/started-only")] == ["operation.started"]
    assert not receiver.at("/no-cluster") and not receiver.at("/off")


def test_plain_http_where_podload_yaml_names_the_host(world, space, folder, client):
    relay = Receiver(folder / "relay", tls=False)
    try:
        add(client, relay, "relay")
        pod = world.app(space, "web", 2)[0]["metadata"]["name"]
        client.settled(CLUSTER, space, client.remove(CLUSTER, space, pod).json["operation"]["id"])
        assert wait_for(lambda: relay.at("/relay"), 10, "told over plain HTTP")[0]["body"]["data"]["outcome"] == "removed"
        wish = {"name": "other", "format": "json", "url": "http://localhost:1/x", "events": ["operation.settled"]}
        reply = client.post("/api/admin/webhooks", wish)
        assert (reply.status, reply.json["code"]) == (422, "webhook_needs_tls"), reply
    finally:
        relay.stop()


def test_a_change_that_is_undone_is_not_told(world, space, receiver, client):
    """A refused removal has started and settled; one that is not even reserved has nothing to tell."""
    add(client, receiver, "undone", events=["operation.started", "operation.settled"])
    reply = client.remove(CLUSTER, space, "no-such-pod")
    assert reply.status == 404
    wait_for(lambda: len(receiver.at("/undone")) == 2, 10, "its start and its end")
    reply = client.post(f"/api/nowhere/{space}/pods/x/remove-load")
    assert reply.status == 404
    wait_for(lambda: client.get("/api/admin/events").json["waiting"] == 0, 10, "all told")
    assert len(receiver.at("/undone")) == 2


def test_what_fails_is_tried_again_then_given_up_then_tried_by_hand(world, space, receiver, client, installation):
    failing = add(client, receiver, "failing")
    add(client, receiver, "fine")
    receiver.answers["/failing"] = (500, "out of order")
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    client.settled(CLUSTER, space, client.remove(CLUSTER, space, pod).json["operation"]["id"])
    events = wait_for(lambda: (shown := client.get("/api/admin/events").json)["given_up"] and shown, 20, "given up")
    assert len(receiver.at("/failing")) == 2 and len(receiver.at("/fine")) == 1
    row = events["failing"][0]
    assert row["plugin"] == "notify" and row["given_up"] and row["attempts"] == 2 and "out of order" in row["error"]
    shown = [one for one in client.get("/api/admin/webhooks").json if one["id"] == failing["id"]][0]
    assert "HTTP 500" in shown["error"] and shown["tried_at"]
    del receiver.answers["/failing"]

    def rows_of_retries():
        return int(installation.sql("select count(*) from audit.rows where action = 'retry_events' and outcome = 'ok'")[0][0])
    before = rows_of_retries()
    reply = client.post("/api/admin/events/retry")
    assert reply.status == 200 and reply.json["message"] == "Events being retried: 1."
    wait_for(lambda: len(receiver.at("/failing")) == 3, 10, "told in the end")
    ids = {one["headers"]["webhook-id"] for one in receiver.at("/failing")}
    assert len(ids) == 1, "the same message has the same id"
    assert rows_of_retries() == before + 1


def test_what_a_killed_daemon_was_telling_is_told_by_another(world, space, receiver, daemon, daemons, environment, client, installation):
    """Killed while the receiver has the message and has not answered: due again when its minute is over (here: by SQL)."""
    add(client, receiver, "twice")
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    mortal = daemons("mortal", **environment)
    theirs = mortal.client()
    answered = receiver.held["/twice"] = threading.Event()
    daemon.process.send_signal(signal.SIGSTOP)  # so that the other one takes it
    try:
        theirs.remove(CLUSTER, space, pod)
        wait_for(lambda: receiver.at("/twice"), 15, "the message under way")
        mortal.stop(signal.SIGKILL)
    finally:
        daemon.process.send_signal(signal.SIGCONT)
        del receiver.held["/twice"]
        answered.set()
    assert client.get("/api/admin/events").json["waiting"] == 1
    assert len(receiver.at("/twice")) == 1
    installation.sql("update podload.queues set due_at = clock_timestamp()")
    wait_for(lambda: len(receiver.at("/twice")) == 2, 10, "another daemon told it")
    wait_for(lambda: client.get("/api/admin/events").json["waiting"] == 0, 10, "all told")
    first, second = receiver.at("/twice")
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"] and first["body"]["data"] == second["body"]["data"]


class Chat:
    """Takes so many messages a minute, then none until it was left alone for a minute. Time passes as it is told to."""

    def __init__(self, installation, a_minute):
        self.installation, self.a_minute = installation, a_minute
        self.passed, self.banned_until = 0.0, 0.0
        self.tries, self.texts = [], []

    def now(self):
        return time.monotonic() + self.passed

    def pass_time(self, seconds):
        self.passed += seconds
        self.installation.sql(f"update podload.queues set due_at = due_at - interval '{seconds} seconds'")

    def answer(self, request):
        now = self.now()
        self.tries.append(now)
        if now < self.banned_until or sum(at > now - 60 for at in self.tries) > self.a_minute:
            self.banned_until = now + 60
            return 200, '{"errcode": 45009, "errmsg": "api freq out of limit"}'
        self.texts.append(request["body"]["text"]["content"])
        return 200, '{"errcode": 0}'


def test_a_chat_that_bans_gets_all_in_order_and_nobody_else_waits(world, space, receiver, client, installation):
    chat = Chat(installation, 1)
    receiver.answers["/banning"] = chat.answer
    both = ["operation.started", "operation.settled"]
    add(client, receiver, "banning", format="wecom", events=both)
    add(client, receiver, "beside", events=both)
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    for turn in range(8):
        move = client.restore if turn % 2 else client.remove
        client.settled(CLUSTER, space, move(CLUSTER, space, pod, reason=f"turn {turn}").json["operation"]["id"])
    wanted = [(turn, word) for turn in range(8) for word in both]
    wait_for(lambda: len(receiver.at("/beside")) == 16, 10, "all at the other one")
    assert [(int(one["body"]["data"]["reason"][5:]), one["body"]["type"]) for one in receiver.at("/beside")] == wanted
    assert client.get("/api/admin/events").json["waiting"] > 0, "the chat takes one message a minute"

    def all_told():
        chat.pass_time(2)
        return client.get("/api/admin/events").json["waiting"] == 0
    wait_for(all_told, 60, "all at the chat that bans")
    told = [int(turn) for turn in re.findall(r"turn (\d)", "\n".join(chat.texts))]
    assert told == [turn for turn, _ in wanted], chat.texts
    events = [line for text in chat.texts for line in text.split("\n\n")]
    assert ["removal of" in one or "restore of" in one for one in events] == [False, True] * 8, events
    assert all(sum(at <= other < at + 60 for other in chat.tries) <= 4 for at in chat.tries) and len(chat.tries) < 12, chat.tries
    assert chat.banned_until and client.get("/api/admin/events").json["given_up"] == 0


def test_what_can_never_be_taken_is_given_up_at_once(world, space, receiver, client):
    dead = add(client, receiver, "dead", format="wecom")
    receiver.answers["/dead"] = (200, '{"errcode": 93000, "errmsg": "invalid webhook url"}')
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    client.settled(CLUSTER, space, client.remove(CLUSTER, space, pod).json["operation"]["id"])
    events = wait_for(lambda: (shown := client.get("/api/admin/events").json)["given_up"] and shown, 10, "given up")
    assert len(receiver.at("/dead")) == 1 and events["failing"][0]["attempts"] == 1
    shown = [one for one in client.get("/api/admin/webhooks").json if one["id"] == dead["id"]][0]
    assert shown["error"] == '{"errcode": 93000, "errmsg": "invalid webhook url"}'


def test_what_waits_for_a_plugin_that_is_gone_can_be_forgotten(daemons, environment, client, installation):
    installation.sql("insert into podload.deliveries (event_id, event, at, data, hearer)"
                     " values (gen_random_uuid(), 'x.happened', now() - interval '1 hour', '{}', 'gone')")
    daemons("tidy", **environment)  # looks when it starts, and each minute after
    shown = wait_for(lambda: (shown := client.get("/api/admin/events").json)["given_up"] and shown, 10, "given up")
    assert "gone is not among the configured plugins" in shown["failing"][0]["error"]
    assert client.call("DELETE", "/api/admin/events").status == 200
    assert client.get("/api/admin/events").json == {"waiting": 0, "given_up": 0, "failing": []}


def test_a_receiver_that_echoes_its_secrets_does_not_get_them_kept(world, space, receiver, client, installation):
    made = add(client, receiver, "echoes", format="dingtalk", secret="canary-secret", url=f"{receiver.url}/echoes/canary-path?access_token=canary-token")
    receiver.answers["/echoes/canary-path"] = lambda request: (500, f"canary-secret {request['path']}?{request['query']} CANARY-TOKEN")
    reply = client.post(f"/api/admin/webhooks/{made['id']}/test")
    assert reply.status == 502 and "***" in reply.json["message"]
    pod = world.app(space, "web", 2)[0]["metadata"]["name"]
    client.settled(CLUSTER, space, client.remove(CLUSTER, space, pod).json["operation"]["id"])
    events = wait_for(lambda: (shown := client.get("/api/admin/events")).json["given_up"] and shown, 20, "given up")
    everything = reply.text + events.text + client.get("/api/admin/webhooks").text + client.get("/api/admin/logs?limit=1000").text
    everything += "".join("\t".join(row) for row in installation.sql(
        "select w::text from notify.webhooks w union all select r::text from audit.rows r union all select d::text from podload.deliveries d"))
    everything += "".join(file.read_text(errors="replace") for file in (installation.state / "log").iterdir() if file.is_file())
    assert "canary" not in everything.lower() and "***" in everything


def test_a_webhook_can_be_tried(receiver, client, installation):
    made = add(client, receiver, "tried", format="dingtalk", language="zh-CN")
    reply = client.post(f"/api/admin/webhooks/{made['id']}/test", language="zh-CN")
    assert reply.status == 200 and reply.json["message"] == "「tried」已收到测试消息。", reply
    assert receiver.at("/tried")[0]["body"]["text"]["content"] == "podload：这是「tried」的测试消息"
    receiver.answers["/tried"] = (200, '{"errcode": 310000, "errmsg": "sign not match"}')
    reply = client.post(f"/api/admin/webhooks/{made['id']}/test")
    assert (reply.status, reply.json["code"]) == (502, "webhook_failed") and "sign not match" in reply.json["message"]
    outcomes = installation.sql("select outcome from audit.rows where action = 'test_webhook' and resource = 'webhook/tried' order by id")
    assert outcomes == [["ok"], ["failed"]]


def test_addresses_and_secrets_are_never_shown(receiver, client, installation):
    made = add(client, receiver, "hidden", secret="canary-secret", url=f"{receiver.url}/canary-path")
    changed = client.call("PUT", f"/api/admin/webhooks/{made['id']}", {"enabled": False})
    assert changed.status == 200 and changed.json["enabled"] is False
    everything = client.get("/api/admin/webhooks").text + changed.text + "".join(
        "\t".join(row) for row in installation.sql("select w::text from notify.webhooks w union all select r::text from audit.rows r"))
    everything += "".join(file.read_text(errors="replace") for file in (installation.state / "log").iterdir() if file.is_file())
    assert "canary" not in everything and "localhost" in everything
    reply = client.call("PUT", f"/api/admin/webhooks/{made['id']}", {"secret": "x"})
    assert (reply.status, reply.json["code"]) == (422, "webhook_secret_alone")


def test_where_a_webhook_must_not_lead(receiver, client):
    for url, code in (("http://hooks.example/x", "webhook_needs_tls"), ("https://user:pass@hooks.example/", "bad_webhook_url"), ("ftp://a/", "bad_webhook_url")):
        reply = client.post("/api/admin/webhooks", {"name": "x", "format": "json", "url": url, "events": ["operation.settled"]})
        assert (reply.status, reply.json["code"]) == (422, code), reply
    # The operator allowed «localhost», not these: refused when connecting.
    for host in ("127.0.0.1", "169.254.169.254", "[::1]", "100.100.100.200"):
        made = add(client, receiver, "denied", url=f"https://{host}:{receiver.server.server_port}/denied")
        reply = client.post(f"/api/admin/webhooks/{made['id']}/test")
        assert (reply.status, reply.json["code"]) == (502, "webhook_failed") and ("loopback" in reply.text or "metadata" in reply.text), reply
        assert client.call("DELETE", f"/api/admin/webhooks/{made['id']}").status == 200
    assert not receiver.at("/denied")


def test_administrators_only(installation, daemon):
    installation.command("user", "add", "noter", "--write")
    client = OverSocket(daemon.socket).login("noter")
    for method, path in (("GET", "/api/admin/webhooks"), ("POST", "/api/admin/webhooks"), ("GET", "/api/admin/events"), ("POST", "/api/admin/events/retry"),
                         ("DELETE", "/api/admin/events")):
        assert client.call(method, path, {} if method == "POST" else None).status == 403, path
