"""One FastCGI request on a unix socket, as nginx would send it: for a daemon that no nginx is before."""
import json
import os
import socket
import struct

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
LARGEST = 65528  # bytes of a record's content


def record(kind, content):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def pair(name, value):
    name, value = name.encode(), value.encode()
    lengths = b"".join(bytes([n]) if n < 128 else struct.pack(">I", n | 0x80000000) for n in (len(name), len(value)))
    return lengths + name + value


class Reply:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"{self.status} {self.text[:500]}"


def accepts(path):
    """Whether someone listens there: between bind and listen the socket exists and refuses."""
    with socket.socket(socket.AF_UNIX) as link:
        return link.connect_ex(str(path)) == 0


def request(path, method, uri, body=b"", headers=None, request_id=None, timeout=60, address="127.0.0.1"):
    """`headers`: names as on the wire. Of a stream, its head and what came with it. Raises OSError where the daemon is gone."""
    params = {"REQUEST_METHOD": method, "REQUEST_URI": uri, "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": address,
              "CONTENT_TYPE": "application/json" if body else "", "REQUEST_ID": request_id or os.urandom(16).hex()}
    params.update({"HTTP_" + name.upper().replace("-", "_"): value for name, value in (headers or {}).items()})
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(timeout)
        link.connect(str(path))
        link.sendall(record(BEGIN, struct.pack(">HB5x", 1, 0)) + record(PARAMS, b"".join(pair(*one) for one in params.items()))
                     + record(PARAMS, b"") + b"".join(record(STDIN, body[at:at + LARGEST]) for at in range(0, len(body), LARGEST)) + record(STDIN, b""))
        answer, buffer = b"", b""
        while True:
            piece = link.recv(65536)
            if not piece:
                raise ConnectionError("the daemon closed the connection")
            buffer += piece
            while len(buffer) >= 8:
                _, kind, _, length, padding = struct.unpack(">BBHHB", buffer[:7])
                if len(buffer) < 8 + length + padding:
                    break
                content, buffer = buffer[8:8 + length], buffer[8 + length + padding:]
                if kind == STDOUT:
                    answer += content
                head, found_end, text = answer.partition(b"\r\n\r\n")
                if kind == END or (found_end and b"\r\nContent-Type: text/event-stream" in head):  # of a stream, its beginning
                    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
                    found = {name.lower(): value for name, value in lines}
                    return Reply(int(found.get("status", "200").split()[0]), found, text.decode())
