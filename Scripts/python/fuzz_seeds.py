"""Seeds for the fuzz harnesses, out of the format's vectors."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Iterator

REFERENCE, CORPUS = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(REFERENCE))

import coffer_reference as coffer  # noqa: E402
from differential import Parts  # noqa: E402
from vector_file import container_of, read_vector  # noqa: E402

VECTORS = REFERENCE.parent / "vectors"
ARCHIVES = REFERENCE.parent / "vectors-archive"
LARGEST = 64 * 1024
HARNESSES = ("header", "frame", "zstd", "range", "agent", "archive")

#: Choices of the frame and range harnesses (Tests/Fuzz/Bed): options, frames, end, changes.
RAW, ZSTD, FINAL, META = 0, 4, 8, 1
FULL, FULL_PADDED, PACKED, PADDED, NAMED = 6 << 4, 7 << 4, 8 << 4, 10 << 4, 12 << 4
END = bytes([0xFF])
FORGED = [
    bytes([0, FINAL, 0]) + END,
    bytes([0, FINAL, 5]) + b"hello" + END,
    bytes([0, FULL | RAW, 65, FINAL, 3]) + b"abc" + END,
    bytes([0, FULL | RAW, 65, FULL | FINAL, 66]) + END,
    bytes([1, PACKED | ZSTD, 1, 0, PACKED | ZSTD | FINAL, 2, 0]) + END,
    bytes([1, PACKED | ZSTD, 1, 0, FULL | RAW, 3, FINAL, 2]) + b"xy" + END,
    bytes([2, NAMED | META, 4]) + b"name" + bytes([FINAL, 2]) + b"hi" + END,
    bytes([4, PADDED | FINAL, 5]) + b"hello" + END,
    bytes([4, FULL_PADDED | RAW, 7, PADDED | RAW, 2]) + b"ab" + bytes([PADDED | FINAL, 0]) + END,
    bytes([0, FINAL, 5]) + b"hello" + END + bytes([1, 0, 3, 1, 1, 0, 7, 255]) + b"trailing",
]


def containers() -> Iterator[tuple[str, "coffer.LocalKeys", bytes]]:
    for path in sorted(VECTORS.glob("[A-Z]-*")):
        vector = read_vector(path)
        container = container_of(vector, VECTORS)
        if len(container) <= LARGEST:
            yield path.name, vector.local_keys(), container


def header_of(container: bytes) -> bytes:
    length = int.from_bytes(container[12:16], "big")
    return container[:length] if 48 <= length <= len(container) else container[:4096]


def words_of(container: bytes) -> bytes:
    """The frame words of a container, as far as its own lengths lead."""
    at, words = int.from_bytes(container[12:16], "big"), b""
    preamble = container[at:at + 72]
    if len(preamble) < 72 or not 12 <= preamble[5] <= 24:
        return b""
    at += 72
    while at + 4 <= len(container):
        words += container[at:at + 4]
        at += 20 + coffer.split_word(container[at:at + 4])[1]
    return bytes([0, preamble[5] - 12, preamble[6] & 7]) + words


def bodies_of(local: "coffer.LocalKeys", container: bytes) -> Iterator[bytes]:
    try:
        parts = Parts(container, local)
        opened = parts.opened()
    except (coffer.CofferError, ValueError, IndexError, AttributeError):
        return
    for flags, plaintext in opened:
        if flags & ZSTD:
            yield bytes([max(0, min(4, parts.preamble[5] - 12))]) + plaintext


def text(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def agent_messages() -> Iterator[tuple[int, bytes]]:
    """One message of each kind, by Formats/agent-protocol.md: kind and fields."""
    one = (1).to_bytes(4, "big")
    binding = text(bytes(32)) + text(b"")
    settings = b"\0\1" + text(b"region") + text(b"eu-west-1")
    variables = b"\0\1" + text(b"AWS_PROFILE") + text(b"backup")
    reference = text(b"aws-kms:alias/a") + settings + variables + (20000).to_bytes(4, "big")
    row = text(b"key") + text(b"version") + text(b"purpose")
    yield 0x01, text(b"COFA") + b"\0\1"
    for kind in (0x02, 0x07):
        yield kind, reference
    for kind in (0x03, 0x04):
        yield kind, one + binding
    yield 0x05, one + text(b"arn:aws:kms:a:1:key/b") + text(b"body") + binding
    yield 0x06, reference + text(b"ListKeys") + text(b"{}")
    for kind in (0x08, 0x0E):
        yield kind, one
    for kind in (0x09, 0x0A, 0x0D):
        yield kind, one + text(b"bytes")
    yield 0x0B, one + row
    yield 0x0C, one + row + text(b"sealed")
    for kind in (0x10, 0x11, 0x12, 0x86):
        yield kind, b""
    yield 0x81, b"\0\1"
    yield 0x82, one + text(b"vault-transit") + text(b"a/b") + text(b"name") + b"\1"
    yield 0x83, one + text(b"name") + text(b"identity")
    yield 0x84, one
    yield 0x85, text(b"bytes")
    yield 0x87, one + bytes(8) + one + one
    for code in range(1, 11):
        yield 0x8F, bytes([code]) + text(b"first") + b"\1" + text(b"second")


def archive_tails() -> Iterator[tuple[int, bytes]]:
    """The index and footer of each archive: how many members, and the bytes behind the mark."""
    for path in sorted(ARCHIVES.glob("[A-Z]-*")):
        plaintext = path.read_bytes().partition(b"\n\n")[2]
        offset, count = (int.from_bytes(plaintext[at:at + 8], "big")
                         for at in (len(plaintext) - 16, len(plaintext) - 8))
        if 0 <= len(plaintext) - offset <= LARGEST:
            yield count & 0xFF, plaintext[offset:]


def save(harness: str, data: bytes) -> None:
    (CORPUS / harness / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    for harness in HARNESSES:
        (CORPUS / harness).mkdir(parents=True, exist_ok=True)
    for _, local, container in containers():
        save("header", header_of(container))
        save("frame", words_of(container))
        for body in bodies_of(local, container):
            save("zstd", body)
    for forged in FORGED:
        save("frame", bytes([1]) + forged)
        save("range", bytes([0, 1, 0, 7]) + forged)
    for kind, fields in agent_messages():
        head = bytes(4) + bytes([kind]) + len(fields).to_bytes(4, "big")
        save("agent", bytes([kind]) + fields)
        save("agent", head + bytes(2) + fields)
        save("agent", head + b"\0\4" + fields + b"pin" + head + bytes(2) + fields)
    for count, tail in archive_tails():
        save("archive", bytes([0, 0, 99]) + tail)
        save("archive", bytes([count, 2, 187]) + tail[8:-16].rstrip(b"\0"))
    for harness in HARNESSES:
        print(f"{harness}: {len(list((CORPUS / harness).iterdir()))} inputs")


if __name__ == "__main__":
    main()
