"""What nginx lets through: sign-ins by address, changes by session, bodies by size; and what it says to the rest."""
import http.client
import socket
import struct
import threading
import time

import pytest

from lib import fastcgi
from lib.podload import OverSocket
from lib.wait import wait_for

CLUSTER = "real"


def flood(installation, count, method, path, body, headers):
    """Replies to `count` requests, sent side by side on a few kept connections: (status, code, Retry-After)."""
    replies, lock = [], threading.Lock()

    def send(share):
        connection = http.client.HTTPConnection("127.0.0.1", installation.port)
        for _ in range(share):
            connection.request(method, path, body, {"Content-Type": "application/json", "Accept-Language": "en", **headers})
            reply = connection.getresponse()
            text = reply.read().decode()
            with lock:
                replies.append((reply.status, text, reply.getheader("Retry-After")))
    threads = [threading.Thread(target=send, args=(count // 8,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_changes_of_one_session(installation):
    """A session's flood of changes is stopped before the daemon; another session of the address goes on."""
    flooding, other = installation.client(), installation.client()
    before = installation.sql("select count(*) from audit.rows")
    replies = flood(installation, 400, "POST", f"/api/{CLUSTER}/Bad/pods/x/remove-load", "{}", {"Cookie": flooding.cookie})
    stopped = [reply for reply in replies if reply[0] == 429]
    assert len(stopped) > 150 and {reply[0] for reply in replies} == {422, 429}, {reply[0] for reply in replies}
    assert all(retry and '"code"' in text for _, text, retry in stopped)
    assert other.post(f"/api/{CLUSTER}/Bad/pods/x/remove-load").status == 422
    assert flooding.get("/api/current-user").status == 200  # reads have a budget of their own
    assert int(installation.sql("select count(*) from audit.rows")[0][0]) - int(before[0][0]) < 400


def raw(daemon, data):
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(20)
    link.connect(str(daemon.socket))
    link.sendall(data)
    return link


def test_what_is_no_fastcgi_ends_its_connection_only(daemons):
    """Lengths of two gigabytes ended the daemon once, and 32 connections with one byte each held all its workers."""
    daemon = daemons("first")
    begin = fastcgi.record(fastcgi.BEGIN, struct.pack(">HB5x", 1, 1))
    lengths = struct.pack(">II", 0xFFFFFFFE, 0xFFFFFFFE)
    for data in (begin + fastcgi.record(fastcgi.PARAMS, lengths) + fastcgi.record(fastcgi.PARAMS, b""), begin + fastcgi.record(99, b"x"),
                 begin + begin, b"GET / HTTP/1.1\r\n\r\n", fastcgi.record(fastcgi.STDIN, b"")):
        with raw(daemon, data) as link:
            assert link.recv(1) == b"", data
    held = [raw(daemon, begin[:1]) for _ in range(64)]
    began = time.monotonic()
    assert OverSocket(daemon.socket).get("/healthz").status == 200
    assert time.monotonic() - began < 2
    for link in held:
        assert link.recv(1) == b""  # cut, ten seconds after its first byte
        link.close()


@pytest.fixture
def slow(installation, kubesim, folder, admin):
    """The simulated cluster under podload, whose lists of Pods take two seconds."""
    installation.command("cluster", "add", "slow", "--kubeconfig", str(folder / "kubesim/kubeconfig"))
    wait_for(lambda: any(row["name"] == "slow" for row in admin.get("/api/clusters").json), 2, "the cluster slow")
    kubesim.request("POST", "/sim/faults", {"method": "GET", "path": "/api/v1/namespaces/shop/services\\?", "times": 100000, "delay": 2})
    yield "slow"
    kubesim.request("DELETE", "/sim/faults")
    installation.command("cluster", "remove", "slow")


@pytest.mark.parametrize("parallel", [8, 30])
def test_slow_reads_never_keep_changes_out(installation, daemons, slow, parallel):
    """One user who may read, with lists that hang: nobody's removal is refused for want of room."""
    daemon = daemons("first")
    installation.user(f"crowding-{parallel}")
    reader, writer = (OverSocket(daemon.socket).login(*who) for who in ((f"crowding-{parallel}",), ()))
    ended, answers, lock = threading.Event(), [], threading.Lock()

    def read():
        while not ended.is_set():
            reply = reader.get(f"/api/{slow}/shop/services")
            with lock:
                answers.append((reply.status, reply.json["code"] if reply.status != 200 else ""))
    reading = [threading.Thread(target=read) for _ in range(parallel)]
    for one in reading:
        one.start()
    try:
        wait_for(lambda: (503, "too_many_reads") in answers, 20, "the user's share of reads is used up")
        codes = [writer.remove(slow, "shop", "no-such-pod").json["code"] for _ in range(34)]
        assert codes == ["pod_not_found"] * 34
        assert daemon.client().get("/api/current-user").status == 200
    finally:
        ended.set()
        for one in reading:
            one.join()
