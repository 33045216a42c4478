"""kill -9 and other signals, anywhere in the life of each verb and at chosen system calls."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

from torture_bed import ALIAS, TIMEOUT, Bed, Broken, expect

#: Where files are written, made durable and given their names, and how often that happens. With
#: "all" it is any system call whatsoever.
FILES = {"writev": 3, "pwrite64": 3, "fsync": 4, "linkat": 1, "renameat": 1, "ftruncate": 1,
         "fchmod": 1, "utimensat": 1, "close": 17, "all": 250}
HEADERS = {"pwrite64": 2, "fsync": 4, "unlinkat": 2, "copy_file_range": 2, "linkat": 1,
           "renameat": 1, "fchmod": 1, "flock": 2, "all": 250}
#: SQLite's and the audit log's.
KEYSTORE = {"pwrite64": 40, "write": 10, "fdatasync": 6, "fsync": 6, "openat": 30, "unlink": 3,
            "rename": 2, "renameat": 2, "linkat": 2, "mkdir": 2, "ftruncate": 3, "fcntl": 60,
            "all": 900}


def prepared(bed: Bed, name: str, old: Path) -> tuple[Path, bool]:
    """A target in the area that half the time exists already."""
    bed.clear_area()
    target = bed.area / name
    exists = bed.rng.random() < 0.5
    if exists:
        shutil.copy(old, target)
    return target, exists


def check_sealed(bed: Bed, target: Path, exists: bool) -> None:
    bed.expect_names(target.name, replaced=exists)
    if target.exists():
        bed.expect_plaintext(target, *([bed.old, bed.new] if exists else [bed.new]))
    else:
        expect(not exists, "the old container has gone")


def kill_encrypt(bed: Bed) -> None:
    target, exists = prepared(bed, "sealed", bed.sealed_old)
    bed.kill_somewhere("encrypt", "-q", *bed.keys, *(["-f"] if exists else []), "-o", str(target),
                       str(bed.new))
    check_sealed(bed, target, exists)


def kill_decrypt(bed: Bed) -> None:
    target, exists = prepared(bed, "plain", bed.old)
    bed.kill_somewhere("decrypt", "-q", "-k", bed.key, *(["-f"] if exists else []), "-o",
                       str(target), str(bed.sealed_new))
    bed.expect_names(target.name, replaced=exists)
    bed.expect_file(target, bed.new, bed.old if exists else None)


def kill_at_call(bed: Bed) -> None:
    """kill -9 on entering a system call: in fsync, before linkat, before rename."""
    target, exists = prepared(bed, "sealed", bed.sealed_old)
    bed.kill_at(FILES, "encrypt", "-q", *bed.keys, *(["-f"] if exists else []), "-o",
                str(target), str(bed.new))
    check_sealed(bed, target, exists)


def signal_encrypt(bed: Bed) -> None:
    """SIGINT, SIGTERM and SIGHUP: the exit code says so, and nothing is left, -f or not."""
    target, exists = prepared(bed, "sealed", bed.sealed_old)
    number = bed.rng.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    code = bed.kill_somewhere("encrypt", "-q", *bed.keys, *(["-f"] if exists else []), "-o",
                              str(target), str(bed.new), number=number)
    expect(code in (0, -number, 128 + number), f"{number.name} ended it with {code}")
    bed.expect_names(target.name)
    check_sealed(bed, target, exists)


# --- Rewrap -----------------------------------------------------------------------------------


def payload_of(sealed: Path) -> bytes:
    data = sealed.read_bytes()
    return data[struct.unpack(">I", data[12:16])[0]:]


def rewrap_arguments(bed: Bed, target: Path) -> list[str]:
    """A change of recipients: within the header's room, or past it with a very long name."""
    name = "torture" if bed.rng.random() < 0.5 else "n" * 5000
    return ["rewrap", "-q", "-k", bed.key, "--add-key", f"{bed.other_key}#{name}", str(target)]


def check_rewrapped(bed: Bed, target: Path, payload: bytes) -> None:
    """Old or new container, or the old header beside it, with which every command copes."""
    bed.expect_names(target.name, target.name + ".coffer-header", replaced=True)
    bed.expect_plaintext(target, bed.new)
    # The next change of the header settles it for good.
    bed.expect_ok("rewrap", "-q", "-k", bed.key, "--add-key", f"{bed.other_key}#after", str(target))
    expect(not (bed.area / (target.name + ".coffer-header")).exists(), "the saved header stayed")
    bed.expect_plaintext(target, bed.new)
    expect(bed.plaintext_of(target, f"{bed.other_key}#after") == bed.plaintext_of(target),
           "the new recipient opens something else")
    expect(payload_of(target) == payload, "rewrap changed the payload")


def rewrap_target(bed: Bed) -> tuple[Path, bytes]:
    bed.clear_area()
    target = bed.area / "sealed"
    shutil.copy(bed.sealed_new, target)
    return target, payload_of(target)


def kill_rewrap(bed: Bed) -> None:
    target, payload = rewrap_target(bed)
    bed.kill_somewhere(*rewrap_arguments(bed, target))
    check_rewrapped(bed, target, payload)


def kill_rewrap_at_call(bed: Bed) -> None:
    target, payload = rewrap_target(bed)
    bed.kill_at(HEADERS, *rewrap_arguments(bed, target))
    check_rewrapped(bed, target, payload)


TREE = 12


def rewrap_tree(bed: Bed) -> tuple[list[Path], bytes]:
    bed.clear_area()
    small = bed.folder / "data/small"
    sealed = bed.folder / "data/small.coffer"
    if not sealed.exists():
        small.write_bytes(bed.rng.randbytes(20_000))
        bed.expect_ok("encrypt", "-q", "--chunk-size", "4k", *bed.keys, "-o", str(sealed),
                      str(small))
    targets = [bed.area / f"{number}.coffer" for number in range(TREE)]
    for target in targets:
        shutil.copy(sealed, target)
    return targets, payload_of(sealed)


