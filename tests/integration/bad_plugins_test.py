"""Plugins that misbehave: each is refused before it can do harm, or survived, with words that say what to do.

Libraries come from tests/bad_plugins; the folders around them are made here."""
import json
import os
import re
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.plugin_folder import Plugins
from lib.podload import OverSocket
from lib.wait import wait_for

LOOK = {"/unruly": {"get": {"operationId": "unruly.look", "summary": "Look", "x-permission": "public", "responses": {"200": {"description": "Fine"}}}}}
IN = [{"key": "in", "type": "string", "default": "", "help": "Where to misbehave"}]


class Misbehaving(Plugins):
    def unruly(self, **changed):
        return self.add("unruly", **{"library": "bad_plugins/unruly", "api": LOOK, "config": IN, **changed})


@pytest.fixture
def abi(installation):
    return installation.command("version").stdout.splitlines()[1]


@pytest.fixture
def plugins(installation, folder, abi, request):
    made = Misbehaving(installation, folder / f"bad-{request.node.name}"[:60].replace("[", "-").replace("]", ""), abi)
    yield made
    shutil.rmtree(made.folder)


@pytest.fixture
def serve(plugins, daemons, request):
    def start(**environment):
        daemon = daemons("unruly", **plugins.environment, **environment)
        return daemon, OverSocket(daemon.socket)
    return start


# What is refused by what it declares: none of its code has run.

def test_what_was_built_for_another_host_is_refused_and_never_runs(plugins, folder, abi):
    """Another SDK, another compiler: not even a static constructor."""
    trace = folder / "trace"
    compiler = re.search(r"compiler=\S+", abi)[0]
    plugins.unruly(abi=abi.replace(compiler, "compiler=other-1"))
    plugins.refused("unruly", f"built for another host: it has «compiler=other-1», this host has «{compiler}»", "Build it again", PODLOAD_TEST_TRACE=str(trace))
    plugins.refused("重新构建", language="zh_CN.UTF-8", PODLOAD_TEST_TRACE=str(trace))
    shutil.rmtree(plugins.folder / "unruly")
    sdk = abi.split(" ")[0]
    plugins.unruly(abi=abi.replace(sdk, "sdk=0.9").replace(compiler, "compiler=other-1"))
    plugins.refused(f"it has «sdk=0.9», this host has «{sdk}»", PODLOAD_TEST_TRACE=str(trace))
    shutil.rmtree(plugins.folder / "unruly")
    plugins.unruly(abi="")
    plugins.refused("its plugin.yaml has no ABI record: podload_add_plugin adds it", PODLOAD_TEST_TRACE=str(trace))
    assert not trace.exists()
    shutil.rmtree(plugins.folder / "unruly")
    plugins.unruly(version="2.0.0")  # the trace would be seen: this one is loaded
    plugins.refused(PODLOAD_TEST_TRACE=str(trace))
    assert trace.exists()
    trace.unlink()


def test_a_library_with_types_of_another_layout_is_refused_and_never_runs(plugins, folder):
    """Whatever its plugin.yaml says: the record of the library itself is read in the file."""
    trace = folder / "trace"
    plugins.unruly(library="bad_plugins/other_layout")
    words = plugins.refused("unruly", "_GLIBCXX_DEBUG=1", "_GLIBCXX_DEBUG=0", "sizeof(vector)=56", "sizeof(vector)=24", "Build it again",
                            PODLOAD_TEST_TRACE=str(trace))
    assert "sizeof(string)" not in words, "what does not differ is named"
    assert not trace.exists()


def test_a_circle(plugins):
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        plugins.add(name, needs={other: ">=1.0"})
    plugins.refused("in a circle", "a → b → c → a")


def test_two_plugins_one_path(plugins):
    one, other = (json.loads(json.dumps(LOOK).replace("unruly.look", f"{name}.look")) for name in "ab")
    plugins.add("a", api=one)
    plugins.add("b", api=other)
    plugins.refused("plugin b", "GET /unruly belongs to the plugin a already")


def test_two_plugins_in_one_place(plugins):
    plugins.add("a")
    plugins.add("b", replaces="a")
    plugins.refused("plugin b", "it replaces a, but a is or replaces it too")


def test_two_plugins_one_schema(plugins):
    plugins.add("a", schema="same")
    plugins.add("b", schema="same")
    plugins.refused("plugin b", "the schema same belongs to the plugin a")


def test_an_operation_without_permission(plugins):
    row = {**LOOK["/unruly"]["get"]}
    del row["x-permission"]
    plugins.unruly(api={"/unruly": {"get": row}})
    plugins.refused("unruly", "unruly.look has no x-permission", "admin")


