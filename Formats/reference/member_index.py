#!/usr/bin/env python3
"""Reads and writes the member index of an archive, exactly as archive-v1.md says.

The second implementation: it checks the vectors, and what the program writes.

    coffer decrypt -o - FILE | member_index.py -       prints the members
    … | member_index.py --check -                      and compares them with the tar itself
    member_index.py --vectors FOLDER                   checks every file of vectors-archive
"""

from __future__ import annotations

import argparse
import io
import struct
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

MARK = b"COFINDX1"
BLOCK, FOOTER_SIZE, FIXED_SIZE = 512, 16, 40
KINDS = b"0123456"
REGULAR, HARD_LINK, SYMBOLIC_LINK = b"012"


class IndexError_(Exception):
    """The bytes are no member index; says which rule of section 3 they break."""


def require(condition: bool, rule: str) -> None:
    if not condition:
        raise IndexError_(rule)


@dataclass
class Member:
    offset: int
    size: int
    seconds: int
    nanoseconds: int
    owner: int
    group: int
    mode: int
    kind: int
    path: bytes
    target: bytes = b""
    owner_name: bytes = b""
    group_name: bytes = b""

    def encoded(self) -> bytes:
        return (struct.pack(">QQqIIIHBB", self.offset, self.size, self.seconds, self.nanoseconds,
                            self.owner, self.group, self.mode, self.kind, 0)
                + struct.pack(">H", len(self.path)) + self.path
                + struct.pack(">H", len(self.target)) + self.target
                + bytes([len(self.owner_name)]) + self.owner_name
                + bytes([len(self.group_name)]) + self.group_name)

    def line(self) -> str:
        """As the vectors have it."""
        names = (self.path, self.target, self.owner_name, self.group_name)
        return " ".join([str(self.offset), chr(self.kind), f"{self.mode:o}", str(self.owner),
                         str(self.group), str(self.size), f"{self.seconds}.{self.nanoseconds:09}",
                         *(name.hex() or "-" for name in names)])


def is_contained(path: bytes) -> bool:
    if path == b".":
        return True
    return 0 < len(path) <= 65535 and b"\0" not in path and all(
        part not in (b"", b".", b"..") for part in path.split(b"/"))


def encode(members: list[Member], tar: bytes, zero_blocks: int = 2) -> bytes:
    """The whole plaintext: `tar` holds the members and no end."""
    start = len(tar) + zero_blocks * BLOCK
    index = MARK + b"".join(member.encoded() for member in members)
    padding = -(len(index) + FOOTER_SIZE) % BLOCK
    return (tar + bytes(zero_blocks * BLOCK) + index + bytes(padding)
            + struct.pack(">QQ", start, len(members)))


def decode(plaintext: bytes) -> list[Member]:
    require(len(plaintext) >= FOOTER_SIZE, "footer")
    start, count = struct.unpack(">QQ", plaintext[-FOOTER_SIZE:])
    require(len(plaintext) % BLOCK == 0 and start % BLOCK == 0 and 2 * BLOCK <= start
            < len(plaintext), "footer")
    room = len(plaintext) - start - len(MARK) - FOOTER_SIZE
    require(count * (FIXED_SIZE + 6) <= room, "footer")
    index = plaintext[start:-FOOTER_SIZE]
    require(index.startswith(MARK), "mark")
    at, members = len(MARK), []
    for _ in range(count):
        member, at = decode_member(index, at)
        least = members[-1].offset + 1 if members else 0
        require(member.offset % BLOCK == 0 and least <= member.offset < start - 2 * BLOCK, "entry")
        require(bool(members) or member.offset == 0, "entry")
        members.append(member)
    require(len(index) - at < BLOCK and not any(index[at:]), "padding")
    return members


def decode_member(index: bytes, at: int) -> tuple[Member, int]:
    def take(count: int) -> bytes:
        nonlocal at
        require(at + count <= len(index), "entry")
        at += count
        return index[at - count:at]

    offset, size, seconds, nanoseconds, owner, group, mode, kind, zero = struct.unpack(
        ">QQqIIIHBB", take(FIXED_SIZE))
    require(kind in KINDS and zero == 0 and mode <= 0o7777 and nanoseconds < 10**9, "entry")
    require(size < 1 << 63 and (kind == REGULAR or size == 0), "entry")
    path, target = (take(struct.unpack(">H", take(2))[0]) for _ in range(2))
    owner_name, group_name = (take(take(1)[0]) for _ in range(2))
    require(is_contained(path), "entry")
    if kind == HARD_LINK:
        require(is_contained(target), "entry")
    elif kind == SYMBOLIC_LINK:
        require(target != b"" and b"\0" not in target, "entry")
    else:
        require(target == b"", "entry")
    return Member(offset, size, seconds, nanoseconds, owner, group, mode, kind, path, target,
                  owner_name, group_name), at


def members_of_tar(plaintext: bytes) -> list[Member]:
    """What the index has to say, read from the tar by Python's own module."""
    members = []
    encoding = {"encoding": "utf-8", "errors": "surrogateescape"}
    with tarfile.open(fileobj=io.BytesIO(plaintext), mode="r:", **encoding) as archive:
        for info in archive:
            def raw(text: str) -> bytes:
                return text.encode("utf-8", "surrogateescape")
            text = info.pax_headers.get("mtime", str(int(info.mtime)))
            whole, _, fraction = text.partition(".")
            seconds, nanoseconds = int(whole), int((fraction + "0" * 9)[:9])
            if text.startswith("-") and nanoseconds:
                seconds, nanoseconds = seconds - 1, 10**9 - nanoseconds
            kind = KINDS[6] if info.isfifo() else info.type[0]
            members.append(Member(
                info.offset, info.size if info.isreg() else 0, seconds, nanoseconds, info.uid,
                info.gid, info.mode & 0o7777, kind, raw(info.name), raw(info.linkname),
                raw(info.uname), raw(info.gname)))
    return members


def check_vectors(folder: Path) -> int:
    """Says of which file the answer is not the one that stands in it."""
    wrong, files = 0, sorted(folder.glob("[A-Z]-*"))
    for file in files:
        head, _, plaintext = file.read_bytes().partition(b"\n\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\n")]
        try:
            members = [member.line() for member in decode(plaintext)]
            found = "ok"
        except IndexError_ as error:
            members, found = [], str(error)
        if found != dict(lines)["expect"] or members != [v for k, v in lines if k == "member"]:
            print(f"{file.name}: {found}")
            wrong += 1
    print(f"{len(files)} vectors of archives, {wrong} wrong")
    return 0 if files and not wrong else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("file")
    args = parser.parse_args()
    if args.vectors:
        return check_vectors(Path(args.file))
    with (sys.stdin.buffer if args.file == "-" else open(args.file, "rb")) as stream:
        plaintext = stream.read()
    try:
        members = decode(plaintext)
    except IndexError_ as error:
        print(f"ARCHIVE {error}", file=sys.stderr)
        return 65
    for member in members:
        print(member.line())
    if args.check:
        expected = members_of_tar(plaintext)
        for ours, theirs in zip(members, expected):
            if ours != theirs:
                print(f"differs: {theirs.line()}", file=sys.stderr)
        if members != expected:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
