"""A long mixed stream through `coffer encrypt | coffer decrypt | sha256sum`, at constant memory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from pathlib import Path

from measure import MemoryWatcher
from torture_bed import Bed, expect

BLOCK = 8 << 20


def text_of_this_machine(byte_count: int) -> bytes:
    """Real text, so that it compresses as text does."""
    found = bytearray()
    for tree in ("/usr/share/doc", "/usr/include", "/usr/lib"):
        for folder, _, names in os.walk(tree):
            for name in sorted(names):
                try:
                    found += Path(folder, name).read_bytes()[:1 << 20]
                except OSError:
                    continue
                if len(found) >= byte_count:
                    return bytes(found[:byte_count])
    return bytes(found)


def produce(output: int, byte_count: int, digest: "hashlib._Hash", start: float) -> None:
    """Blocks of text and of random bytes in turn; never two blocks alike."""
    text, left, turn = text_of_this_machine(4 * BLOCK), byte_count, 0
    told = 0
    while left > 0:
        if turn % 2:
            block = os.urandom(min(BLOCK, left))
        else:
            at = turn * 4099 % (len(text) // 2)
            block = (turn.to_bytes(8, "big") + text[at:at + BLOCK - 8])[:left]
        digest.update(block)
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(output, rest):]
        left -= len(block)
        turn += 1
        if (byte_count - left) * 10 // byte_count > told:
            told = (byte_count - left) * 10 // byte_count
            print(f"{told * 10:3} %  {time.monotonic() - start:7.1f} s", flush=True)
    os.close(output)


def stream(bed: Bed, gibibytes: float) -> None:
    byte_count, start = int(gibibytes * 2**30), time.monotonic()
    ours, digest = os.pipe(), hashlib.sha256()
    seal = bed.start("encrypt", "-q", "-T2", "-k", bed.key, stdin=ours[0], stdout=subprocess.PIPE)
    open_ = bed.start("decrypt", "-q", "-T2", "-k", bed.key, stdin=seal.stdout,
                      stdout=subprocess.PIPE)
    sums = subprocess.Popen(["sha256sum"], stdin=open_.stdout, stdout=subprocess.PIPE)
    os.close(ours[0])
    seal.stdout.close()
    open_.stdout.close()
    watchers = [MemoryWatcher(process.pid) for process in (seal, open_)]
    writer = threading.Thread(target=produce, args=(ours[1], byte_count, digest, start))
    writer.start()
    result = sums.communicate()[0].split()[0].decode()
    writer.join()
    for name, process, watcher in zip(("encrypt", "decrypt"), (seal, open_), watchers):
        code, peak = process.wait(), watcher.stop()
        early = max((value for at, value in watcher.samples
                     if at < (time.monotonic() - start) / 4), default=0)
        print(f"{name}: exit {code}, VmHWM {peak / 2**20:.1f} MiB "
              f"({early / 2**20:.1f} MiB after the first quarter)")
        expect(code == 0, f"{name} ended with {code}: {process.stderr.read()!r}")
        expect(peak <= early * 1.1 + (4 << 20), f"the memory of {name} grows with the stream")
    expect(result == digest.hexdigest(), "the digests differ")
    seconds = time.monotonic() - start
    print(f"{gibibytes:g} GiB in {seconds:.1f} s ({gibibytes / seconds:.2f} GiB/s), "
          f"sha256 {result} on both ends")
