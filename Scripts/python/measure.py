"""Runs a pipeline of programs and says what it cost: wall time, CPU time, peak memory."""

from __future__ import annotations

import os
import resource
import threading
import time
from dataclasses import dataclass, field
from typing import Optional

Command = list[str]


@dataclass
class Sample:
    wall: float
    cpu: float
    #: Peak resident bytes of each stage.
    peaks: list[int]


@dataclass
class Pipeline:
    """Stages joined by pipes, from `stdin` to `stdout` (names of files)."""

    stages: list[Command]
    stdin: str = "/dev/null"
    stdout: str = "/dev/null"
    environment: dict[str, str] = field(default_factory=dict)


class Failed(Exception):
    pass


def spawn(command: Command, stdin: int, stdout: int, environment: dict[str, str]) -> int:
    # posix_spawn and no fork: what Python weighs must not be in a 2 ms measurement.
    return os.posix_spawnp(
        command[0], command, environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)])


def run(pipeline: Pipeline, watch_memory: bool = False) -> Sample:
    environment = os.environ | pipeline.environment
    count = len(pipeline.stages)
    first = os.open(pipeline.stdin, os.O_RDONLY)
    last = os.open(pipeline.stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    pipes = [os.pipe() for _ in range(count - 1)]
    inputs = [first] + [read for read, _ in pipes]
    outputs = [write for _, write in pipes] + [last]
    start = time.perf_counter()
    children = [spawn(command, inputs[at], outputs[at], environment)
                for at, command in enumerate(pipeline.stages)]
    for descriptor in inputs + outputs:
        os.close(descriptor)
    watchers = [MemoryWatcher(child) for child in children] if watch_memory else []
    ends = {child: os.wait4(child, 0) for child in children}
    wall = time.perf_counter() - start
    seen = [watcher.stop() for watcher in watchers] or [0] * count
    for command, child in zip(pipeline.stages, children):
        code = os.waitstatus_to_exitcode(ends[child][1])
        if code != 0:
            raise Failed(f"{' '.join(command)} ended with {code}")
    usages = [ends[child][2] for child in children]
    peaks = [max(polled, exact_peak(usage)) for polled, usage in zip(seen, usages)]
    return Sample(wall, sum(usage.ru_utime + usage.ru_stime for usage in usages), peaks)


def exact_peak(usage: resource.struct_rusage) -> int:
    """ru_maxrss, unless it is only what this process weighed when it started the child."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage.ru_maxrss * 1024 if usage.ru_maxrss > own + 256 else 0


class MemoryWatcher:
    """Reads VmHWM of a process until it ends. It only grows, so the last reading holds."""

    def __init__(self, process: int) -> None:
        self.peak = 0
        self.samples: list[tuple[float, int]] = []
        self._path = f"/proc/{process}/status"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        start = time.monotonic()
        while not self._ended.wait(0.002):
            found = status_bytes(self._path, "VmHWM:")
            if found is None:
                return
            if found > self.peak:
                self.peak = found
                self.samples.append((time.monotonic() - start, found))

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self.peak


def status_bytes(path: str, name: str) -> Optional[int]:
    try:
        with open(path, encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None
