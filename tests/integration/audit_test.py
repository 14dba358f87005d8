"""The operation log over HTTP and by the command line: searching, exporting, and finding who tampered with it."""
import csv
import io
import json
import shutil
import urllib.parse

import pytest
from lib.podload import OverSocket
from lib.wait import wait_for

LOGS = "/api/admin/logs"


@pytest.fixture(scope="module")
def someone(installation):
    """The name of somebody who signed in and out some times, and does nothing more."""
    person = installation.user("audit-reader")
    for _ in range(3):
        installation.client(*person).post("/api/logout")
    return person[0]


def search(client, **query):
    return client.get(f"{LOGS}?{urllib.parse.urlencode(query)}")


def sealed(installation):
    wait_for(lambda: installation.sql("SELECT count(*) FROM audit.unsealed") == [["0"]], 10, "every row sealed")


def test_filters_find_their_rows(admin, someone):
    rows = search(admin, user=someone).json
    assert rows and {row["username"] for row in rows} == {someone}
    action = rows[0]["action"]
    of_action = [row for row in rows if row["action"] == action]
    assert search(admin, user=someone, action=action.replace("_", "-")).json == of_action
    assert search(admin, user=someone, q="AUDIT-READ").json == rows
    assert search(admin, user=someone, end_time="2020-01-01").json == []
    assert search(admin, user=someone, start_time=rows[-1]["timestamp"], end_time=rows[0]["timestamp"]).json == rows
    assert action in admin.get(f"{LOGS}/actions").json


def test_pages_are_followed_by_cursor_and_by_link(admin, someone):
    whole = [row["id"] for row in search(admin, user=someone).json]
    found, reply = [], search(admin, user=someone, limit=1)
    while True:
        found += [row["id"] for row in reply.json]
        link = reply.headers.get("link")
        if not link:
            break
        assert urllib.parse.parse_qs(link.split(">")[0])["cursor"] == [reply.headers["x-next-cursor"]]
        reply = admin.get(link[1:link.index(">")])
        assert reply.status == 200, reply
    assert found == whole


@pytest.mark.parametrize("query", [{"start_time": "yesterday"}, {"end_time": "2026-13-01"}, {"cursor": "x"},
                                   {"limit": 0}, {"limit": 1001}])
def test_what_cannot_be_understood_is_422(admin, query):
    assert search(admin, **query).status == 422


def test_the_log_is_for_administrators(installation):
    client = installation.client(*installation.user("audit-other"))
    for path in (LOGS, f"{LOGS}/actions", f"{LOGS}/export"):
        assert client.get(path).status == 403


def test_an_export_has_the_same_rows_and_is_told(admin, someone):
    rows = search(admin, user=someone).json
    reply = admin.get(f"{LOGS}/export?format=ndjson&user={urllib.parse.quote(someone)}")
    assert [json.loads(line) for line in reply.text.splitlines()] == rows
    reply = admin.get(f"{LOGS}/export?user={urllib.parse.quote(someone)}")
    assert reply.headers["content-disposition"].startswith('attachment; filename="podload-log-')
    cells = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert [cell["id"] for cell in cells] == [str(row["id"]) for row in rows]
    assert {cell["username"] for cell in cells} == {someone}
    told = search(admin, action="export_logs", limit=2).json
    assert told[0]["username"] == "admin" and told[0]["data"] == {"format": "csv", "filter": {"user": someone}}


def test_who_tampers_with_a_row_is_found(installation, admin, daemons, someone):
    file = installation.state / "run/podload/checkpoints"
    sealed(installation)
    daemon = daemons("audit-checkpoints", PODLOAD_AUDIT_CHECKPOINT_FILE=str(file))  # makes one when it starts
    wait_for(file.exists, 10, "the file of checkpoints")
    assert daemon.stop() == 0
    fine = installation.command("audit", "verify", "--anchor", file)
    assert "Nothing was changed" in fine.stdout and "the database allows deletion of rows older than 0 months" in fine.stdout, fine.stdout
    assert installation.command("audit", "key").stdout.startswith("-----BEGIN PUBLIC KEY-----")
    assert installation.command("audit", "anchor").stdout.strip() in file.read_text().splitlines()

    row = search(admin, user=someone, limit=1).json[0]["id"]
    change = ("ALTER TABLE audit.rows DISABLE TRIGGER append_only; UPDATE audit.rows SET username = '{}' WHERE id = {};"
              "ALTER TABLE audit.rows ENABLE TRIGGER append_only")
    installation.sql(change.format("somebody else", row))
    try:
        found = installation.command("audit", "verify", "--anchor", file, check=False)
        assert found.returncode == 1 and f"1. Row {row} of " in found.stdout, found.stdout
    finally:
        installation.sql(change.format(someone, row))
    assert installation.command("audit", "verify", "--anchor", file).returncode == 0


def test_a_file_of_checkpoints_that_disagrees_shows_in_readyz(installation, daemons):
    file = installation.state / "run/podload/other-checkpoints"
    wait_for(lambda: installation.command("audit", "anchor", check=False).returncode == 0, 70, "a checkpoint")
    signature, statement = installation.command("audit", "anchor").stdout.strip().split(" ", 1)
    file.write_text(f"{signature} {json.dumps({**json.loads(statement), 'hash': '00' * 32})}\n")
    shutil.chown(file, "podload", "podload")
    daemon = daemons("audit-disagrees", PODLOAD_AUDIT_CHECKPOINT_FILE=str(file))
    client = OverSocket(daemon.socket)
    warned = wait_for(lambda: client.get("/readyz").json["warnings"], 10, "the warning")
    assert "audit verify" in warned["audit"]["checkpoints_disagree"] and str(file) not in json.dumps(warned)
    assert client.get("/readyz").status == 200  # it works, and must be looked at
    assert daemon.stop() == 0 and "checkpoints_disagree" in daemon.log()


def test_the_predecessors_log_comes_in_once(installation, admin, tmp_path):
    old = {"timestamp": "2025-11-22T15:04:05.123456", "username": "audit-old", "action": "remove_load",
           "resource": "pod/a/b", "details": "踢出负载"}
    (tmp_path / "logs.json").write_text(json.dumps([old]))
    tmp_path.chmod(0o755)
    for _ in range(2):
        installation.command("import", "flask", tmp_path)
    rows = search(admin, user="audit-old").json
    assert len(rows) == 1 and rows[0]["imported"] is True and rows[0]["timestamp"] == "2025-11-22T07:04:05.123Z"
    assert "踢出负载" in rows[0]["details"]
    sealed(installation)
    # The installation's own file may not be written yet: its checkpoints are made once a minute.
    assert installation.command("audit", "verify", PODLOAD_AUDIT_CHECKPOINT_FILE="").returncode == 0
