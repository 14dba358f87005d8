#!/usr/bin/env python3
"""What the operation log costs: rows per second that are written, one a transaction on four connections,
and how soon they are chained; then, over a million rows, what a page costs through nginx by each filter,
a whole export, and `podloadd audit verify`. PODLOAD_BUILD_DIR names the build.

    tests/bench/audit.py [ROWS [TURNS]]
"""
import subprocess
import sys
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

from common import demonstration
from removal import Kept, row

from lib.wait import wait_for

PGBENCH = "/usr/lib/postgresql/15/bin/pgbench"
CONNECTIONS, SECONDS = 4, 20
APART = 31  # seconds between two rows: a million are a year

# A row as a removal writes it.
WRITE = """\\set n random(1, 1000000)
INSERT INTO audit.rows (phase, operation, action, outcome, username, user_id, credential, address, request_id,
                        cluster_id, cluster, namespace, resource, reason, details)
VALUES ('outcome', gen_random_uuid(), 'remove_load', 'removed', 'user-' || :n % 200, gen_random_uuid(),
        'session:' || :n, '192.0.2.' || :n % 250, md5(:n::text), gen_random_uuid(), 'cluster-' || :n % 20,
        'team-' || :n % 50, 'pod/team-' || :n % 50 || '/web-' || :n, 'heap dump',
        '{"services": ["web"], "applied_ms": 12}');
"""

# A year's rows, marked as imported: any others that come with an earlier time are what verify looks for.
FILL = """
SELECT audit.make_partition(now() - months * interval '1 month') FROM generate_series(1, 13) months;
INSERT INTO audit.rows (at, phase, operation, action, outcome, username, user_id, credential, address, request_id,
                        cluster_id, cluster, namespace, resource, reason, details, imported_at, source)
SELECT now() - (%(rows)d - i) * interval '%(apart)d seconds',
       CASE WHEN i %% 2 = 0 THEN 'attempt' ELSE 'outcome' END,
       gen_random_uuid(),
       (ARRAY['remove_load', 'restore_traffic', 'login_success', 'login_failed', 'logout', 'session_expired',
              'update_user', 'add_cluster'])[1 + (i / 2 * 7919) %% 8],
       CASE WHEN i %% 2 = 1
            THEN (ARRAY['ok', 'refused', 'removed', 'restored', 'failed', 'denied'])[1 + (i * 31) %% 6] END,
       'user-' || (i * 7) %% 200, gen_random_uuid(), 'session:' || md5(i::text), '192.0.2.' || i %% 250, md5(i || 'r'),
       gen_random_uuid(), 'cluster-' || i %% 20, 'team-' || i %% 50,
       'pod/team-' || i %% 50 || '/web-' || md5((i %% 5000)::text), CASE WHEN i %% 3 = 0 THEN 'heap dump ' || i END,
       jsonb_build_object('services', jsonb_build_array('web'), 'applied_ms', i %% 50, 'after',
                          jsonb_build_object('load', 'done')),
       now(), sha256(i::text::bytea)
  FROM generate_series(1::bigint, %(rows)d) i;
"""


def main():
    rows, turns = (int(one) for one in (sys.argv[1:] + ["1000000", "100"][len(sys.argv) - 1:])[:2])
    with demonstration() as (installation, folder):
        written(installation, folder)
        filled(installation, rows)
        pages(Kept(installation.port, "admin123"), turns, rows)  # the demonstration's
        whole(installation)


def count(installation, table):
    return int(installation.sql(f"SELECT count(*) FROM audit.{table}")[0][0])


def all_sealed(installation, seconds):
    began = time.perf_counter()
    wait_for(lambda: count(installation, "unsealed") == 0, seconds, "every row sealed")
    return time.perf_counter() - began


def written(installation, folder):
    script = folder / "write.sql"
    script.write_text(WRITE)
    before = count(installation, "rows")
    subprocess.run([PGBENCH, "-n", "-h", installation.state / "run/postgres", "-U", "podloadd", "-c", str(CONNECTIONS),
                    "-j", "2", "-T", str(SECONDS), "-f", script, "podload"], check=True, capture_output=True)
    left = count(installation, "unsealed")
    rate = (count(installation, "rows") - before) / SECONDS
    print(f"written, one a transaction, {CONNECTIONS} connections: {rate:.0f} rows/s, chained meanwhile; "
          f"{left} waited at the end, for {all_sealed(installation, 60):.1f} s", flush=True)


def filled(installation, rows):
    installation.sql(FILL % {"rows": rows, "apart": APART})
    took = all_sealed(installation, 1200)
    print(f"{rows} rows chained after they came at once: in {took:.0f} s ({rows / took:.0f} rows/s)", flush=True)
    installation.sql("VACUUM ANALYZE audit.rows")


def pages(kept, turns, rows):
    now = datetime.now(timezone.utc)
    year = rows * APART

    def when(part):
        return (now - timedelta(seconds=year * part)).strftime("%Y-%m-%dT%H:%M:%SZ")
    middle = {"start_time": when(.6), "end_time": when(.3)}
    for name, query in {
            "the newest": {}, "by time": middle, "by time and action": {**middle, "action": "remove-load"},
            "by user": {"user": "user-7"}, "by cluster": {"cluster": "cluster-7"}, "by outcome": {"outcome": "refused"},
            "by address": {"address": "192.0.2.7"}, "by action": {"action": "logout"},
            "by user, cluster and outcome": {"user": "user-7", "cluster": "cluster-11", "outcome": "failed"},
            "by a user who is not there": {"user": "nobody"},
            "by a text that is not there": {"q": "nowhere to be found"},
            "by a text, by time and action": {**middle, "action": "remove-load", "q": "heap"}}.items():
        for limit in (100, 1000):
            uri = "/api/admin/logs?" + urllib.parse.urlencode({**query, "limit": limit})
            kept.ask("GET", uri)
            row(f"a page of {limit} {name}", [kept.ask("GET", uri)[0] for _ in range(turns)])
    row("the actions", [kept.ask("GET", "/api/admin/logs/actions")[0] for _ in range(turns)])


def whole(installation):
    client = installation.client("admin", "admin123")
    for form in ("csv", "ndjson"):
        began = time.perf_counter()
        text = client.get(f"/api/admin/logs/export?format={form}&start_time=2000-01-01").text
        took = time.perf_counter() - began
        print(f"exported as {form}: {text.count(chr(10))} lines, {len(text) / 1e6:.0f} million characters, "
              f"in {took:.0f} s", flush=True)
    all_sealed(installation, 10)
    began = time.perf_counter()
    print(installation.command("audit", "verify").stdout, end="")
    print(f"verified in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
