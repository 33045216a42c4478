#!/usr/bin/env python3
"""Changes good containers at random and compares what two decoders make of them.

    differential.py --coffer PATH --count N --seed S [--save DIR]

One decoder is the reference, the other the program at PATH. They must give the same code and
release the same bytes. The changes know the structure: half of them are an outsider's (bits, cuts,
frames moved), half those of a sender who holds the file key, so that the tags are right and the
fault is behind them. The same seed gives the same containers.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterator

import zstandard

import coffer_reference as coffer
from check_vectors import FOLDER
from vector_file import container_of, read_vector

Result = tuple[str, bytes]
Field = tuple[int, bytes]


# --- The two decoders -----------------------------------------------------------------------


def by_reference(local: coffer.LocalKeys, container: bytes) -> Result:
    released: list[bytes] = []
    try:
        coffer.decrypt(io.BytesIO(container), released.append, local)
        return "ok", b"".join(released)
    except coffer.CofferError as error:
        return error.code, b"".join(released)


def by_coffer(program: str, key_argument: str, home: str, container: bytes) -> Result:
    """The one place that knows the program's command line and its JSON."""
    done = subprocess.run(
        [program, "decrypt", "--json", "-k", f"keyfile:{key_argument}", "-"], input=container,
        capture_output=True, timeout=60, env={"HOME": home, "PATH": os.environ.get("PATH", "")})
    if done.returncode == 0:
        return "ok", done.stdout
    for line in reversed(done.stderr.decode("utf-8", "replace").splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            inner = found.get("error")
            code = found.get("code") or (inner.get("code") if isinstance(inner, dict) else None)
            if code:
                return str(code).upper(), done.stdout
    return f"exit {done.returncode} without a code", done.stdout


# --- What a container consists of -------------------------------------------------------------


class Parts:
    """A good container taken apart, with its keys."""

    def __init__(self, container: bytes, local: coffer.LocalKeys) -> None:
        source = coffer.ByteSource(io.BytesIO(container))
        header, preamble, self.keys = coffer.open_container(source, local, coffer.Requirements())
        self.fields = list(coffer.tlv_fields(header.raw[16:-coffer.MAC_SIZE], "HEADER"))
        self.header, self.preamble = header.raw, preamble.raw
        self.chunk_size = preamble.chunk_size
        self.frames: list[bytes] = []
        at = len(header.raw) + len(preamble.raw)
        while at < len(container):
            size = 20 + coffer.split_word(container[at:at + 4])[1]
            self.frames.append(container[at:at + size])
            at += size

    def header_from(self, fields: list[Field]) -> bytes:
        data = b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in fields)
        start = coffer.MAGIC + struct.pack(">HHI", 1, 0, 48 + len(data)) + data
        return start + coffer.hmac_sha256(self.keys.header, start)

    def opened(self) -> list[tuple[int, bytes]]:
        """(flags, plaintext) of META and the data frames."""
        found, data = [], 0
        for frame in self.frames:
            flags = frame[0] >> 4
            if flags & coffer.INDEX:
                break
            index = 0 if flags == coffer.META else data
            data += flags != coffer.META
            found.append((flags, coffer.open_frame(self.keys.payload, frame[:4], index, frame[4:])))
        return found


# --- Changes by an outsider -------------------------------------------------------------------


def flip_bits(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def edit_bytes(rng: random.Random, data: bytes) -> bytes:
    at, count = rng.randrange(len(data) + 1), rng.choice((1, 2, 4, 16, 20, 52))
    kind = rng.randrange(4)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + count:]
    if kind == 2:
        return data[:at] + rng.randbytes(count) + data[at:]
    return data + rng.choice((rng.randbytes(count), bytes(count), data[-52:], data))


def move_frames(rng: random.Random, frames: list[bytes], others: list[bytes]) -> list[bytes]:
    changed, at = list(frames), rng.randrange(len(frames))
    kind = rng.randrange(6)
    if kind == 0:
        del changed[at]
    elif kind == 1:
        changed.insert(rng.randrange(len(changed) + 1), changed[at])
    elif kind == 2:
        other = rng.randrange(len(changed))
        changed[at], changed[other] = changed[other], changed[at]
    elif kind == 3:
        changed[at] = rng.choice(others)
    elif kind == 4:
        del changed[at:]
    else:
        rng.shuffle(changed)
    return changed


