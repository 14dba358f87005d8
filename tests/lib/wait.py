"""Waiting for a condition, the only way in which tests wait."""
import threading
import time


def wait_for(condition, seconds=20, what="the condition"):
    """Returns the condition's first true value; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true in {seconds} s"
        pause.wait(0.02)