def test_unknown_keys_name_the_nearest(plugins, installation, folder):
    plugins.unruly(sumary="x")
    plugins.refused("`sumary` is not known; did you mean `summary`?")
    shutil.rmtree(plugins.folder / "unruly")
    plugins.unruly()
    config = folder / "unruly.yaml"
    config.write_text(installation.config.read_text() + "\nunruly: {inn: start}\n")
    done = subprocess.run([installation.state / "app/bin/podloadd", "--config", config, "config"], text=True, check=False,
                          capture_output=True, env={**os.environ, "LC_ALL": "C", **plugins.environment})
    assert done.returncode == 1 and "`unruly.inn` is not known; did you mean `in`?" in done.stderr, done.stderr


@pytest.mark.parametrize("name", ["", "plugin.yaml", "plugin.so", "api.yaml", "sql", "sql/0001_test.sql"])
def test_what_others_may_write(plugins, name):
    (plugins.unruly(schema="unruly", sql=["SELECT 1;"]) / name).chmod(0o777)
    plugins.refused(f"unruly/{name}".rstrip("/") + " may be written by others", "chmod go-w")


@pytest.mark.parametrize("name", ["", "plugin.yaml", "plugin.so"])
def test_a_symbolic_link_out_of_the_folder(plugins, folder, name):
    made = plugins.unruly()
    elsewhere = folder / "elsewhere"
    shutil.move(made / name, elsewhere)
    (plugins.folder / "unruly" / name if name else plugins.folder / "unruly").symlink_to(elsewhere)
    plugins.refused("is a symbolic link to", str(elsewhere), "put the file itself there")
    if elsewhere.is_dir():
        shutil.rmtree(elsewhere)
        (plugins.folder / "unruly").unlink()
    else:
        elsewhere.unlink()


def test_a_name_that_leads_elsewhere(plugins):
    plugins.unruly()
    plugins.refused("a plugin's name must be the name of its folder", PODLOAD_PLUGINS='["../unruly"]')


# What is refused by what its library is.

def test_not_a_library(plugins):
    made = plugins.unruly()
    (made / "plugin.so").write_text("This is no library, however long it is.\n" * 100)
    plugins.refused("plugin unruly", "invalid ELF header")


@pytest.mark.parametrize("library, words", [
    ("no_plugin", ("it does not export podload_plugin_v1",)),
    ("undefined_symbol", ("podload_has_no_such_function",)),
    ("absent_library", ("libpodload_absent.so",)),
])
def test_a_library_that_is_no_plugin(plugins, library, words):
    plugins.unruly(library=f"bad_plugins/{library}")
    plugins.refused("plugin unruly", *words)


def test_its_descriptor_says_another_version(plugins):
    plugins.unruly(version="2.0.0")
    plugins.refused("plugin.so is unruly 1.0.0, but plugin.yaml says unruly 2.0.0")


def test_its_descriptor_says_another_name(plugins):
    plugins.add("tame", library="bad_plugins/unruly")
    plugins.refused("plugin.so is unruly 1.0.0, but plugin.yaml says tame 1.0.0")


def test_operations_and_handlers_must_fit(plugins):
    plugins.unruly(api={**LOOK, **json.loads(json.dumps(LOOK).replace("/unruly", "/two").replace("unruly.look", "unruly.two"))})
    plugins.refused("the operation unruly.two has no handler")
    (plugins.folder / "unruly/plugin.so").unlink()
    plugins.refused("has no handler: the plugin's folder has no plugin.so")
    shutil.rmtree(plugins.folder / "unruly")
    plugins.unruly()
    plugins.refused("it has a handler for unruly.nothing, which is not in api.yaml", PODLOAD_UNRULY_IN="a handler of nothing")


# What is survived.

def test_a_need_that_is_not_there(plugins, serve):
    plugins.unruly(needs={"ghost": ">=1.0"})
    daemon, client = serve()
    reply = client.get("/unruly")
    assert (reply.status, reply.json["code"]) == (503, "plugin_unavailable") and "it needs the plugin ghost, which is not configured" in reply.json["message"]
    assert "ghost" in client.get("/readyz").json["plugins"]["unruly"] and client.get("/healthz").status == 200
    assert daemon.stop() == 0


@pytest.mark.parametrize("where, words", [("start", "unruly in its start"), ("start with a number", "not a std::exception"),
                                          ("start with a job", "unruly in its start")])
