"""A plugin is one folder, with its SQL in it: installed by putting it there, migrated as a role of its own, refused with words
for what it lacks; and databases that the version before has migrated."""
import hashlib
import json
import re
import shutil
import subprocess

import pytest

from lib.plugin_folder import Plugins
from lib.podload import REPOSITORY, OverSocket

CLUSTER = "real"
OWN = ["audit", "auth", "cluster"]


@pytest.fixture
def plugins(installation, folder, request):
    """An extra_plugin_dir; podload's own plugins are those of the installation."""
    made = Plugins(installation, folder / re.sub(r"\W+", "-", request.node.name)[:50], installation.command("version").stdout.splitlines()[1])
    yield made
    shutil.rmtree(made.folder)


def settings(plugins, *names, **more):
    return {"PODLOAD_EXTRA_PLUGIN_DIR": str(plugins.folder), "PODLOAD_PLUGINS": json.dumps([*OWN, *names]), "LC_ALL": "C", **more}


def refused(installation, words, environment, commands=("migrate", "serve")):
    """All of `words` are in the error of each command."""
    for command in commands:
        done = installation.command(command, check=False, **environment)
        assert done.returncode == 1 and all(word in done.stderr for word in words), (command, done)


def forget(installation, plugin):
    installation.sql(f"drop schema if exists {plugin} cascade; delete from podload.migrations where plugin = '{plugin}'")


def test_a_folder_with_a_table_is_dropped_in_migrated_and_serves(plugins, installation, daemons, space):
    forget(installation, "notes")  # another test has it too
    plugins.example("notes")
    environment = settings(plugins, "notes")
    refused(installation, ["the database lacks the migration notes/0001_notes.sql", "podloadd migrate"], environment, ["serve"])
    assert "applied notes/0001_notes.sql" in installation.migrate(**environment)
    assert installation.command("migrate", **environment).stdout == "the database is up to date\n"
    daemon = daemons("dropped-in", **environment)
    path = f"/api/{CLUSTER}/{space}/notes"
    assert daemon.client().call("PUT", f"{path}/web-1", {"text": "leaks"}).status == 200
    assert [note["pod"] for note in daemon.client().get(path).json] == ["web-1"]
    assert installation.sql("select tableowner from pg_tables where schemaname = 'notes'") == [["podload_notes"]]
    assert daemon.stop() == 0
    forget(installation, "notes")


def test_a_schema_without_sql_and_sql_without_a_schema(plugins, installation):
    plugins.add("empty", schema="empty")
    environment = settings(plugins, "empty")
    refused(installation, ["plugin empty", "`schema`", f"{plugins.folder}/empty/sql has no migration"], environment, ("migrate", "serve", "config"))
    refused(installation, ["没有迁移"], {**environment, "LC_ALL": "zh_CN.UTF-8"})
    plugins.add("homeless", sql=["CREATE TABLE homeless.t (x integer);"])
    environment = settings(plugins, "homeless")
    refused(installation, ["plugin homeless", f"{plugins.folder}/homeless/sql has migrations", "no `schema`"], environment, ("migrate", "serve", "config"))
    refused(installation, ["没有 `schema`"], {**environment, "LC_ALL": "zh_CN.UTF-8"})


def test_a_plugin_whose_folder_is_gone(plugins, installation):
    plugins.add("quotas")
    environment = settings(plugins, "quotes")
    refused(installation, ["no plugin quotes", str(installation.state / "app/lib/podload/plugins"), str(plugins.folder), "did you mean `quotas`?"], environment)
    refused(installation, ["没有插件 quotes", "`quotas`"], {**environment, "LC_ALL": "zh_CN.UTF-8"})


@pytest.mark.parametrize("statement, words", [
    ("DROP TABLE audit.rows;", "permission denied for schema audit"),
    ("CREATE TABLE public.mine (x integer);", "permission denied for schema public"),
    ("RESET ROLE; DROP TABLE audit.rows;", 'cannot set parameter "role"'),
    ("SET SESSION AUTHORIZATION DEFAULT;", 'cannot set parameter "session_authorization"'),
    ("COMMIT; DROP TABLE audit.rows;", "EXECUTE of transaction commands"),
    ("DELETE FROM podload.migrations;", "permission denied for schema podload")])
def test_what_is_anothers_is_out_of_reach(plugins, installation, statement, words):
    plugins.add("greedy", schema="greedy", sql=["CREATE TABLE greedy.own (x integer);", statement])
    environment = settings(plugins, "greedy")
    rows = installation.sql("select count(*) from audit.rows")
    with pytest.raises(AssertionError, match="greedy/0002_test.sql failed and was rolled back"):
        installation.migrate(**environment)
    refused(installation, ["greedy/0002_test.sql", words], environment, ["migrate"])
    assert installation.sql("select count(*) from audit.rows") == rows
    assert installation.sql("select tableowner from pg_tables where schemaname = 'greedy'") == [["podload_greedy"]]
    forget(installation, "greedy")


def test_a_schema_of_another_is_not_taken(plugins, installation):
    """The plugin of that schema may be out of the configuration: its tables stay its own."""
    plugins.add("thief", schema="pod_load", sql=["DROP TABLE pod_load.operations;"])
    environment = settings(plugins, "thief")
    with pytest.raises(AssertionError, match="plugin thief: the schema pod_load exists and belongs to podload_pod_load"):
        installation.migrate(**environment)
    assert installation.sql("select to_regclass('pod_load.operations') is not null") == [["t"]]


