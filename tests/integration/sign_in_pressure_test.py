"""Sixteen threads guess passwords from ever new addresses: a colleague gets in all the same."""
import itertools
import threading
import time

import pytest

from lib.podload import PASSWORD, OverSocket

HERE, ELSEWHERE = "198.51.100.7", "198.51.100.8"


@pytest.fixture
def colleague(installation, daemons):
    name, _ = installation.user("colleague")
    yield OverSocket(daemons("first").socket), name
    installation.sql("delete from auth.users where username = 'colleague'")


@pytest.fixture
def guesses(daemons):
    """Runs while the test does."""
    numbers, over, counted, lock = itertools.count(), threading.Event(), {}, threading.Lock()

    def guess():
        client = OverSocket(daemons("first").socket)
        while not over.is_set():
            number = next(numbers)
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            status = client.post("/api/login", {"username": f"name{number}", "password": "guess"}, address=address).status
            with lock:
                counted[status] = counted.get(status, 0) + 1
    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    yield counted
    over.set()
    for thread in threads:
        thread.join()


def enter(client, name, address, tries):
    """Seconds until a sign-in succeeds; each time that too many guess it is tried again."""
    began = time.monotonic()
    for _ in range(tries):
        reply = client.post("/api/login", {"username": name, "password": PASSWORD}, address=address)
        if reply.status == 200:
            return time.monotonic() - began
        assert reply.status == 503, reply
    raise AssertionError(f"not in after {tries} tries")


def test_a_colleague_gets_in_twenty_times_of_twenty(colleague, request):
    client, name = colleague
    enter(client, name, HERE, 1)  # from where nobody guesses yet
    counted = request.getfixturevalue("guesses")
    taken = [enter(client, name, HERE, 1) for _ in range(20)]
    print(f"known address: 20 of 20, slowest {max(taken):.2f} s; guesses meanwhile: {counted}")
    assert max(taken) < 3
    # An address that was never here gets its turn too, by asking again.
    taken = enter(client, name, ELSEWHERE, 2000)
    print(f"new address: in after {taken:.2f} s")
    assert taken < 5