def check_tree(bed: Bed, targets: list[Path], payload: bytes, arguments: list[str]) -> None:
    """Every container opens as it was left; the same command again does the rest and no more."""
    names = [target.name for target in targets]
    bed.expect_names(*names, *(name + ".coffer-header" for name in names), replaced=True)
    for target in targets:
        bed.expect_plaintext(target, bed.folder / "data/small")
    bed.expect_ok(*arguments)
    for target in targets:
        expect(payload_of(target) == payload, "rewrap changed the payload")
        bed.plaintext_of(target, f"{bed.other_key}#tree")
    expect(not list(bed.area.glob("*.coffer-header")), "a saved header stayed")
    done = bed.expect_ok(*arguments, "--json", stdout=subprocess.PIPE)
    expect(b'"changed":0,"already_so":%d,"failed":0' % TREE in done.stdout,
           "a third run found something to do")


def tree_arguments(bed: Bed) -> list[str]:
    return ["rewrap", "-R", "-q", "-k", bed.key, "--add-key", f"{bed.other_key}#tree",
            str(bed.area)]


def kill_tree(bed: Bed) -> None:
    targets, payload = rewrap_tree(bed)
    bed.kill_somewhere(*tree_arguments(bed))
    check_tree(bed, targets, payload, tree_arguments(bed))


def kill_tree_at_call(bed: Bed) -> None:
    targets, payload = rewrap_tree(bed)
    calls = {call: count * TREE for call, count in HEADERS.items() if call != "all"}
    bed.kill_at(calls | {"all": 1500}, *tree_arguments(bed))
    check_tree(bed, targets, payload, tree_arguments(bed))


def signal_tree(bed: Bed) -> None:
    """SIGINT and its like in the midst of a tree: no header is left half-written beside its file."""
    targets, payload = rewrap_tree(bed)
    number = bed.rng.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    code = bed.kill_somewhere(*tree_arguments(bed), number=number)
    expect(code in (0, -number, 128 + number), f"{number.name} ended it with {code}")
    bed.expect_names(*(target.name for target in targets))
    check_tree(bed, targets, payload, tree_arguments(bed))


# --- Keys -------------------------------------------------------------------------------------


def key_arguments(bed: Bed) -> list[str]:
    return bed.rng.choice((["key", "create"], ["key", "rotate", ALIAS]))


def check_keys(bed: Bed) -> None:
    bed.expect_keystore()
    bed.clear_area()
    target = bed.area / "sealed"
    bed.expect_ok("encrypt", "-q", "-k", ALIAS, "-k", bed.key, "-o", str(target), str(bed.key[8:]))
    bed.expect_ok("decrypt", "-q", "-k", ALIAS, "-o", "-", str(target))
    bed.expect_ok("audit", "verify")


def kill_key(bed: Bed) -> None:
    bed.kill_somewhere(*key_arguments(bed))
    check_keys(bed)


def kill_key_at_call(bed: Bed) -> None:
    bed.kill_at(KEYSTORE, *key_arguments(bed))
    check_keys(bed)


def kill_first_use(bed: Bed) -> None:
    """The first encryption makes the keystore: killed on the way, the next one makes or opens it."""
    bed.clear_area()
    home = bed.area / "fresh"
    environment = bed.environment | {"COFFER_HOME": str(home)}
    target = bed.area / "sealed"
    arguments = ["encrypt", "-q", "-k", ALIAS, "-o", str(target), bed.key[8:]]
    if bed.rng.random() < 0.5:
        bed.kill_somewhere(*arguments, env=environment)
    else:
        bed.kill_at(KEYSTORE, *arguments, env=environment)
    if target.exists():
        bed.expect_ok("decrypt", "-q", "-o", "-", str(target), env=environment)
    bed.expect_ok(*arguments[:-1], "-f", arguments[-1], env=environment)
    bed.expect_ok("decrypt", "-q", "-o", "-", str(target), env=environment)


# --- A person at a terminal -------------------------------------------------------------------


def interrupt_prompt(bed: Bed) -> None:
    """Ctrl-C at the passphrase prompt: 130, the terminal echoes again, nothing is left."""
    bed.clear_area()
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [bed.program, "encrypt", "-k", "passphrase:", "-o", str(bed.area / "sealed"),
         str(bed.old)],
        stdin=follower, stdout=follower, stderr=follower, env=bed.environment, cwd=bed.area,
        start_new_session=True, preexec_fn=lambda: take_terminal(follower))
    try:
        wait_for_prompt(leader, follower)
        if bed.rng.random() < 0.5:
            os.write(leader, b"half a passphr")
        os.write(leader, b"\x03")
        code = process.wait(TIMEOUT)
        expect(code in (-signal.SIGINT, 130), f"Ctrl-C at the prompt ended it with {code}")
        expect(echoes(follower), "the terminal does not echo after the prompt")
        bed.expect_names()
    finally:
        process.kill()
        process.wait()
        os.close(leader)
        os.close(follower)


def take_terminal(descriptor: int) -> None:
    import fcntl
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def echoes(descriptor: int) -> bool:
    return bool(termios.tcgetattr(descriptor)[3] & termios.ECHO)


def wait_for_prompt(leader: int, follower: int) -> None:
    seen, end = b"", time.monotonic() + 20
    while time.monotonic() < end:
        if select.select([leader], [], [], 0.01)[0]:
            seen += os.read(leader, 4096)
        # The prompt stands and typing is not shown: now it reads.
        if b"assphrase" in seen and not echoes(follower):
            return
    raise Broken(f"no prompt came: {seen!r}")