@pytest.fixture
def before(installation):
    """A database that the version before has migrated: everything belongs to podload_owner."""
    def psql(database, statements, role="podload_owner"):
        user = ["runuser", "-u", "podload-pg", "--"] if role == "postgres" else []
        done = subprocess.run([*user, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", installation.state / "run/postgres", "-U", role, "-d", database],
                              input=statements, text=True, capture_output=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr
    psql("postgres", "create database before owner podload_owner", "postgres")
    statements = ["create schema podload; create table podload.migrations (plugin text not null, number integer not null, name text not null,"
                  " checksum text not null, applied_at timestamptz not null default now(), primary key (plugin, number));"
                  "grant usage on schema podload to podloadd; grant select on podload.migrations to podloadd;"]
    for file in sorted((REPOSITORY / "sql").glob("*/*.sql")):
        plugin = file.parent.name
        if plugin == "freeze":
            continue  # that version did not have it
        schema = {"host": "podload"}.get(plugin, plugin.replace("-", "_"))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        statements += [f"create schema if not exists {schema}; grant usage on schema {schema} to podloadd;", file.read_text(),
                       f"insert into podload.migrations values ('{plugin}', {int(file.name[:4])}, '{file.name}', '{digest}');"]
    psql("before", "\n".join(statements))
    yield {f"PODLOAD_{name}": f"host={installation.state / 'run/postgres'} dbname=before user={role}"
           for name, role in (("DATABASE", "podloadd"), ("OWNER_DATABASE", "podload_owner"))}
    psql("postgres", "drop database before with (force)", "postgres")


def test_a_database_of_the_version_before(plugins, installation, daemons, before):
    """It needs nothing to go on; what a plugin has is handed over with its next migration, and works on."""
    shutil.copytree(installation.state / "app/lib/podload/plugins/audit", plugins.folder / "audit")
    own = plugins.folder.parent / "without-audit"
    shutil.copytree(installation.state / "app/lib/podload/plugins", own, ignore=shutil.ignore_patterns("audit"))
    environment = {**settings(plugins, "pod-load"), **before, "PODLOAD_PLUGIN_DIR": str(own), "PODLOAD_AUDIT_CHECKPOINT_FILE": ""}
    assert installation.command("migrate", **environment).stdout == "the database is up to date\n"
    installation.command("user", "add", "root", "--admin", **environment)

    plugins.migration("audit", 7, "ALTER TABLE audit.rows ADD COLUMN more text;\nCREATE TABLE audit.extra (x integer);\n")
    refused(installation, ["audit/0007_test.sql"], environment, ["serve"])
    assert installation.migrate(**environment) == "applied audit/0007_test.sql\n"

    def rows(query, role="podload_owner"):
        done = subprocess.run(["psql", "-X", "-q", "-At", "-h", installation.state / "run/postgres", "-U", role, "-d", "before", "-c", query],
                              text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()
    assert rows("select distinct tableowner from pg_tables where schemaname = 'audit'") == ["podload_audit"]
    assert rows("select distinct proowner::regrole from pg_proc where pronamespace = 'audit'::regnamespace") == ["podload_audit"]
    assert rows("select distinct tableowner from pg_tables where schemaname = 'auth'") == ["podload_owner"]

    daemon = daemons("before", **environment)
    client = OverSocket(daemon.socket).login("root")
    assert client.get("/readyz").json["plugins"]["audit"] == "running"
    assert "login_success" in {row["action"] for row in client.get("/api/admin/logs").json}
    # What runs with the owner's rights: partitions, retention as the operating guide says, and still no way to change a row.
    rows("insert into audit.retentions (months) values (12)")
    assert rows("select count(*) from audit.make_partitions()", "podloadd") == ["0"]
    assert rows("select count(*) from audit.retentions") == ["1"]
    assert daemon.stop() == 0
    shutil.rmtree(own)


def test_deploy_up_migrates_and_restarts_for_the_operators_own_plugins(plugins, installation):
    """Put there, changed, left alone, removed."""
    forget(installation, "notes")
    made = plugins.example("notes")
    whole = installation.config.read_text()

    def daemon():
        return (installation.state / "run/podloadd.pid").read_text()
    try:
        names = re.search(r"(?m)^plugins: \[(.*)\]$", whole)
        installation.config.write_text(whole.replace(names[0], f"plugins: [{names[1]}, notes]\nextra_plugin_dir: {plugins.folder}"))
        installation.up()
        assert installation.sql("select tableowner from pg_tables where schemaname = 'notes'") == [["podload_notes"]]
        assert installation.client().get(f"/api/{CLUSTER}/default/notes").json == []
        running = daemon()
        installation.up()
        assert daemon() == running

        (made / "sql/0002_more.sql").write_text("ALTER TABLE notes.notes ADD COLUMN more text;\n")
        installation.up()
        assert installation.sql("select count(*) from podload.migrations where plugin = 'notes'") == [["2"]]
        assert daemon() != running
        running = daemon()
        with open(made / "words.yaml", "a", encoding="utf-8") as words:
            words.write("# changed\n")
        installation.up()
        assert daemon() != running

        running = daemon()
        shutil.move(made, plugins.folder / "note")
        told = installation.up(check=False)
        assert "there is no plugin notes in" in told and str(plugins.folder) in told, told
        assert daemon() == running and installation.client().get(f"/api/{CLUSTER}/default/notes").json == []
        shutil.rmtree(plugins.folder / "note")
    finally:
        installation.config.write_text(whole)
        installation.up()
        forget(installation, "notes")
