#!/usr/bin/env python3
"""Runs the reference decoder over every vector and says how many passed."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path
from typing import Callable

import coffer_reference as coffer
from vector_file import Outcome, Vector, container_of, read_vector

FOLDER = Path(__file__).resolve().parent.parent / "vectors"
WHOLE = (1 << 63) - 1


def outcome(work: Callable[[Outcome], object]) -> Outcome:
    result = Outcome("ok")
    try:
        work(result)
    except coffer.CofferError as error:
        result.code = error.code
    return result


def decrypt(vector: Vector, container: bytes) -> Outcome:
    return outcome(lambda result: coffer.decrypt(
        io.BytesIO(container), result.release, vector.local_keys(), vector.requirements()))


def read_range(vector: Vector, container: bytes, offset: int, length: int) -> Outcome:
    return outcome(lambda result: coffer.RangeReader(
        io.BytesIO(container), vector.local_keys(), vector.requirements()).read(
            offset, length, result.release))


def structure(container: bytes) -> str:
    return outcome(lambda _: coffer.check_structure(io.BytesIO(container))).code


def problems(vector: Vector, container: bytes) -> list[str]:
    found: list[str] = []

    def expect(what: str, wanted: object, got: object) -> None:
        if wanted is not None and str(wanted) != str(got):
            found.append(f"{what}: expected {wanted}, got {got}")

    result = decrypt(vector, container)
    expect("expect", vector.one("expect"), result.code)
    expect("plaintext-bytes", vector.one("plaintext-bytes"), result.count)
    expect("plaintext-sha256", vector.one("plaintext-sha256"), result.digest.hexdigest())
    expect("structure-expect", vector.one("structure-expect"), structure(container))
    if vector.one("range-expect"):
        expect("range-expect", vector.one("range-expect"),
               read_range(vector, container, 0, WHOLE).code)
    for line in vector.all("range"):
        offset, length, digest = line.split(" ")
        got = read_range(vector, container, int(offset), int(length))
        expect(f"range {offset} {length}", f"ok {digest}", f"{got.code} {got.digest.hexdigest()}")
    for what in ("restore-expect", "meta", "name"):
        if vector.one(what) is not None:
            expect(what, vector.one(what), metadata_answer(vector, container, what))
    if vector.one("fk"):
        expect("encrypt direction", hashlib.sha256(container).hexdigest(),
               hashlib.sha256(encrypt_again(vector, container)).hexdigest())
    for sweep in vector.all("sweep"):
        found += sweep_problems(vector, container, sweep)
    return found


def metadata_answer(vector: Vector, container: bytes, what: str) -> str:
    meta = coffer.decrypt(io.BytesIO(container), lambda _: None, vector.local_keys(),
                          vector.requirements())
    if what == "meta":
        return meta.raw.hex()
    result = outcome(lambda _: coffer.restorable_name(meta))
    return result.code if what == "restore-expect" else meta.name or ""


def encrypt_again(vector: Vector, container: bytes) -> bytes:
    """The known-answer direction: the same container from fk, salt and s16."""
    given = iter(bytes.fromhex(vector.one(key) or "") for key in ("salt", "fk", "s16"))
    plaintext: list[bytes] = []
    header = coffer.read_header(coffer.ByteSource(io.BytesIO(container)))
    coffer.decrypt(io.BytesIO(container), plaintext.append, vector.local_keys())
    options = coffer.EncryptOptions(
        chunk_log2=container[len(header.raw) + 5], level=None, context=header.context,
        fill_header=False, keyfiles=vector.local_keys().keyfiles, random=lambda _: next(given))
    return b"".join(coffer.encrypt(io.BytesIO(b"".join(plaintext)), options))


def sweep_problems(vector: Vector, container: bytes, sweep: str) -> list[str]:
    found = []
    if sweep == "cut":
        for end in range(len(container)):
            code = decrypt(vector, container[:end]).code
            if code != "TRUNCATED":
                found.append(f"cut at {end}: {code}")
    elif sweep == "flip":
        for bit in range(8 * len(container)):
            data = bytearray(container)
            data[bit // 8] ^= 0x80 >> bit % 8
            if decrypt(vector, bytes(data)).code == "ok":
                found.append(f"bit {bit} flipped: ok")
    return found


def main() -> int:
    passed = failed = 0
    for path in sorted(FOLDER.glob("[A-Z]-*")):
        vector = read_vector(path)
        found = problems(vector, container_of(vector, FOLDER))
        for line in found:
            print(f"{path.name}: {line}")
        passed, failed = passed + (not found), failed + bool(found)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
