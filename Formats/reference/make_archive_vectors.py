#!/usr/bin/env python3
"""Makes ../vectors-archive: plaintexts of archives, one fault each, and what their index says.

A file is lines of `key: value`, an empty line, and the plaintext. `expect` is `ok` or the rule that is
broken: footer, mark, entry, padding. Of `ok` there is one `member` line for each entry.
"""

from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path
from typing import Callable

from member_index import BLOCK, FOOTER_SIZE, MARK, IndexError_, Member, decode, encode

FOLDER = Path(__file__).resolve().parent.parent / "vectors-archive"


def tar_of(*members: tuple[str, bytes, bytes]) -> tuple[bytes, list[Member]]:
    """Name, type and content or link target of each, and what the index says of it."""
    output, found = io.BytesIO(), []
    with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.mtime, info.mode, info.uid, info.gid = kind, 1700000000, 0o644, 7, 9
            info.uname, info.gname = "ann", "staff"
            target = b"" if kind in (b"0", b"3", b"4", b"5", b"6") else content
            if kind == b"0":
                info.size = len(content)
            info.linkname = target.decode()
            found.append(Member(archive.offset, info.size, 1700000000, 0, 7, 9, 0o644, kind[0],
                                name.encode(), target, b"ann", b"staff"))
            archive.addfile(info, io.BytesIO(content))
        end = archive.offset
    return output.getvalue()[:end], found


SMALL, MEMBERS = tar_of(("d", b"5", b""), ("d/a", b"0", b"hello"), ("d/h", b"1", b"d/a"),
                        ("d/s", b"2", b"../x"), ("d/p", b"6", b""), ("d/c", b"3", b""),
                        ("d/b", b"4", b""), ("e", b"0", b"x" * 1500))


def changed(number: int, **fields: object) -> bytes:
    members = [Member(**vars(member)) for member in MEMBERS]
    for key, value in fields.items():
        setattr(members[number], key, value)
    return encode(members, SMALL)


def footer(offset: Callable[[int], int] = lambda x: x,
           count: Callable[[int], int] = lambda x: x) -> bytes:
    whole = encode(MEMBERS, SMALL)
    start, number = struct.unpack(">QQ", whole[-FOOTER_SIZE:])
    return whole[:-FOOTER_SIZE] + struct.pack(">QQ", offset(start), count(number))


def patched(at: int, new: bytes) -> bytes:
    """Bytes of the index replaced; `at` may count from its end, the footer left out."""
    whole = bytearray(encode(MEMBERS, SMALL))
    start = len(SMALL) + 2 * BLOCK
    at = start + at if at >= 0 else len(whole) - FOOTER_SIZE + at
    whole[at:at + len(new)] = new
    return bytes(whole)


def many() -> bytes:
    tar, members = tar_of(*((f"m/{number:05}", b"0", b"") for number in range(1200)))
    return encode(members, tar)


def lengthened() -> bytes:
    whole = encode(MEMBERS, SMALL)
    return whole[:-FOOTER_SIZE] + bytes(BLOCK) + whole[-FOOTER_SIZE:]


