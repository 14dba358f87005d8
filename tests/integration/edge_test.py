"""What stands before the daemon: what nginx believes, lets through and says; and what of an installation other users of the
machine can see."""
import http.client
import json
import os
import secrets
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.podload import PASSWORD
from lib.wait import wait_for

CLUSTER = "real"
PROXY = "127.0.0.9"  # an address of this machine that a proxy speaks from


def ask(installation, method, path, body=None, source="127.0.0.1", **headers):
    """(status, headers, text) of one request from that address."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, source_address=(source, 0), timeout=30)
    connection.request(method, path, body, {"Accept-Language": "en", **({"Content-Type": "application/json"} if body else {}),
                                            **{name.replace("_", "-"): value for name, value in headers.items()}})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, text


def sign_in(installation, password=PASSWORD, **more):
    return ask(installation, "POST", "/api/login", f'{{"username": "admin", "password": "{password}"}}', **more)


def last_address(installation, action):
    return installation.sql(f"select address from audit.rows where action = '{action}' order by id desc limit 1")[0][0]


def services(installation):
    """The pids of everything that runs in an installation."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(installation.state).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # it ended
    return found


def descendants(pids):
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def test_the_first_password_is_in_no_service(installation):
    looked_at = set()
    for pid in descendants(services(installation)):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            looked_at.add(Path(f"/proc/{pid}/comm").read_text().strip())
        except OSError:
            continue
        assert b"PODLOAD_ADMIN_PASSWORD" not in environment and PASSWORD.encode() not in environment, pid
    assert {"postgres", "nginx", "podloadd"} <= looked_at, looked_at


def test_logs_and_settings_are_closed_to_other_users(installation):
    state = installation.state
    for folder in ("log", "etc", "audit", "run/podload", "run/postgres"):
        assert (state / folder).stat().st_mode & 0o007 == 0, folder
    for folder in (".", "run", "build"):
        assert (state / folder).stat().st_mode & 0o077 == 0o011, folder
    files = [path for folder in ("log", "etc", "audit") for path in (state / folder).rglob("*") if path.is_file()]
    assert len(files) > 10
    done = subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh", "-c",
                           'for file; do if [ -r "$file" ]; then echo "$file"; fi; done', "sh", *files], text=True, capture_output=True, check=True)
    assert done.stdout == ""


def test_the_cookie_is_this_installation_s(installation):
    """Two installations on one host, one jar: neither signs the other's users out."""
    client = installation.client()
    name, value = client.cookie.split("=")
    assert name == f"podload-{installation.port}"
    other = f"podload-{installation.port + 1}={secrets.token_urlsafe(32)}; podload={secrets.token_urlsafe(32)}"
    assert ask(installation, "GET", "/api/current-user", Cookie=f"{other}; {name}={value}")[0] == 200
    assert ask(installation, "GET", "/api/current-user", Cookie=other)[0] == 401
    # Which cookie it is, nginx says; a client cannot.
    assert ask(installation, "GET", "/api/current-user", Cookie=f"{other}; {name}={value}", X_Podload_Cookie=str(installation.port + 1))[0] == 200


def test_a_decoy_does_not_evade_the_limits_of_a_session(installation):
    client = installation.client()

    def change(_):
        decoys = [f"{name}={secrets.token_urlsafe(32)}" for name in ("podload", f"__Host-podload-{installation.port}", "podload-1")]
        cookies = "; ".join([*decoys, client.cookie, f"podload-{installation.port}={secrets.token_urlsafe(32)}"])
        return ask(installation, "POST", f"/api/{CLUSTER}/Bad/pods/x/remove-load", "{}", Cookie=cookies)[0]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(change, range(400)))
    assert replies.count(429) > 20 and set(replies) == {422, 429}, set(replies)


def test_a_daemon_that_crashes_is_back_within_two_seconds(installation, admin):
    """Its supervisor starts it again; who is signed in stays so. nginx's own words stand in meanwhile."""
    pid_file = installation.state / "run/podloadd.pid"
    first = int(pid_file.read_text())
    os.kill(first, signal.SIGSEGV)
    began = time.monotonic()
    wait_for(lambda: admin.get("/api/current-user").status == 200 and int(pid_file.read_text()) != first, 10, "the daemon again")
    assert time.monotonic() - began < 2
    lines = [json.loads(line) for line in (installation.state / "log/podloadd.log").read_text().splitlines()[-40:] if line.startswith("{")]
    messages = [(line["message"], line.get("signal")) for line in lines]
    assert ("podloadd crashed", "SIGSEGV") in messages and ("podloadd was ended by a signal and is started again", signal.SIGSEGV) in messages


def test_headers_that_say_for_whom_are_ignored_without_a_proxy(installation):
    status, headers, _ = sign_in(installation, X_Forwarded_For="192.0.2.77", X_Forwarded_Proto="https")
    assert status == 200 and "Secure" not in headers["set-cookie"]
    assert last_address(installation, "login_success") == "127.0.0.1"