def test_it_throws_in_start(plugins, serve, where, words):
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN=where)
    reply = client.get("/unruly")
    assert (reply.status, reply.json["code"]) == (503, "plugin_unavailable") and words in reply.json["message"], reply
    ready = client.get("/readyz").json
    assert words in ready["plugins"]["unruly"] and ready["degraded"] == ["unruly"] and client.get("/healthz").status == 200
    assert daemon.stop() == 0
    assert "a job failed" not in daemon.log(), "the job of a plugin that does not start has run"


def test_it_blocks_in_start(plugins):
    plugins.unruly()
    plugins.refused("plugin unruly has not started within 1 s", "start_seconds", PODLOAD_UNRULY_IN="start for ever", PODLOAD_START_SECONDS="1")


@pytest.mark.parametrize("where, words", [("handler", "unruly in its handler"), ("handler with a number", "not a std::exception")])
def test_it_throws_in_a_handler(plugins, serve, where, words):
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN=where)
    for _ in range(3):
        reply = client.get("/unruly")
        assert (reply.status, reply.json["code"]) == (500, "internal") and reply.json["incident"] in reply.json["message"], reply
        assert words not in reply.text and reply.json["incident"] in daemon.log() and words in daemon.log()
    assert client.get("/healthz").status == 200
    assert daemon.stop() == 0


@pytest.mark.parametrize("where, words", [
    ("handler that answers twice", "requested a later reply and also returned one"), ("handler that finishes twice", "finished twice")])
def test_it_answers_twice(plugins, serve, where, words):
    """The caller gets the later reply, once, and the log names the plugin."""
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN=where)
    for _ in range(20):
        assert client.get("/unruly").json == {"later": True}
    assert client.get("/healthz").status == 200
    # The caller may have the reply before the line is written.
    wait_for(lambda: daemon.log().count(words) >= 20, 10, "twenty lines")
    told = [json.loads(line) for line in daemon.log().splitlines() if words in line]
    assert len(told) == 20 and {line["plugin"] for line in told} == {"unruly"}
    assert daemon.stop() == 0


@pytest.mark.parametrize("where, code, words", [
    ("handler that drops its reply", "reply_lost", "a reply was dropped"), ("handler that answers nothing", "internal", "neither replied nor requested a later reply"),
    ("handler of another parameter", "internal", "no path parameter `nosuch`")])
def test_it_answers_nothing(plugins, serve, where, code, words):
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN=where)
    reply = client.get("/unruly")
    assert (reply.status, reply.json["code"]) == (500, code) and words in daemon.log() and "unruly" in daemon.log(), reply
    assert daemon.stop() == 0


@pytest.mark.parametrize("where, killed_by, running", [
    ("handler that writes to null", signal.SIGSEGV, "unruly.look"), ("job that aborts", signal.SIGABRT, "unruly.job")])
def test_it_crashes(plugins, serve, where, killed_by, running):
    """The daemon ends by the signal, and its last line says whose code it was, and where."""
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN=where)
    try:
        client.get("/unruly")
    except ConnectionError:
        pass
    assert daemon.process.wait(10) == -killed_by
    told = json.loads(daemon.log().splitlines()[-1])
    assert (told["message"], told["signal"], told["plugin"], told["operation"]) == ("podloadd crashed", killed_by.name, "unruly", running)
    assert any(frame.startswith("unruly/plugin.so+0x") for frame in told["stack"]), told


def test_it_holds_workers_for_ever(plugins, serve):
    """A share of them: others are served, its further requests are refused, and the log names it."""
    plugins.unruly(seconds=1)
    daemon, client = serve(PODLOAD_UNRULY_IN="handler for ever", PODLOAD_WORKERS="8")
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(lambda: OverSocket(daemon.socket).get("/unruly"))
        wait_for(lambda: daemon.log().count("a handler has not returned in time") == 2, 10, "both handlers logged")
        told = next(json.loads(line) for line in daemon.log().splitlines() if "not returned in time" in line)
        assert (told["plugin"], told["operation"]) == ("unruly", "unruly.look") and told["request"]
        refused = client.get("/unruly")
        assert (refused.status, refused.json["code"], refused.headers["retry-after"]) == (503, "plugin_busy", "1"), refused
        assert "unruly" in refused.json["message"]
        assert client.get("/api/openapi.json").status == 200
        assert OverSocket(f"{daemon.socket}.health").get("/healthz").json == {"alive": True}
        assert daemon.stop() == 0


def test_limits_of_handlers_are_numbers(plugins):
    for key, value, words in (("concurrency", 0, "a number from 1, or `all`"), ("concurrency", "some", "a number from 1, or `all`"),
                              ("seconds", 0, "a number from 1 to 3600"), ("seconds", "5", "a number from 1 to 3600")):
        plugins.unruly(**{key: value})
        plugins.refused("plugin unruly", f"{key}: must be {words}")
        shutil.rmtree(plugins.folder / "unruly")


