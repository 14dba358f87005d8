"""What nginx lets through: sign-ins by address, changes by session, bodies by size; and what it says to the rest."""
import http.client
import threading

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
