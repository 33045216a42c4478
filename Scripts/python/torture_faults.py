"""Disks that are full or broken, neighbours in a pipe that die, files that are damaged."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Iterator
from contextlib import contextmanager

from torture_bed import ALIAS, TIMEOUT, Bed, digest, expect, inject
from torture_kills import prepared


def failing_call(bed: Bed) -> None:
    """A write, fsync or link that fails: 73 or 74, the old file untouched, nothing left."""
    target, exists = prepared(bed, "sealed", bed.sealed_old)
    call = bed.rng.choice(("pwrite64", "writev", "fsync", "linkat", "ftruncate", "fchmod"))
    error = "EIO" if call == "fsync" else bed.rng.choice(("ENOSPC", "EIO", "EDQUOT"))
    done = bed.run(
        "encrypt", "-q", "-k", bed.key, *(["-f"] if exists else []), "-o", str(target),
        str(bed.new),
        wrap=inject(call, f"error={error}:when={bed.rng.randrange(1, 3)}+"))
    bed.expect_code(done, 0, 73, 74)
    bed.expect_names(target.name)
    if done.returncode == 0:
        bed.note(f"{call}: not called so often")
        expect(bed.plaintext_of(target) == digest(bed.new), "it ended well with another content")
    elif call == "fsync" and target.exists() and bed.plaintext_of(target) == digest(bed.new):
        # The directory's fsync comes after the name, which cannot be taken back.
        bed.note("fsync of the directory failed: the complete output stays, and it says so")
    elif exists:
        expect(target.read_bytes() == bed.sealed_old.read_bytes(), "a failure changed the old file")
    else:
        expect(not target.exists(), "a failure left an output")


def full_device(bed: Bed) -> None:
    """/dev/full as standard output."""
    verb = bed.rng.choice((["encrypt", "-q", "-k", bed.key, "-o", "-", str(bed.new)],
                           ["decrypt", "-q", "-k", bed.key, "-o", "-", str(bed.sealed_new)],
                           ["cat", "-k", bed.key, str(bed.sealed_new), "--range", "0:100000"]))
    with open("/dev/full", "wb", buffering=0) as full:
        bed.expect_code(bed.run(*verb, stdout=full), 74)


def broken_reader(bed: Bed) -> None:
    """The reader goes away after some bytes: 141, and not a word."""
    verb = bed.rng.choice((["encrypt", "-k", bed.key, "-o", "-", str(bed.new)],
                           ["decrypt", "-k", bed.key, "-o", "-", str(bed.sealed_new)]))
    with bed.start(*verb, stdout=subprocess.PIPE) as process:
        left = bed.rng.choice((0, 1, 100, 65536, 3 << 20))
        while left > 0:
            left -= len(os.read(process.stdout.fileno(), left))
        process.stdout.close()
        process.wait(TIMEOUT)
        words = process.stderr.read()
    expect(process.returncode in (141, -13), f"a closed pipe ended it with {process.returncode}")
    expect(words == b"", f"a closed pipe made it say {words!r}")


def broken_writer(bed: Bed) -> None:
    """The writer of a container dies: 65, no output file; on a pipe only a true prefix."""
    bed.clear_area()
    whole = bed.sealed_new.read_bytes()
    cut = whole[:bed.rng.randrange(len(whole))]
    target = bed.area / "plain"
    done = feed(bed, cut, "decrypt", "-q", "-k", bed.key, "-o", str(target), "-")
    bed.expect_code(done, 65)
    bed.expect_names()
    done = feed(bed, cut, "decrypt", "-q", "-k", bed.key, "-", stdout=subprocess.PIPE)
    bed.expect_code(done, 65)
    expect(bed.new.read_bytes().startswith(done.stdout), "what came out is no prefix")


def feed(bed: Bed, data: bytes, *arguments: str, **options) -> subprocess.CompletedProcess:
    with bed.start(*arguments, stdin=subprocess.PIPE, **options) as process:
        output, errors = process.communicate(data, timeout=TIMEOUT)
    return subprocess.CompletedProcess(list(arguments), process.returncode, output, errors)


def damaged_file(bed: Bed) -> None:
    """A file that was cut, lengthened or changed anywhere: never 0, nothing left."""
    bed.clear_area()
    data = bytearray(bed.sealed_new.read_bytes())
    at, kind = bed.rng.randrange(1, len(data)), bed.rng.randrange(3)
    if kind == 0:
        del data[at:]
    elif kind == 1:
        data[at] ^= 1 << bed.rng.randrange(8)
    else:
        data += bed.rng.randbytes(bed.rng.choice((1, 52, 4096)))
    damaged = bed.area / "damaged.coffer"
    damaged.write_bytes(data)
    for arguments in (["decrypt", "-q", "-k", bed.key, "-o", str(bed.area / "plain")],
                      ["verify", "-q", "-k", bed.key]):
        done = bed.run(*arguments, str(damaged))
        # A header with a changed stanza or context opens with no key; a changed magic is foreign.
        bed.expect_code(done, *((65,) if kind != 1 or at > 4096 else (65, 67, 76, 77)))
    bed.expect_names("damaged.coffer")


def wrong_key(bed: Bed) -> None:
    bed.clear_area()
    done = bed.run("decrypt", "-q", "-k", bed.wrong_key, "-o", str(bed.area / "plain"),
                   str(bed.sealed_new))
    bed.expect_code(done, 67)
    bed.expect_names()


# --- A small tmpfs ----------------------------------------------------------------------------


def can_mount(folder: Path) -> bool:
    try:
        with small_disk(folder / "probe", 1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Path]:
    path.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)],
                   check=True, stderr=subprocess.DEVNULL)
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)
        path.rmdir()


def full_disk(bed: Bed) -> None:
    bed.clear_area()
    with small_disk(bed.area / "disk", bed.rng.randrange(1, 16)) as disk:
        verb = bed.rng.choice((["encrypt", "-q", *bed.keys, "-o", str(disk / "out"), str(bed.new)],
                               ["decrypt", "-q", "-k", bed.key, "-o", str(disk / "out"),
                                str(bed.sealed_new)]))
        bed.expect_code(bed.run(*verb), 73, 74)
        expect(not any(disk.iterdir()), f"left on a full disk: {list(disk.iterdir())}")
        free = os.statvfs(disk)
        expect(free.f_bfree == free.f_blocks or free.f_blocks - free.f_bfree < 4,
               "the full disk did not get its space back")


def full_keystore(bed: Bed) -> None:
    """The disk of the keystore fills up: calls fail, and everything opens when there is room."""
    bed.clear_area()
    with small_disk(bed.area / "disk", 2) as disk:
        environment = bed.environment | {"COFFER_HOME": str(disk / "keystore")}
        target, source = bed.area / "sealed", bed.key[8:]
        seal = ["encrypt", "-q", "-k", ALIAS, "-f", "-o", str(target), source]
        bed.expect_ok(*seal, env=environment)
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        for arguments in (["key", "create"], ["key", "rotate", ALIAS], seal):
            done = bed.run(*arguments, env=environment)
            expect(done.returncode in (0, 73, 74, 78),
                   f"{arguments[0]} on a full disk ended with {done.returncode}: {done.stderr!r}")
        filler.unlink()
        bed.expect_ok("key", "list", env=environment)
        bed.expect_ok("decrypt", "-q", "-o", "-", str(target), env=environment)
        bed.expect_ok(*seal, env=environment)
        bed.expect_ok("audit", "verify", env=environment)