def change_word(rng: random.Random, frame: bytes, chunk_size: int) -> bytes:
    flags, count = coffer.split_word(frame[:4])
    if rng.random() < 0.5:
        flags = rng.randrange(16)
    else:
        count = rng.choice((0, count - 1, count + 1, 31, 32, chunk_size, chunk_size + 1, 65537,
                            2**28 - 1)) % 2**28
    return struct.pack(">I", flags << 28 | count) + frame[4:]


def outsider(rng: random.Random, parts: Parts, container: bytes, others: list[bytes]) -> bytes:
    kind = rng.randrange(6)
    start = parts.header + parts.preamble
    if kind == 0:
        return flip_bits(rng, container)
    if kind == 1:
        return edit_bytes(rng, container)
    if kind == 2:
        return flip_bits(rng, start) + b"".join(parts.frames)
    if kind == 3:
        length = rng.choice((0, 47, 48, len(parts.header) - 1, len(parts.header) + 1, 65536, 65537,
                             rng.randrange(2**32)))
        return container[:12] + struct.pack(">I", length) + container[16:]
    if kind == 4:
        return start + b"".join(move_frames(rng, parts.frames, others))
    frames, at = list(parts.frames), rng.randrange(len(parts.frames))
    frames[at] = change_word(rng, frames[at], parts.chunk_size)
    return start + b"".join(frames)


# --- Changes by a sender, with right tags -------------------------------------------------------


def change_fields(rng: random.Random, fields: list[Field]) -> list[Field]:
    changed, at = list(fields), rng.randrange(len(fields))
    tag, value = changed[at]
    kind = rng.randrange(7)
    if kind == 0:
        changed[at] = (rng.choice((0, 1, 2, 0x10, 0x11, 0x7FFF, 0x8000, 0x8001, 0xFFFF)), value)
    elif kind == 1 and value:
        changed[at] = (tag, flip_bits(rng, value))
    elif kind == 2:
        changed[at] = (tag, value[:rng.randrange(len(value) + 1)])
    elif kind == 3:
        changed[at] = (tag, value + rng.randbytes(rng.choice((1, 2, 40))))
    elif kind == 4:
        changed.insert(rng.randrange(len(changed) + 1), (rng.choice((1, 0x10, 0x8001)), value))
    elif kind == 5:
        changed += [changed[at]] * rng.choice((1, 31, 32))
    else:
        del changed[at]
    return changed


def change_chunk(rng: random.Random, flags: int, plaintext: bytes, size: int) -> tuple[int, bytes]:
    kind = rng.randrange(8)
    if kind == 0:
        return rng.choice((0, 1, 2, 4, 8, 10, 12, rng.randrange(16))), plaintext
    if kind == 1:
        return flags, plaintext[:rng.randrange(len(plaintext) + 1)]
    if kind == 2:
        return flags, plaintext + rng.choice((b"\0", b"\x80", b"\x80\0", rng.randbytes(9)))
    if kind == 3 and plaintext:
        return flags, flip_bits(rng, plaintext[:40]) + plaintext[40:]
    if kind == 4:
        return flags, rng.randbytes(rng.choice((0, 1, size - 1, size, size + 1)))
    count = rng.choice((0, 1, size - 1, size, size + 1))
    packed = zstandard.ZstdCompressor(level=1, write_content_size=rng.random() < 0.8,
                                      write_checksum=rng.random() < 0.3).compress(bytes(count))
    if kind == 5:
        return flags | 4, packed
    if kind == 6:
        skippable = b"\x50\x2a\x4d\x18" + bytes(4)
        return flags | 4, packed + rng.choice((packed, b"\0", b"\x80", skippable))
    return flags | 4, flip_bits(rng, packed)


def change_numbers(rng: random.Random, plaintext: bytes) -> bytes:
    numbers = list(struct.unpack(f">{len(plaintext) // 8}Q", plaintext))
    at = rng.randrange(len(numbers))
    numbers[at] = rng.choice((numbers[at] + 1, numbers[at] - 1, 0, 2**32, 2**63)) % 2**64
    return struct.pack(f">{len(numbers)}Q", *numbers)


