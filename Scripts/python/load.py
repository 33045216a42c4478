"""Sends requests that were signed before: as fast as they are answered (wrk), or each at its moment."""

from __future__ import annotations

import gc
import json
import select
import socket
import subprocess
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from measure import Failed

CONNECTIONS = 16
#: Of the steady load: more than are ever busy.
STEADY_CONNECTIONS = 64

#: Headers and body.
Request = tuple[dict[str, str], bytes]

LUA = """
local requests = {}
local file = io.open("%s", "rb")
while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    requests[#requests + 1] = file:read(length)
end
local at = 0
function request()
    at = at %% #requests + 1
    return requests[at]
end
function done(summary, latency)
    io.stderr:write(string.format('{"requests": %%d, "microseconds": %%d, "errors": %%d}',
        summary.requests, summary.duration,
        summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
            + summary.errors.connect))
end
"""


@dataclass
class Carried:
    requests: int
    seconds: float
    #: Of the server, seconds for each request.
    cpu: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def message(port: int, path: str, request: Request) -> bytes:
    """The request as it goes out."""
    headers, body = request
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in headers.items()
        if name.lower() not in ("host", "content-length"))
    return (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def as_fast_as_possible(url: str, path: str, requests: list[Request], folder: Path, process: int,
                        seconds: int) -> Carried:
    """Sends the requests in turn, over and over."""
    port = int(url.rsplit(":", 1)[1])
    script, data = folder / "load.lua", folder / "requests"
    with data.open("wb") as file:
        for request in requests:
            raw = message(port, path, request)
            file.write(b"%d\n%s\n" % (len(raw), raw))
    script.write_text(LUA % data)
    before = cpu_seconds(process)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url],
        capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stderr.strip():
        raise Failed(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    found = json.loads(done.stderr.strip().splitlines()[-1])
    if found["errors"] or not found["requests"]:
        raise Failed(f"requests were refused: {found}")
    return Carried(found["requests"], found["microseconds"] / 1e6,
                   (cpu_seconds(process) - before) / found["requests"])


def steadily(port: int, requests: list[Request], rate: int, seconds: int) -> list[float]:
    """Sends `rate` requests a second, each at its own moment, whatever became of those before it.

    Returns the seconds from that moment to the whole answer, ascending: who has to wait for a
    connection, or for this program, is counted with that wait.
    """
    messages = [message(port, "/", request) for request in requests]
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(STEADY_CONNECTIONS)]
    for connection in connections:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    idle, due, answers = deque(connections), {}, {}
    waits: list[float] = []
    count, sent = rate * seconds, 0
    gc.disable()
    start = time.perf_counter()
    while len(waits) < count:
        while idle and sent < count and start + sent / rate <= time.perf_counter():
            connection = idle.popleft()
            due[connection] = start + sent / rate
            answers[connection] = b""
            connection.sendall(messages[sent % len(messages)])
            sent += 1
        wait = None if not idle or sent == count else start + sent / rate - time.perf_counter()
        if wait is not None and wait < 0:
            wait = 0
        for connection in select.select(list(due), [], [], wait)[0]:
            answer = answers[connection] + connection.recv(1 << 16)
            answers[connection] = answer
            if not is_whole(answer):
                continue
            waits.append(time.perf_counter() - due.pop(connection))
            idle.append(connection)
    gc.enable()
    for connection in connections:
        connection.close()
    return sorted(waits)


def is_whole(answer: bytes) -> bool:
    end = answer.find(b"\r\n\r\n")
    if not answer:
        raise Failed("a connection was closed")
    if end < 0:
        return False
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise Failed(f"a request was refused: {answer!r}")
    head = answer[:end].lower()
    at = head.index(b"content-length:") + len(b"content-length:")
    return len(answer) >= end + 4 + int(head[at:].split(b"\r", 1)[0])