@pytest.fixture(scope="module")
def proxied(installation):
    installation.up("--trusted-proxy", PROXY, "--public-address", f"https://console.example:{installation.port}")
    installation.up()  # and it is kept
    yield installation
    installation.up("--trusted-proxy", "none", "--public-address", "none")


def test_a_trusted_proxy_says_for_whom_it_asks(proxied):
    by_proxy = {"source": PROXY, "X_Forwarded_Proto": "https"}
    assert [sign_in(proxied, "wrong", X_Forwarded_For="192.0.2.1", **by_proxy)[0] for _ in range(7)] == [401] * 5 + [429] * 2
    assert last_address(proxied, "login_failed") == "192.0.2.1"
    status, headers, _ = sign_in(proxied, X_Forwarded_For="192.0.2.2", **by_proxy)  # nobody waits for a stranger's guesses
    assert status == 200
    assert last_address(proxied, "login_success") == "192.0.2.2"
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"__Host-podload-{proxied.port}=") and "; Secure" in cookie
    assert "strict-transport-security" in headers
    session = cookie.split(";")[0]
    assert ask(proxied, "GET", "/api/current-user", Cookie=session, **by_proxy)[0] == 200
    # What the client itself wrote into the header stands left of what the proxy saw, and is not believed.
    sign_in(proxied, X_Forwarded_For="198.51.100.9, 192.0.2.3", **by_proxy)
    assert last_address(proxied, "login_success") == "192.0.2.3"


def test_only_the_names_that_were_given_are_served(proxied):
    assert ask(proxied, "GET", "/api/current-user", Host="console.example")[0] == 401
    status, _, text = ask(proxied, "GET", "/api/current-user", Host="evil.example")
    assert status == 421 and "unknown_host" in text, text


def test_only_a_trusted_proxy_is_believed(proxied):
    status, headers, _ = sign_in(proxied, X_Forwarded_For="192.0.2.77", X_Forwarded_Proto="https")
    assert status == 200 and "Secure" not in headers["set-cookie"]
    assert last_address(proxied, "login_success") == "127.0.0.1"


def test_an_ipv6_household_is_one_address_and_another_is_not(proxied):
    def stopped(network):
        with ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(lambda n: sign_in(proxied, "wrong", source=PROXY, X_Forwarded_For=f"{network}::{n:x}")[2], range(1, 81)))
        return sum('"code":"too_many_requests"' in text for text in texts)  # nginx's: the daemon's is sign_in_blocked
    assert stopped("2001:db8:1:2") > 10
    assert sign_in(proxied, source=PROXY, X_Forwarded_For="2001:db8:1:3::1")[0] == 200
    # IPv4 addresses written as IPv6 ones are not one household.
    assert sign_in(proxied, source=PROXY, X_Forwarded_For="::ffff:192.0.2.8")[0] == 200


@pytest.mark.parametrize("option, value, said", [
    ("--trusted-proxy", "proxy.example", "must be an IP address"), ("--trusted-proxy", "192.0.2.0/33", "must be 1 to 32"),
    ("--trusted-proxy", "0.0.0.0/0", "must be 1 to 32"), ("--public-address", "console.example", "must be a scheme, a name"),
    ("--public-address", "https://console.example:99999", "at most 65535"), ("--public-address", "https://console.example/podload", "must be a scheme")])
def test_addresses_that_cannot_be_are_refused_and_not_kept(installation, option, value, said):
    before = (installation.state / "etc/settings").read_text()
    with pytest.raises(AssertionError, match=said):
        installation.up(option, value)
    assert (installation.state / "etc/settings").read_text() == before


def test_large_cookies_are_served_and_larger_ones_explained(installation):
    client = installation.client()
    for size in (9_000, 20_000, 32_000):
        assert ask(installation, "GET", "/api/clusters", Cookie=f"corp_sso={'x' * size}; {client.cookie}")[0] == 200, size
    for path in ("/api/clusters", "/"):
        status, _, text = ask(installation, "GET", path, Cookie=f"corp_sso={'x' * 40_000}")
        assert (status, '"code":"headers_too_large"' in text, "cookies" in text) == (431, True, True), text
    connection = http.client.HTTPConnection("127.0.0.1", installation.port)
    connection.putrequest("GET", "/api/clusters")
    for name in ("a", "b"):
        connection.putheader("Cookie", f"{name}={'x' * 20_000}")
    connection.endheaders()
    assert connection.getresponse().status == 431  # together they are too large
    connection.close()
    status, _, text = ask(installation, "GET", "/api/clusters?q=" + "x" * 9000, Cookie=client.cookie)
    assert (status, '"code":"bad_path"' in text) == (414, True)


@pytest.mark.parametrize("path, most, said", [("/api/login", 4, "4 kB"), (f"/api/{CLUSTER}/shop/pods/x/remove-load", 16, "16 kB"),
                                              ("/api/admin/users", 512, "512 kB")])
def test_bodies(installation, path, most, said):
    status, _, text = ask(installation, "POST", path, '{"x": "' + "x" * (most * 1024) + '"}')
    assert status == 413 and said in text, text
    assert ask(installation, "POST", path, '{"x": "' + "x" * (most * 1024 - 100) + '"}')[0] != 413