def sender(rng: random.Random, parts: Parts) -> bytes:
    if rng.random() < 0.25:
        return (parts.header_from(change_fields(rng, parts.fields)) + parts.preamble
                + b"".join(parts.frames))
    opened, size = parts.opened(), parts.chunk_size
    if rng.random() < 0.8:
        at = rng.randrange(len(opened))
        opened[at] = change_chunk(rng, *opened[at], size)
    elif len(opened) > 1:
        at = rng.randrange(len(opened))
        opened.insert(rng.randrange(len(opened)), opened[at])
    out, length = parts.header + parts.preamble, 0
    words: list[bytes] = []
    base = len(parts.preamble)
    for flags, plaintext in opened:
        frame = coffer.seal_frame(parts.keys.payload, flags, 0 if flags == 1 else len(words),
                                  plaintext)
        out += frame
        if flags == coffer.META:
            base += len(frame)
            continue
        words.append(frame[:4])
        length += size if flags & 4 else len(plaintext)
    offset = len(out) - len(parts.header)
    index = struct.pack(">Q", base) + b"".join(words)
    if rng.random() < 0.2:
        index = flip_bits(rng, index) if rng.random() < 0.5 else index[:-4]
    out += coffer.seal_frame(parts.keys.payload, coffer.INDEX, 0, index)
    total = len(out) - len(parts.header) + 52
    trailer = struct.pack(">QQQQ", len(words), length, offset, total)
    if rng.random() < 0.2:
        trailer = change_numbers(rng, trailer)
    return out + coffer.seal_frame(parts.keys.payload, coffer.TRAILER, 0, trailer)


# --- The comparison -----------------------------------------------------------------------------


def good_containers(local: coffer.LocalKeys) -> Iterator[bytes]:
    """Valid vectors of moderate size that the key file k1 opens."""
    for path in sorted(FOLDER.glob("V-*")):
        if path.stat().st_size > 20_000:
            continue
        vector = read_vector(path)
        if vector.one("base") or vector.one("armor"):
            continue
        container = container_of(vector, FOLDER)
        code, plaintext = by_reference(local, container)
        if code == "ok" and len(plaintext) < 1 << 20:
            yield container


def containers(rng: random.Random, local: coffer.LocalKeys) -> Iterator[bytes]:
    """First every good container as it is, then changed ones without end."""
    good = list(good_containers(local))
    parts = [Parts(container, local) for container in good]
    frames = [frame for one in parts for frame in one.frames]
    yield from good
    while True:
        at = rng.randrange(len(good))
        if rng.random() < 0.5:
            changed = outsider(rng, parts[at], good[at], frames)
        else:
            changed = sender(rng, parts[at])
        yield coffer.armor(changed) if rng.random() < 0.03 else changed


def compare(other: Callable[[bytes], Result], local: coffer.LocalKeys, count: int, seed: int,
            save: str) -> int:
    different = 0
    codes: dict[str, int] = {}
    source = containers(random.Random(seed), local)
    for number in range(count):
        container = next(source)
        ours, theirs = by_reference(local, container), other(container)
        codes[ours[0]] = codes.get(ours[0], 0) + 1
        if ours == theirs:
            continue
        different += 1
        print(f"{number}: reference {ours[0]} after {len(ours[1])} bytes, "
              f"other {theirs[0]} after {len(theirs[1])} bytes, container {len(container)} bytes")
        if save:
            Path(save, f"differs-{seed}-{number}").write_bytes(container)
    print(" ".join(f"{code}:{codes[code]}" for code in sorted(codes)))
    print(f"{count} compared, {different} differ")
    return different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--coffer", required=True, metavar="PATH")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", default="", metavar="DIR", help="keep containers that differ")
    args = parser.parse_args()
    key = bytes(range(0x40, 0x60))
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "key")
        path.write_bytes(key)
        different = compare(lambda data: by_coffer(args.coffer, f"{path}#k1", home, data),
                            coffer.LocalKeys([(b"k1", key)]), args.count, args.seed, args.save)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
