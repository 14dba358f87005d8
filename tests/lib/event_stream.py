"""Server-Sent Events, read as a browser does: what ends is not opened again."""
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .wait import wait_for


@dataclass
class Event:
    name: str = "message"
    id: str = ""
    data: object = None
    at: float = field(default_factory=time.monotonic)  # when it arrived


class EventStream:
    """The stream of a path; `events` grows while a thread reads. Usable in `with`."""

    def __init__(self, client, path, headers=None):
        where = urlsplit(client.url)
        self.connection = http.client.HTTPConnection(where.hostname, where.port, timeout=120)
        given = {"Cookie": client.cookie, "Accept-Language": "en", **({"Authorization": f"Bearer {client.token}"} if client.token else {}), **(headers or {})}
        self.opened = time.monotonic()
        self.connection.request("GET", path, headers=given)
        self.reply = self.connection.getresponse()
        self.status, self.headers = self.reply.status, {name.lower(): value for name, value in self.reply.getheaders()}
        self.events, self.bytes, self.ended, self.text = [], 0, threading.Event(), ""
        if self.status == 200:
            threading.Thread(target=self.read, daemon=True).start()
        else:
            self.text = self.reply.read().decode()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def read(self):
        event, data = Event(), []
        try:
            for line in self.reply:
                self.bytes += len(line)
                text = line.decode().rstrip("\n")
                name, _, value = text.partition(": ")
                if not text and (data or event.name != "message"):
                    event.data, event.at = parsed("\n".join(data)), time.monotonic()
                    self.events.append(event)
                    event, data = Event(), []
                elif name == "event":
                    event.name = value
                elif name == "id":
                    event.id = value
                elif name == "data":
                    data.append(value)
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # cut, or closed by close()
        self.ended.set()

    def close(self):
        if self.connection.sock is not None:
            self.connection.sock.shutdown(2)
        self.connection.close()

    def named(self, name):
        return [event for event in list(self.events) if event.name == name]

    def wait_for(self, name, condition=lambda event: True, seconds=20):
        """The first such event, which may have arrived already."""
        return wait_for(lambda: next((event for event in self.named(name) if condition(event)), None), seconds, f"the event {name}")

    @property
    def last_id(self):
        return next((event.id for event in reversed(self.events) if event.id), "")


def parsed(text):
    return json.loads(text) if text else None
