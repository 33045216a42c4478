#!/usr/bin/env python3
"""Verifies an audit log, from audit-v1.md alone: no keystore, no Coffer.

    verify_audit.py AUDIT_DIRECTORY [ROOT_KEY_FILE]

With the root key (32 bytes) the signatures are checked too. Prints what is wrong, one finding a
line, and the number of records; exits 1 if anything is wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import stat
import sys
from pathlib import Path

LINE_END = re.compile(
    rb',"chain":\{"sequence":([1-9][0-9]*),"previous":"([0-9a-f]{64})","mac":"([0-9a-f]{64})"\}\}$')
HEAD = re.compile(
    rb'(\{"head":\{"sequence":([0-9]+),"byteCount":([0-9]+),"hash":"([0-9a-f]{64})"\}),'
    rb'"mac":"([0-9a-f]{64})"\}\n')
ARCHIVE = re.compile(r"log-[0-9]{20}\.jsonl")
MAXIMUM_LINE_BYTES = 524288
RECOVERY = re.compile(
    rb'"eventSource":"kms\.amazonaws\.com","eventName":"RecoverAuditLog".*?"problem":"([^"]*)"')
CODE_BYTES = len(b'","mac":"') + 64 + len(b'"}}')


def audit_key(root: bytes) -> bytes:
    return hmac.new(root, b"coffer/v1 audit\x00\x01", hashlib.sha256).digest()


def is_code(key: bytes | None, message: bytes, code: bytes) -> bool:
    if key is None:
        return True
    return hmac.compare_digest(hmac.new(key, message, hashlib.sha256).hexdigest().encode(), code)


def regular_file(path: Path) -> bytes:
    """Its content; a FIFO or a link in its place is not waited for or followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SystemExit(f"{path} is no regular file")
        return file.read()


def earlier_files(directory: Path, log: bytes) -> bytes:
    """The files before log.jsonl, in order; one that has both names is read once."""
    first = LINE_END.search(log.split(b"\n", 1)[0])
    names = sorted(path.name for path in directory.iterdir() if ARCHIVE.fullmatch(path.name))
    return b"".join(
        regular_file(directory / name) for name in names
        if first is None or name < f"log-{int(first[1]):020}.jsonl")


def verify(directory: Path, key: bytes | None) -> tuple[int, list[str]]:
    found: list[str] = []
    try:
        log = regular_file(directory / "log.jsonl")
    except FileNotFoundError:
        found.append("no log")
        log = b""
    lines = (earlier_files(directory, log) + log).split(b"\n")
    if lines.pop():
        found.append("unfinished record at the end")
    sequence, previous = 0, b"0" * 64
    hashes: dict[int, tuple[bytes, int]] = {}
    position = 0
    for number, line in enumerate(lines, 1):
        position += len(line) + 1
        digest = hashlib.sha256(line).hexdigest().encode()
        if len(line) > MAXIMUM_LINE_BYTES:
            found.append(f"line {number}: longer than a record")
            previous = digest
            continue
        end = LINE_END.search(line)
        if end is None:
            found.append(f"line {number}: not a record")
            previous = digest
            continue
        json.loads(line)
        if int(end[1]) != sequence + 1:
            found.append(f"line {number}: sequence {int(end[1])} after {sequence}")
        if end[2] != previous:
            found.append(f"line {number}: chain broken")
        if not is_code(key, line[:-CODE_BYTES], end[3]):
            found.append(f"line {number}: not authentic")
        recovery = RECOVERY.search(line)
        if recovery:
            found.append(f"line {number}: records a problem: {recovery[1].decode()}")
        sequence, previous = int(end[1]), digest
        hashes[sequence] = (digest, position)
    found += verify_head(directory, key, sequence, hashes)
    return len(lines), found


def verify_head(directory: Path, key: bytes | None, sequence: int,
                hashes: dict[int, tuple[bytes, int]]) -> list[str]:
    try:
        content = regular_file(directory / "head")
    except FileNotFoundError:
        return ["no head"]
    head = HEAD.fullmatch(content)
    if head is None or not is_code(key, head[1], head[5]):
        return ["head not authentic"]
    if int(head[2]) not in hashes:
        return [f"records missing: the head is at {int(head[2])}, the log ends at {sequence}"]
    if hashes[int(head[2])] != (head[4], int(head[3])):
        return [f"head does not fit record {int(head[2])}"]
    return []


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 64
    key = audit_key(Path(sys.argv[2]).read_bytes()) if len(sys.argv) == 3 else None
    count, found = verify(Path(sys.argv[1]), key)
    for finding in found:
        print(finding)
    print(f"{count} records")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
