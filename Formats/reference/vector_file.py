"""Reads and writes the vector files that ../vectors/README.md describes."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from coffer_reference import FakeKms, LocalKeys, RecoveryIdentity, Requirements

Edit = tuple[str, str]  # header key and value: patch, insert, remove, cut or append


@dataclass
class Vector:
    name: str
    lines: list[tuple[str, str]]
    body: bytes

    def one(self, key: str) -> Optional[str]:
        return next((value for k, value in self.lines if k == key), None)

    def all(self, key: str) -> list[str]:
        return [value for k, value in self.lines if k == key]

    def local_keys(self) -> LocalKeys:
        keyfiles = [line.rsplit(" ", 1) for line in self.all("keyfile")]
        kms: dict[str, dict] = {}
        for line in self.all("kms"):
            arn, blob, plaintext, context = line.split(" ", 3)
            entry = {"plaintext": plaintext.strip("-"), "context": json.loads(context)}
            kms.setdefault(arn, {"blobs": {}})["blobs"][blob] = entry
        return LocalKeys([(name.encode(), bytes.fromhex(key)) for name, key in keyfiles],
                         [text.encode() for text in self.all("passphrase")],
                         [RecoveryIdentity(bytes.fromhex(seed)) for seed in self.all("recovery")],
                         FakeKms(kms))

    def requirements(self) -> Requirements:
        limit = self.one("max-output")
        return Requirements(json.loads(self.one("context") or "{}"), self.one("require-recipient"),
                            None if limit is None else int(limit))


def read_vector(path: Path) -> Vector:
    head, _, body = path.read_bytes().partition(b"\n\n")
    lines = [tuple(line.split(": ", 1)) for line in head.decode().split("\n")]
    vector = Vector(path.name, lines, body)  # type: ignore[arg-type]
    if vector.one("compressed") == "zlib":
        vector.body = zlib.decompress(body)
    return vector


def container_of(vector: Vector, folder: Path) -> bytes:
    """The container's bytes, with the edits applied when the vector is made from another."""
    base = vector.one("base")
    if base is None:
        return vector.body
    data = container_of(read_vector(folder / base), folder)
    for key, value in vector.lines:
        data = apply_edit(data, key, value, vector.body)
    return data


def apply_edit(data: bytes, key: str, value: str, body: bytes) -> bytes:
    words = value.split(" ")
    if key == "patch":
        at, new = int(words[0]), bytes.fromhex(words[1])
        return data[:at] + new + data[at + len(new):]
    if key == "insert":
        at = int(words[0])
        return data[:at] + bytes.fromhex(words[1]) + data[at:]
    if key == "remove":
        at, count = int(words[0]), int(words[1])
        return data[:at] + data[at + count:]
    if key == "cut":
        return data[:int(value)]
    if key == "append":
        return data + (body if value == "body" else bytes.fromhex(value))
    return data


def edits_between(base: bytes, new: bytes) -> tuple[list[Edit], bytes]:
    """Edits that turn `base` into `new`, and the body that `append: body` needs."""
    if new == base[:len(new)]:
        return [("cut", str(len(new)))], b""
    if len(new) == len(base):
        return patches(base, new), b""
    start = common_prefix(base, new)
    if start == len(base):
        return [("append", new[start:].hex())], b""
    if len(new) - start > 4096:
        return [("cut", str(start)), ("append", "body")], new[start:]
    end = min(common_prefix(base[start:][::-1], new[start:][::-1]), len(base) - start,
              len(new) - start)
    edits: list[Edit] = []
    if len(base) - end > start:
        edits.append(("remove", f"{start} {len(base) - end - start}"))
    if len(new) - end > start:
        edits.append(("insert", f"{start} {new[start:len(new) - end].hex()}"))
    return edits, b""


def common_prefix(a: bytes, b: bytes) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def patches(base: bytes, new: bytes) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    while at < len(base):
        if base[at] == new[at]:
            at += 1
            continue
        end = at + 1
        while base[end:end + 4] != new[end:end + 4]:
            end += 1
        edits.append(("patch", f"{at} {new[at:end].hex()}"))
        at = end
    return edits


def write_vector(folder: Path, vector: Vector) -> None:
    lines, body = list(vector.lines), vector.body
    packed = zlib.compress(body, 9) if len(body) > 4096 else body
    if len(packed) < len(body) * 3 // 4:
        lines.append(("compressed", "zlib"))
        body = packed
    head = "".join(f"{key}: {value}\n" for key, value in lines)
    (folder / vector.name).write_bytes(head.encode() + b"\n" + body)


@dataclass
class Outcome:
    """What a decoder did: `ok` or a code, and what it released."""

    code: str
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    count: int = 0

    def release(self, data: bytes) -> None:
        self.digest.update(data)
        self.count += len(data)