VECTORS: dict[str, tuple[str, bytes, str]] = {
    "V-01-every-type": ("ok", encode(MEMBERS, SMALL), "one member of each type"),
    "V-02-no-member": ("ok", encode([], b""), "an index without entries"),
    "V-03-more-zero-blocks": ("ok", encode(MEMBERS, SMALL, zero_blocks=9), "nine, not two"),
    "V-04-many": ("ok", many(), "an index of many pieces"),
    "V-05-before-1970": ("ok", changed(1, seconds=-2, nanoseconds=999_999_999), "a negative time"),
    "V-06-bytes": ("ok", changed(1, path=b"\xff\n\x1b[2J\xe2\x80\xae"), "a name of any bytes"),
    "V-07-here": ("ok", changed(0, path=b"."), "the folder itself"),
    "V-08-long-names": ("ok", changed(7, path=b"/".join([b"n" * 255] * 255), owner_name=b"o" * 255,
                                      group_name=b"g" * 255), "names as long as they may be"),
    "F-01-empty": ("footer", b"", "nothing at all"),
    "F-02-short": ("footer", bytes(15), "shorter than a footer"),
    "F-03-no-block": ("footer", encode(MEMBERS, SMALL)[1:], "not in whole blocks"),
    "F-04-offset-odd": ("footer", footer(offset=lambda x: x + 1), "offset is no multiple of 512"),
    "F-05-offset-at-end": ("footer", footer(offset=lambda x: x + 4 * BLOCK), "offset at the end"),
    "F-06-offset-huge": ("footer", footer(offset=lambda x: (1 << 64) - BLOCK), "offset past 2^63"),
    "F-07-offset-small": ("footer", footer(offset=lambda x: BLOCK), "no room for zero blocks"),
    "F-08-count-huge": ("footer", footer(count=lambda x: (1 << 64) - 1), "count past all bounds"),
    "F-09-count-over-room": ("footer", footer(count=lambda x: 1000), "more than there is room for"),
    "M-01-mark": ("mark", patched(0, b"c"), "another mark"),
    "M-02-version": ("mark", patched(7, b"2"), "a mark of a later version"),
    "M-03-offset-early": ("mark", footer(offset=lambda x: x - BLOCK), "points at a zero block"),
    "E-01-first-not-0": ("entry", changed(0, offset=BLOCK), "the first member not at 0"),
    "E-02-offset-repeated": ("entry", changed(2, offset=MEMBERS[1].offset), "two at one place"),
    "E-03-offset-back": ("entry", changed(3, offset=BLOCK), "out of order"),
    "E-04-offset-odd": ("entry", changed(1, offset=513), "no multiple of 512"),
    "E-05-offset-in-zeros": ("entry", changed(7, offset=len(SMALL)), "where the tar has ended"),
    "E-06-size-of-link": ("entry", changed(2, size=5), "a hard link with content"),
    "E-07-size-huge": ("entry", changed(1, size=1 << 63), "a size of 2^63"),
    "E-08-nanoseconds": ("entry", changed(1, nanoseconds=10**9), "a second of nanoseconds"),
    "E-09-mode": ("entry", changed(1, mode=0o10000), "a mode of 13 bits"),
    "E-10-kind": ("entry", changed(1, kind=ord("7")), "an unknown type"),
    "E-11-zero": ("entry", patched(8 + 39, b"\x01"), "byte 39 is not 0"),
    "E-12-name-empty": ("entry", changed(1, path=b""), "no name"),
    "E-13-name-absolute": ("entry", changed(1, path=b"/etc/passwd"), "an absolute name"),
    "E-14-name-climbs": ("entry", changed(1, path=b"d/../../x"), "a name that leads out"),
    "E-15-name-dot": ("entry", changed(1, path=b"d/./x"), "a dot inside"),
    "E-16-name-slashes": ("entry", changed(1, path=b"d//x"), "an empty part"),
    "E-17-name-slash-at-end": ("entry", changed(0, path=b"d/"), "a slash at the end"),
    "E-18-name-nul": ("entry", changed(1, path=b"a\0b"), "a NUL"),
    "E-19-hard-link-climbs": ("entry", changed(2, target=b"../x"), "a hard link that leads out"),
    "E-20-hard-link-empty": ("entry", changed(2, target=b""), "a hard link to nothing"),
    "E-21-symlink-empty": ("entry", changed(3, target=b""), "a symbolic link without text"),
    "E-22-symlink-nul": ("entry", changed(3, target=b"a\0b"), "a symbolic link with a NUL"),
    "E-23-file-with-target": ("entry", changed(1, target=b"x"), "a link target of a file"),
    "E-24-name-past-end": ("entry", patched(8 + 40, b"\xff\xff"), "a name longer than the index"),
    "E-25-count-over": ("entry", footer(count=lambda x: x + 1), "one entry too few"),
    "P-01-count-under": ("padding", footer(count=lambda x: x - 1), "one entry too many"),
    "P-02-not-zero": ("padding", patched(-1, b"\x01"), "padding that is not zero"),
    "P-03-block-more": ("padding", lengthened(), "a block of zeros too many"),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("[A-Z]-*"):
        old.unlink()
    assert MARK == b"COFINDX1"
    for name, (expect, plaintext, comment) in VECTORS.items():
        lines = [f"expect: {expect}", f"comment: {comment}"]
        try:
            members = decode(plaintext)
            found = "ok"
        except IndexError_ as error:
            members, found = [], str(error)
        assert found == expect, (name, found, expect)
        lines += [f"member: {member.line()}" for member in members]
        (FOLDER / name).write_bytes("\n".join(lines).encode() + b"\n\n" + plaintext)
    print(f"{len(VECTORS)} vectors in {FOLDER}")


if __name__ == "__main__":
    main()