def test_it_throws_in_a_job(plugins, serve):
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN="job")
    wait_for(lambda: daemon.log().count('"job":"unruly.job"') >= 3, 5, "the job failing again and again")
    assert client.get("/unruly").json == {"fine": True}
    assert daemon.stop() == 0


@pytest.mark.parametrize("where, words", [("event", "unruly in its event"), ("event with a number", "not a std::exception")])
def test_it_throws_in_an_event(plugins, serve, admin, where, words):
    """The change that it tells of stands; the event is tried again, given up, and shown with what was thrown."""
    plugins.installed("audit", "auth", "cluster")
    plugins.unruly(needs={"cluster": ">=1.0"}, subscribes=["cluster.changed"])
    daemon, client = serve(PODLOAD_UNRULY_IN=where, PODLOAD_EVENT_ATTEMPTS="2")
    client.login()
    assert client.call("PUT", "/api/admin/clusters/real", {"display_name": "The real one"}).status == 200
    events = wait_for(lambda: (shown := client.get("/api/admin/events").json)["given_up"] and shown, 20, "given up")
    row = events["failing"][0]
    assert (row["plugin"], row["event"], row["attempts"]) == ("unruly", "cluster.changed", 2) and words in row["error"], events
    assert client.get("/unruly").json == {"fine": True} and client.get("/api/clusters").json[0]["display_name"] == "The real one"
    assert client.call("DELETE", "/api/admin/events").status == 200
    # By a daemon that does not have the plugin: nothing waits for it.
    assert admin.call("PUT", "/api/admin/clusters/real", {"display_name": ""}).status == 200
    assert client.get("/api/admin/events").json["waiting"] == 0
    assert daemon.stop() == 0


def test_it_throws_in_stop(plugins, serve):
    plugins.unruly()
    daemon, client = serve(PODLOAD_UNRULY_IN="stop")
    assert client.get("/unruly").status == 200
    assert daemon.stop() == 0
    assert "unruly in its stop" in daemon.log() and "podloadd has stopped" in daemon.log().splitlines()[-1]


def test_a_migration_that_fails_halfway(plugins, installation):
    sql = plugins.add("halfway", schema="halfway") / "sql"
    sql.mkdir()
    first, second = sql / "0001_whole.sql", sql / "0002_halfway.sql"
    first.write_text("CREATE TABLE halfway.whole (x integer);\n")
    second.write_text("CREATE TABLE halfway.half (x integer);\nINSERT INTO halfway.whole VALUES (1);\nINSERT INTO halfway.nothing VALUES (1);\n")

    def state():
        tables = installation.sql("select tablename from pg_tables where schemaname = 'halfway' order by 1")
        return tables, installation.sql("select count(*) from halfway.whole"), installation.sql("select name from podload.migrations where plugin = 'halfway'")

    environment = {**plugins.environment, "LC_ALL": "C"}
    plugins.refused("plugin halfway", "the database role podload_halfway", "Let a superuser", "podloadd roles", command="migrate")
    with pytest.raises(AssertionError, match="failed and was rolled back"):
        installation.migrate(**environment)
    failed = installation.command("migrate", check=False, **environment)
    assert failed.returncode == 1 and "halfway/0002_halfway.sql failed and was rolled back" in failed.stderr and "halfway.nothing" in failed.stderr
    assert state() == ([["whole"]], [["0"]], [["0001_whole.sql"]])
    plugins.refused("the database lacks the migration halfway/0002_halfway.sql: run `podloadd migrate`")
    second.write_text("CREATE TABLE halfway.half (x integer);\n")
    assert installation.command("migrate", **environment).stdout == "applied halfway/0002_halfway.sql\n"
    assert state()[0] == [["half"], ["whole"]]
    first.write_text("CREATE TABLE halfway.whole (x bigint);\n")
    changed = installation.command("migrate", check=False, **environment)
    assert changed.returncode == 1 and "was applied and has been edited since" in changed.stderr
    installation.sql("drop schema halfway cascade; delete from podload.migrations where plugin = 'halfway'")


def test_how_long_the_plugins_take_is_told(daemons):
    daemon = daemons("first")
    lines = [json.loads(line) for line in daemon.log().splitlines()]
    ready = [line for line in lines if line.get("message") == "the plugins are ready"][-1]
    started = {line["plugin"]: line["milliseconds"] for line in lines if line.get("message") == "a plugin started"}
    assert ready["running"] == ready["of"] == len(started) and 0 < sum(started.values()) <= ready["milliseconds"] < 3000, (ready, started)
