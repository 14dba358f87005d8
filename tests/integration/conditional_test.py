"""What a client that polls transfers: nothing while nothing changes, and compressed JSON otherwise."""
import gzip
import http.client
import json

from lib.wait import wait_for

CLUSTER = "real"


def fetch(installation, admin, path, **headers):
    """(status, headers, bytes) of a GET through nginx; the bytes as they came."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=30)
    connection.request("GET", path, None, {"Cookie": admin.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}})
    reply = connection.getresponse()
    raw = reply.read()
    connection.close()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, raw


def settled(installation, admin, path, count):
    """The page from memory, once it shows that all its Pods receive traffic: nothing changes it then."""
    def look():
        status, headers, raw = fetch(installation, admin, path)
        states = [pod["traffic"] and pod["traffic"]["state"] for pod in json.loads(raw)]
        return (status, headers, raw) if states == ["receiving"] * count else None
    return wait_for(look, 20, "the page at rest")


def test_pods_are_sent_again_only_when_one_has_changed(world, space, installation, admin):
    world.app(space, "web", 3)
    path = f"/api/{CLUSTER}/{space}/pods?running_time=false"
    status, headers, raw = settled(installation, admin, path, 3)
    pods = json.loads(raw)
    assert status == 200 and "running_time" not in pods[0]
    status, again, raw = fetch(installation, admin, path, If_None_Match=headers["etag"])
    assert (status, raw, again["etag"], again["cache-control"]) == (304, b"", headers["etag"], "no-store")
    removed = admin.remove(CLUSTER, space, pods[0]["name"], query="?wait=proof", reason="look")
    assert removed.status == 200, removed
    status, after, raw = fetch(installation, admin, path, If_None_Match=headers["etag"])
    assert status == 200 and after["etag"] != headers["etag"]
    assert [pod["name"] for pod in json.loads(raw) if pod["has_removeload"]] == [pods[0]["name"]]


def test_an_etag_opens_nothing(world, space, installation, admin):
    """Without the right to a reply, nobody learns whether they have the same one."""
    world.app(space, "web", 1)
    path = f"/api/{CLUSTER}/{space}/pods?running_time=false"
    etag = fetch(installation, admin, path)[1]["etag"]
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=30)
    for given in (etag, "*"):
        connection.request("GET", path, None, {"If-None-Match": given})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 401
    connection.close()


def test_json_is_compressed_for_those_that_accept_it(installation, admin):
    """The document by the daemon, once; other replies by nginx. Both have the ETag of the plain bytes."""
    for path in ("/api/openapi.json", "/api/clusters"):
        status, plain, text = fetch(installation, admin, path)
        assert status == 200 and "content-encoding" not in plain
        status, packed, raw = fetch(installation, admin, path, Accept_Encoding="gzip")
        assert (status, packed["content-encoding"], packed["etag"]) == (200, "gzip", plain["etag"])
        assert gzip.decompress(raw) == text
        assert fetch(installation, admin, path, Accept_Encoding="gzip", If_None_Match=packed["etag"])[0] == 304
    assert "Accept-Encoding" in packed["vary"]
