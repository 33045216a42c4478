#!/usr/bin/env python3
"""Writes every file of ../vectors/ from fixed seeds; running it again gives the same bytes.

Each vector states what a decoder must answer. The generator does not take the reference decoder's
word for it: the answer is written here by hand, and the generator stops when the reference gives
another. Only `structure-expect` and `range-expect` are recorded from the reference.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import struct
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Optional, Sequence

import zstandard
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import coffer_reference as coffer
import mlkem768
from check_vectors import FOLDER, WHOLE, problems, read_range, structure
from coffer_reference import (FINAL, INDEX, META, P_META, P_PAD, P_ZSTD, TRAILER, ZSTD, Stanza,
                              encode_stanza, prefixed, seal, seal_frame)
from vector_file import Vector, edits_between, write_vector

C = 4096
KEK = bytes(range(0x40, 0x60))
OTHER_KEK = bytes(range(0x80, 0xA0))
ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FOREIGN_ARN = "arn:aws:kms:us-east-1:999999999999:key/ffffffff-0000-0000-0000-000000000000"


# --- Material -------------------------------------------------------------------------------


def seeded(seed: str) -> Callable[[int], bytes]:
    """A stream of bytes that depends on the seed only."""
    blocks = (hashlib.sha256(f"coffer vectors {seed} {i}".encode()).digest()
              for i in itertools.count())
    rest = b""

    def draw(count: int) -> bytes:
        nonlocal rest
        while len(rest) < count:
            rest += next(blocks)
        taken, rest = rest[:count], rest[count:]
        return taken

    return draw


def noise(count: int, seed: str = "noise") -> bytes:
    return seeded(seed)(count)


def text(count: int, seed: str = "a") -> bytes:
    line = f"The quick brown fox {seed} jumps over the lazy dog.\n".encode()
    return (line * (count // len(line) + 1))[:count]


def mixed(count: int, chunk: int = C) -> bytes:
    return b"".join((noise if i % 2 else text)(min(chunk, count - i * chunk), f"m{i}")
                    for i in range(-(-count // chunk)))


# --- A container put together by hand, so that one thing in it can be wrong ------------------


@dataclass
class Maker:
    seed: str
    chunk_log2: int = 12
    pflags: int = 0
    context: bytes = b""
    file_key: bytes = b""
    salt: bytes = b""
    commitment: bytes = b""
    draw: Callable[[int], bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.draw = seeded(self.seed)
        self.salt = self.salt or self.draw(32)
        self.file_key = self.file_key or self.draw(32)
        self.start = b"COFP" + bytes([1, self.chunk_log2, self.pflags, 0]) + self.salt
        self.bind = coffer.binding(self.start, self.context)
        self.wctx = coffer.wrap_context(self.bind)
        self.keys = coffer.derive_keys(self.file_key, self.bind)

    # Stanzas

    def keyfile(self, name: bytes = b"k1", key: bytes = KEK, secret: Optional[bytes] = None,
                binder: bytes = b"") -> Stanza:
        body = seal(key, b"keyfile", binder or self.wctx, secret or self.file_key, self.draw(16))
        return Stanza("keyfile", name, body)

    def passphrase(self, words: bytes, cost: tuple[int, int, int] = (10, 8, 1),
                   claimed: Optional[tuple[int, int, int]] = None) -> Stanza:
        salt = self.draw(16)
        key = coffer.scrypt(words, salt, *cost)
        body = seal(key, b"passphrase", self.wctx, self.file_key, self.draw(16))
        return Stanza("passphrase", b"",
                      struct.pack(">BIII", 2, *(claimed or cost)) + salt + body)

    def kms(self, arn: str = ARN) -> tuple[Stanza, bytes]:
        blob = self.draw(48)
        return Stanza("aws-kms", arn.encode(), blob), blob

    def kms_line(self, blob: bytes, secret: Optional[bytes] = None, arn: str = ARN,
                 binder: Optional[bytes] = None, pairs: Optional[dict[str, str]] = None) -> str:
        context = dict(pairs or {})
        context["coffer:bind"] = (binder or self.wctx).hex()
        plaintext = (self.file_key if secret is None else secret).hex() or "-"
        packed = json.dumps(context, sort_keys=True, separators=(",", ":"))
        return f"{arn} {blob.hex()} {plaintext} {packed}"

    # Header

    def header(self, stanzas: Optional[list[Stanza]] = None, extra: bytes = b"",
               fill_to: int = 0, context: Optional[bytes] = None) -> bytes:
        return coffer.encode_header(self.context if context is None else context,
                                    [self.keyfile()] if stanzas is None else stanzas,
                                    self.keys.header, fill_to, extra)

    def header_of(self, *fields: tuple[int, bytes], raw: bytes = b"",
                  length: Optional[int] = None, prologue: Optional[bytes] = None) -> bytes:
        """A header from fields as they are, however wrong, with a right HMAC."""
        data = b"".join(struct.pack(">H", tag) + prefixed(value) for tag, value in fields) + raw
        total = 16 + len(data) + 32 if length is None else length
        start = (prologue or coffer.MAGIC + struct.pack(">HH", 1, 0)) + struct.pack(">I", total)
        return start + data + coffer.hmac_sha256(self.keys.header, start + data)

    # Payload

    def preamble(self) -> bytes:
        return self.start + (self.commitment or self.keys.commit)

    def seal(self, flags: int, index: int, plaintext: bytes) -> bytes:
        return seal_frame(self.keys.payload, flags, index, plaintext)

    def payload(self, chunks: Iterable[tuple[int, bytes]], length: int, *,
                meta: Optional[bytes] = None,
                tail: Optional[Callable[["Tail"], list[bytes]]] = None) -> bytes:
        """Data frames from (flags, plaintext); `tail` may write the index and trailer otherwise."""
        start = self.preamble() + (b"" if meta is None else self.seal(META, 0, meta))
        frames = [self.seal(flags, i, body) for i, (flags, body) in enumerate(chunks)]
        state = Tail(self, frames, length, len(start))
        return start + b"".join(frames + (tail or Tail.right)(state))


@dataclass
class Tail:
    """What INDEX and TRAILER must say, and frames that say it or something else."""

    maker: Maker
    frames: list[bytes]
    length: int
    base: int

    @property
    def words(self) -> list[bytes]:
        return [frame[:4] for frame in self.frames]

    @property
    def index_offset(self) -> int:
        return self.base + sum(map(len, self.frames))

    def bases(self) -> list[int]:
        return [self.base + sum(map(len, self.frames[:i]))
                for i in range(0, len(self.words), 65536)]

    def groups(self) -> list[bytes]:
        return [struct.pack(">Q", base) + b"".join(self.words[65536 * i:65536 * (i + 1)])
                for i, base in enumerate(self.bases())]

    def index(self, groups: Optional[list[bytes]] = None) -> list[bytes]:
        return [self.maker.seal(INDEX, i, group)
                for i, group in enumerate(self.groups() if groups is None else groups)]

    def trailer(self, index: list[bytes], chunks: int = 0, length: int = 0, offset: int = 0,
                payload: int = 0) -> bytes:
        """The arguments are added to the right numbers."""
        total = self.index_offset + sum(map(len, index)) + 52
        numbers = (len(self.words) + chunks, self.length + length, self.index_offset + offset,
                   total + payload)
        return self.maker.seal(TRAILER, 0, struct.pack(">QQQQ", *(n % 2**64 for n in numbers)))

    def right(self) -> list[bytes]:
        index = self.index()
        return index + [self.trailer(index)]


def split_payload(container: bytes) -> tuple[bytes, list[bytes]]:
    """(header and preamble, frames) of a good container."""
    at = struct.unpack_from(">I", container, 12)[0] + 72
    start, frames = container[:at], []
    while at < len(container):
        size = 20 + coffer.split_word(container[at:at + 4])[1]
        frames.append(container[at:at + size])
        at += size
    return start, frames


# --- Writing vectors ------------------------------------------------------------------------


class Writer:
    def __init__(self) -> None:
        self.containers: dict[str, bytes] = {}
        self._numbers: dict[str, int] = {}
        for old in FOLDER.glob("[A-Z]-*"):
            old.unlink()

    def add(self, family: str, short: str, container: bytes, expect: str, released: bytes, /, *,
            keys: Optional[list[tuple[str, str]]] = None, base: Optional[str] = None,
            ranges: bool = False, **more: Any) -> str:
        """One vector; `keys` are the lines of what the caller has, by default the key file k1."""
        number = self._numbers[family] = self._numbers.get(family, 0) + 1
        full = f"{family}-{number:02d}-{short}"
        comment = more.pop("comment", None)
        lines = [("expect", expect)]
        lines += [("plaintext-bytes", str(len(released))),
                  ("plaintext-sha256", hashlib.sha256(released).hexdigest())]
        lines += key_line("k1", KEK) if keys is None else keys
        lines += [(key.replace("_", "-"), str(value)) for key, value in more.items()]
        if ranges:
            lines += range_lines(released)
        vector = Vector(full, lines, container)
        found = problems(vector, container)
        if found:
            raise SystemExit(f"{full}: {found}")
        lines.insert(1, ("structure-expect", structure(container)))
        if container.startswith((coffer.ARMOR_BEGIN, coffer.UTF8_MARK + coffer.ARMOR_BEGIN)):
            lines.append(("armor", "yes"))
        elif expect != "ok":
            lines.insert(2, ("range-expect", read_range(vector, container, 0, WHOLE).code))
        self.containers[full] = container
        if comment:
            lines.append(("comment", str(comment)))
        if base is not None:
            edits, vector.body = edits_between(self.containers[base], container)
            lines += [("base", base), *edits]
        write_vector(FOLDER, vector)
        return full


def key_line(name: str, key: bytes) -> list[tuple[str, str]]:
    return [("keyfile", f"{name} {key.hex()}")]


def range_lines(plaintext: bytes) -> list[tuple[str, str]]:
    size = len(plaintext)
    wanted = {(0, size + 1), (0, 1), (size // 2, 3), (max(0, size - 1), 1), (size, 1), (0, 0)}
    if size > C:
        wanted |= {(C - 1, 2), (C, 1), (max(0, size - C - 5), C + 9)}
    return [("range", f"{at} {count} {hashlib.sha256(plaintext[at:at + count]).hexdigest()}")
            for at, count in sorted(wanted)]


def encrypted(seed: str, plaintext: bytes, *, fill: bool = False, **options: Any) -> bytes:
    settings = coffer.EncryptOptions(chunk_log2=12, level=None, fill_header=fill,
                                     random=seeded(seed), keyfiles=[(b"k1", KEK)])
    for key, value in options.items():
        setattr(settings, key, value)
    return b"".join(coffer.encrypt(io.BytesIO(plaintext), settings))


# --- V: valid containers --------------------------------------------------------------------


def make_valid(out: Writer) -> dict[str, str]:
    names: dict[str, str] = {}
    for short, plaintext in (("hello", b"hello"), ("empty", b""), ("4097", b"a" * 4097)):
        given = iter((bytes(range(0x20, 0x40)), bytes(range(0x20)), bytes(range(0x60, 0x70))))
        container = encrypted("kat", plaintext, context={"purpose": "kat"},
                              random=lambda _, given=given: next(given))
        names["kat-" + short] = out.add(
            "V", "kat-" + short, container, "ok", plaintext, ranges=True,
            fk=bytes(range(0x20)).hex(), salt=bytes(range(0x20, 0x40)).hex(),
            s16=bytes(range(0x60, 0x70)).hex(), comment="known answer: an encoder writes this")
    make_sizes(out)
    make_recipients(out, names)
    make_header_variants(out)
    make_bases(out, names)
    make_armored(out)
    make_large(out, names)
    return names


def make_sizes(out: Writer) -> None:
    sizes = {"0": 0, "1": 1, "c-minus-1": C - 1, "c": C, "c-plus-1": C + 1, "2c": 2 * C,
             "3c-plus-17": 3 * C + 17}
    for label, size in sizes.items():
        for kind, content, level in (("raw", noise, None), ("zstd", text, 3), ("mixed", mixed, 3)):
            if kind == "mixed" and size <= C:
                continue
            data, seed = content(size), f"V {label} {kind}"
            out.add("V", f"{kind}-{label}", encrypted(seed, data, level=level), "ok", data,
                    ranges=True)
    meta = coffer.name_metadata("report.txt") + struct.pack(">HHq", 2, 8, 1_700_000_000_123456789)
    for label in ("0", "c", "3c-plus-17"):
        data = mixed(sizes[label])
        out.add("V", f"meta-{label}", encrypted("V meta" + label, data, level=3, metadata=meta),
                "ok", data, ranges=True, meta=meta.hex(), name="report.txt", restore_expect="ok")
    for label in ("0", "1", "c-minus-1", "c", "c-plus-1", "3c-plus-17"):
        data = mixed(sizes[label])
        out.add("V", f"padme-{label}", encrypted("V pad" + label, data, level=3, pad=coffer.padme),
                "ok", data, ranges=True)
    data = noise(C + 9)
    out.add("V", "pad-512-raw", encrypted("V pad raw", data, pad=coffer.round_up(512)), "ok", data,
            ranges=True)
    out.add("V", "pad-meta", encrypted("V pad meta", data, level=3, pad=coffer.padme,
                                       metadata=meta), "ok", data, ranges=True, meta=meta.hex())
    big = 65536
    for label, data, level in (("c-minus-1-zstd", text(big - 1), 3), ("c-zstd", text(big), 3),
                               ("c-plus-1-zstd", text(big + 1), 3), ("c-plus-1-raw",
                               noise(big + 1), None), ("3c-plus-17-zstd", text(3 * big + 17), 3)):
        out.add("V", f"chunk64k-{label}", encrypted("V 64k" + label, data, level=level,
                                                    chunk_log2=16), "ok", data, ranges=True)
    zeros = bytes((1 << 24) + 1)
    out.add("V", "chunk16m-zeros", encrypted("V 16m", zeros, level=3, chunk_log2=24), "ok", zeros,
            ranges=True, comment="2 frames, chunk_log2 24")


def make_recipients(out: Writer, names: dict[str, str]) -> None:
    body = b"for several"
    two = encrypted("V two", body, keyfiles=[(b"k1", KEK), (b"k2", OTHER_KEK)])
    names["two"] = out.add("V", "two-recipients-first", two, "ok", body)
    out.add("V", "two-recipients-second", two, "ok", body, keys=key_line("k2", OTHER_KEK),
            base=names["two"])
    many = [(f"n{i}".encode(), noise(32, f"kek{i}")) for i in range(32)]
    out.add("V", "32-recipients-last", encrypted("V many", body, keyfiles=many), "ok", body,
            keys=key_line("n31", many[31][1]))
    name = coffer.keyfile_name(KEK)
    out.add("V", "default-key-name", encrypted("V name", body, keyfiles=[(name, KEK)]), "ok", body,
            keys=key_line(name.decode(), KEK),
            comment="NAME is HMAC-SHA-256(KEK, \"coffer/v1 keyid\")[0:8] in hex")
    words = "correct horse bättery"
    maker = Maker("V passphrase")
    out.add("V", "passphrase", maker.header([maker.passphrase(words.encode())])
            + maker.payload([(FINAL, body)], len(body)), "ok", body, keys=[("passphrase", words)])
    out.add("V", "passphrase-second-of-two", maker.header([maker.passphrase(words.encode())])
            + maker.payload([(FINAL, body)], len(body)), "ok", body,
            keys=[("passphrase", "wrong"), ("passphrase", words)])
    out.add("V", "passphrase-beside-keyfile", maker.header(
        [maker.passphrase(words.encode()), maker.keyfile()])
        + maker.payload([(FINAL, body)], len(body)), "ok", body)
    pairs = {"tenant": "a", "zone": "1"}
    maker = Maker("V kms", context=coffer.encode_context(pairs))
    stanza, blob = maker.kms()
    kms_keys = [("kms", maker.kms_line(blob, pairs=pairs))]
    whole = maker.header([stanza]) + maker.payload([(FINAL, body)], len(body))
    out.add("V", "aws-kms", whole, "ok", body, keys=kms_keys, context='{"tenant":"a"}')
    maker = Maker("V kms none")
    stanza, blob = maker.kms()
    out.add("V", "aws-kms-without-context", maker.header([stanza])
            + maker.payload([(FINAL, body)], len(body)), "ok", body,
            keys=[("kms", maker.kms_line(blob))])
    maker = Maker("V kms mrk")
    mrk = "arn:aws:kms:{}:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"
    stanza, blob = maker.kms(mrk.format("eu-west-1"))
    out.add("V", "aws-kms-multi-region", maker.header([stanza])
            + maker.payload([(FINAL, body)], len(body)), "ok", body,
            keys=[("kms", maker.kms_line(blob, arn=mrk.format("us-east-1")))],
            comment="the local replica is in another Region")
    maker = Maker("V threshold")
    container = (maker.header([threshold(maker, 2, 3)]) + maker.payload([(FINAL, body)], len(body)))
    out.add("V", "threshold-2-of-3", container, "ok", body,
            keys=key_line("s1", noise(32, "share1")) + key_line("s3", noise(32, "share3")))
    maker = Maker("V batch", context=coffer.encode_context(pairs))
    stanza, line = batch(maker, pairs)
    out.add("V", "batch", maker.header([stanza]) + maker.payload([(FINAL, body)], len(body)), "ok",
            body, keys=[("kms", line)])


def threshold(maker: Maker, k: int, n: int, inner_type: str = "keyfile") -> Stanza:
    """Shares of the file key for the key files s1 … sn (keys: noise "share1" …)."""
    salt, lines = maker.draw(16), [maker.draw(32) for _ in range(k - 1)]
    body = bytes([k, n]) + salt
    for x in range(1, n + 1):
        share = bytearray(maker.file_key)
        factor = 1
        for coefficients in lines:
            factor = coffer.gf_multiply(factor, x)
            for i, byte in enumerate(coefficients):
                share[i] ^= coffer.gf_multiply(factor, byte)
        label = b"coffer/v1 share\x00" + maker.wctx + salt + bytes([k, n, x])
        inner = maker.keyfile(b"s%d" % x, noise(32, f"share{x}"), bytes(share),
                              hashlib.sha256(label).digest())
        inner.type = inner_type
        body += prefixed(encode_stanza(inner))
    return Stanza("threshold", b"", body)


def batch(maker: Maker, pairs: dict[str, str], inner_type: str = "aws-kms") -> tuple[Stanza, str]:
    salt, batch_key = maker.draw(32), maker.draw(32)
    label = b"coffer/v1 batch\x00" + salt + hashlib.sha256(maker.context).digest()
    inner, blob = maker.kms()
    inner.type = inner_type
    sealed = seal(batch_key, b"batch", maker.wctx, maker.file_key, maker.draw(16))
    line = maker.kms_line(blob, batch_key, binder=hashlib.sha256(label).digest(), pairs=pairs)
    return Stanza("batch", b"", salt + prefixed(encode_stanza(inner)) + sealed), line


def make_header_variants(out: Writer) -> None:
    body = b"header variants"

    def add(name: str, stanzas: Sequence[Optional[Stanza]] = (None,), **header: Any) -> None:
        maker = Maker("V " + name)
        own = maker.keyfile()
        listed = [own if one is None else one for one in stanzas]
        out.add("V", name, maker.header(listed, **header)
                + maker.payload([(FINAL, body)], len(body)), "ok", body)

    foreign = Stanza("example-type", b"\x00\xffid", b"anything")
    add("foreign-stanza-before", [foreign, None])
    add("foreign-stanzas-around", [foreign, None, Stanza("x", b"", b""), foreign])
    add("type-of-32-characters", [Stanza("a" * 32, b"", b""), None])
    ignorable = ((0x8000, b""), (0x8002, b"x"), (0x8002, b"y"), (0xFFFF, bytes(40)))
    add("ignorable-tags",
        extra=b"".join(struct.pack(">H", tag) + prefixed(value) for tag, value in ignorable))
    add("header-pad-empty", extra=struct.pack(">HH", 0x8001, 0))
    add("header-pad-not-zero", extra=struct.pack(">H", 0x8001) + prefixed(b"not zero"))
    add("two-header-pads", extra=struct.pack(">HHHHB", 0x8001, 0, 0x8001, 1, 0))
    add("header-4096", fill_to=4096)
    data = text(C + 1)
    out.add("V", "header-filled-by-encoder", encrypted("V fill", data, level=3, fill=True), "ok",
            data, ranges=True)
    many = {f"k{i:02}": str(i) for i in range(32)}
    for name, pairs in (("1-pair", {"a": "b"}), ("32-pairs", many), ("empty-value", {"a": ""}),
                        ("not-ascii", {"ключ": "値\n"})):
        out.add("V", f"context-{name}", encrypted("V context" + name, body, context=pairs), "ok",
                body, context=json.dumps(pairs))


def make_bases(out: Writer, names: dict[str, str]) -> None:
    """Containers that other vectors are edits of."""
    small = encrypted("small", noise(170), level=3, context={"tenant": "a"},
                      keyfiles=[(b"k1", KEK), (b"k2", OTHER_KEK)],
                      metadata=coffer.name_metadata("small.bin"))
    names["small"] = out.add("V", "small", small, "ok", noise(170), ranges=True, sweep="cut")
    names["small-flip"] = out.add("V", "small-flip", small, "ok", noise(170), base=names["small"],
                                  sweep="flip")
    three = three_chunks()
    names["three"] = out.add("V", "three-chunks", encrypted(
        "three", three, level=3, metadata=coffer.name_metadata("three")), "ok", three, ranges=True)
    names["plain"] = out.add("V", "three-chunks-no-meta", encrypted("plain", three, level=3), "ok",
                             three, ranges=True)


def three_chunks() -> bytes:
    return text(C, "1") + text(C, "2") + text(100, "3")


def make_armored(out: Writer) -> None:
    for label, size in (("no-padding", 0), ("one-pad", 1), ("two-pads", 2), ("full-last-line", 3)):
        for extra in range(48):
            maker = Maker(f"V armor {label}")
            body = noise(5 + extra)
            container = maker.header() + maker.payload([(FINAL, body)], len(body))
            if (len(container) % 48 == 0) if size == 3 else (
                    -len(container) % 3 == size and len(container) % 48):
                out.add("V", f"armor-{label}", coffer.armor(container), "ok", body)
                break


def rle_frame(count: int, byte: int = 0) -> bytes:
    """A zstd frame of one repeated byte, count from 256 to 65,791."""
    block = (count << 3 | 1 << 1 | 1).to_bytes(3, "little") + bytes([byte])
    return b"\x28\xb5\x2f\xfd\x60" + (count - 256).to_bytes(2, "little") + block


def large_maker() -> Maker:
    return Maker("large", pflags=P_ZSTD)


def large_container(chunks: int,
                    tail: Optional[Callable[[Tail], list[bytes]]] = None) -> bytes:
    maker = large_maker()
    frame = rle_frame(C)
    listed = [(ZSTD | (FINAL if i == chunks - 1 else 0), frame) for i in range(chunks)]
    return maker.header() + maker.payload(listed, chunks * C, tail=tail)


def make_large(out: Writer, names: dict[str, str]) -> None:
    zeros = bytes(65537 * C)
    edge = 65536 * C
    digest = hashlib.sha256(bytes(2)).hexdigest()
    names["65537"] = out.add("V", "65537-chunks", large_container(65537), "ok", zeros,
                             range=f"{edge - 1} 2 {digest}", comment="two INDEX frames, the second "
                             "with one word; every chunk is 4096 zeros")
    names["65536"] = out.add("V", "65536-chunks", large_container(65536), "ok", zeros[:edge],
                             base=names["65537"], range=f"{edge - 2} 9 {digest}",
                             comment="one full INDEX frame; same file key and salt as its base")


# --- T, A, B, S: what an outsider can do to one container -------------------------------------


def boundaries(container: bytes) -> list[tuple[str, int]]:
    """Named offsets where a part of the container begins."""
    header = struct.unpack_from(">I", container, 12)[0]
    start, frames = split_payload(container)
    found, at, data = [("payload", header), ("first-frame", len(start))], len(start), 0
    for frame in frames:
        flags = frame[0] >> 4
        kind = {META: "meta", INDEX: "index", TRAILER: "trailer"}.get(flags, f"data-{data}")
        data += kind.startswith("data")
        found.append((kind, at))
        at += len(frame)
    return found


def make_truncations(out: Writer, names: dict[str, str]) -> None:
    three, base = out.containers[names["three"]], names["three"]
    plain = three_chunks()
    places = dict(boundaries(three))

    def cut(name: str, at: int, released: int) -> None:
        out.add("T", name, three[:at], "TRUNCATED", plain[:released], base=base)

    out.add("T", "empty", b"", "TRUNCATED", b"")
    for name, at in (("in-magic", 1), ("after-magic", 8), ("in-version", 9), ("after-version", 10),
                     ("in-header-len", 15), ("after-prologue", 16), ("in-field", 40),
                     ("before-hmac", places["payload"] - 32), ("in-hmac", places["payload"] - 1),
                     ("at-payload", places["payload"]), ("in-preamble", places["payload"] + 71),
                     ("at-first-frame", places["meta"]), ("in-meta-word", places["meta"] + 3),
                     ("at-data-0", places["data-0"])):
        cut("cut-" + name, at, 0)
    for name, at, chunks in (
            ("in-word-1", places["data-1"] + 2, 1), ("after-word-1", places["data-1"] + 4, 1),
            ("before-tag-1", places["data-2"] - 16, 1), ("at-final", places["data-2"], 2),
            ("in-final-tag", places["index"] - 1, 2)):
        cut("cut-" + name, at, chunks * C)
    for name, at in (("at-index", places["index"]), ("after-index-word", places["index"] + 4),
                     ("at-trailer", places["trailer"]), ("after-trailer-word",
                     places["trailer"] + 4), ("last-byte", len(three) - 1)):
        cut("cut-" + name, at, len(plain))
    big, base = out.containers[names["65537"]], names["65537"]
    zeros = bytes(65537 * C)
    at = len(split_payload(big)[0])
    index = len(big) - 52 - 32 - (8 + 4 * 65536 + 20)
    for name, end, chunks in (("at-chunk-65535", at + 65535 * 31, 65535),
                              ("at-chunk-65536", at + 65536 * 31, 65536), ("at-index-0", index,
                              65537), ("at-index-1", len(big) - 84, 65537),
                              ("at-trailer", len(big) - 52, 65537)):
        out.add("T", f"large-cut-{name}", big[:end], "TRUNCATED", zeros[:chunks * C], base=base)
    text_form = coffer.armor(out.containers[names["kat-hello"]][:-1])
    out.add("T", "armored-container-cut", text_form, "TRUNCATED", b"hello")
    out.add("T", "armor-of-nothing", coffer.armor(b""), "TRUNCATED", b"")
    out.add("T", "cut-in-armor-begin-line", coffer.ARMOR_BEGIN[:20], "TRUNCATED", b"")


def make_appended(out: Writer, names: dict[str, str]) -> None:
    small, base = out.containers[names["small"]], names["small"]
    other = out.containers[names["kat-hello"]]
    for name, more in (("zero-byte", b"\0"), ("newline", b"\n"), ("random-byte", b"\xa7"),
                       ("second-container", other), ("same-container", small),
                       ("second-trailer", small[-52:]), ("52-random-bytes", noise(52)),
                       ("empty-frame", bytes(20))):
        out.add("A", name, small + more, "TRAILING", noise(170), base=base)
    out.add("A", "armored-with-trailing-byte", coffer.armor(other + b"\0"), "TRAILING", b"hello")


def flip(data: bytes, at: int, bit: int = 0x01) -> bytes:
    changed = bytearray(data)
    changed[at] ^= bit
    return bytes(changed)


def make_flips(out: Writer, names: dict[str, str]) -> None:
    small, base = out.containers[names["small"]], names["small"]
    plain, payload = noise(170), struct.unpack_from(">I", small, 12)[0]
    places = dict(boundaries(small))
    stanza = small.index(b"keyfile")

    def add(name: str, at: int, bit: int, code: str, released: bytes = b"", **more: Any) -> None:
        out.add("B", name, flip(small, at, bit), code, released, base=base, **more)

    add("magic-first-byte", 0, 0x80, "MAGIC")
    add("magic-last-byte", 7, 1, "MAGIC")
    add("version", 9, 2, "VERSION")
    add("reserved", 10, 0x80, "HEADER")
    add("header-len-low-bit", 15, 1, "HEADER")
    add("header-len-high-bit", 12, 0x80, "HEADER")
    add("header-len-past-the-end", 14, 0x40, "TRUNCATED")
    add("first-tag", 17, 2, "UNSUPPORTED", comment="CONTEXT 0x0001 becomes 0x0003")
    add("stanza-tag", stanza - 5, 1, "UNSUPPORTED", comment="0x0010 becomes 0x0011")
    add("field-len", stanza - 2, 1, "HEADER")
    add("context-value", small.index(b"tenant\0\1a") + 8, 1, "NO_KEY")
    add("stanza-type", stanza, 1, "NO_KEY", comment="keyfile becomes jeyfile: a type unknown here")
    add("key-id", stanza + 9, 1, "NO_KEY")
    add("key-id-of-the-other-recipient", small.index(b"k2"), 1, "HEADER_MAC")
    add("stanza-body", stanza + 40, 1, "NO_KEY")
    add("hmac", payload - 1, 1, "HEADER_MAC")
    add("preamble-magic", payload, 1, "PREAMBLE")
    add("suite", payload + 4, 2, "UNSUPPORTED")
    add("chunk-log2-to-13", payload + 5, 1, "NO_KEY")
    add("chunk-log2-to-28", payload + 5, 0x10, "PREAMBLE")
    add("pflags-zstd", payload + 6, P_ZSTD, "NO_KEY")
    add("pflags-meta", payload + 6, P_META, "NO_KEY")
    add("pflags-pad", payload + 6, P_PAD, "NO_KEY")
    add("pflags-reserved", payload + 6, 8, "PREAMBLE")
    add("preamble-zero", payload + 7, 1, "PREAMBLE")
    add("salt", payload + 8, 1, "NO_KEY")
    add("commitment", payload + 40, 1, "NO_KEY")
    add("meta-word-n", places["meta"] + 3, 1, "AUTH")
    add("meta-tag", places["data-0"] - 1, 1, "AUTH")
    for name, bit, code in (("meta", 0x10, "FRAME"), ("index", 0x20, "FRAME"),
                            ("zstd", 0x40, "AUTH"), ("final", 0x80, "AUTH")):
        add(f"data-flag-{name}", places["data-0"], bit, code)
    add("data-n-plus-1", places["data-0"] + 3, 1, "AUTH",
        comment="n from 170 to 171: the tag is read from the wrong place")
    add("data-n-over-cap", places["data-0"] + 1, 1, "FRAME")
    add("data-ciphertext", places["data-0"] + 4, 1, "AUTH")
    add("data-tag", places["index"] - 1, 1, "AUTH")
    add("index-ciphertext", places["index"] + 6, 1, "AUTH", plain)
    add("index-n", places["index"] + 3, 1, "AUTH", plain)
    add("trailer-flag", places["trailer"], 0x80, "FRAME", plain)
    add("trailer-n", places["trailer"] + 3, 1, "FRAME", plain)
    add("trailer-tag", len(small) - 1, 1, "AUTH", plain)
    three, base = out.containers[names["three"]], names["three"]
    places, data = dict(boundaries(three)), three_chunks()
    out.add("B", "second-chunk", flip(three, places["data-1"] + 9), "AUTH", data[:C], base=base)
    out.add("B", "last-chunk", flip(three, places["data-2"] + 9), "AUTH", data[:2 * C], base=base)
    for name, changed in (("crlf-to-lf", small.replace(b"\r\n", b"\n")), ("lf-to-crlf",
                          small.replace(b"\n", b"\r\n")), ("as-latin1-to-utf8",
                          small.decode("latin-1").encode())):
        out.add("B", f"text-damage-{name}", changed, "MAGIC", b"")
    swapped = small[:8][::-1] + small[8:]
    out.add("B", "magic-wrong-endian", swapped, "MAGIC", b"", base=base)
    out.add("B", "not-a-container", b"plain text\n", "MAGIC", b"")
    out.add("B", "shorter-than-magic", b"\x89COX", "MAGIC", b"")


def make_orders(out: Writer, names: dict[str, str]) -> None:
    start, frames = split_payload(out.containers[names["three"]])
    data = three_chunks()
    m, d0, d1, d2, i, t = range(6)

    def add(name: str, order: list[int], code: str, chunks: int) -> None:
        container = start + b"".join(frames[one] for one in order)
        out.add("S", name, container, code, data[:chunks * C], base=names["three"])

    add("swap-first-two", [m, d1, d0, d2, i, t], "AUTH", 0)
    add("swap-last-two", [m, d0, d2, d1, i, t], "AUTH", 1)
    add("rotate", [m, d1, d2, d0, i, t], "AUTH", 0)
    add("duplicate-first", [m, d0, d0, d1, d2, i, t], "AUTH", 1)
    add("duplicate-final", [m, d0, d1, d2, d2, i, t], "FRAME", 3)
    add("drop-first", [m, d1, d2, i, t], "AUTH", 0)
    add("drop-middle", [m, d0, d2, i, t], "AUTH", 1)
    add("drop-final", [m, d0, d1, i, t], "FRAME", 2)
    add("drop-index", [m, d0, d1, d2, t], "FRAME", 3)
    add("drop-trailer", [m, d0, d1, d2, i], "TRUNCATED", 3)
    add("drop-meta", [d0, d1, d2, i, t], "FRAME", 0)
    add("duplicate-meta", [m, m, d0, d1, d2, i, t], "FRAME", 0)
    add("meta-after-data", [d0, m, d1, d2, i, t], "FRAME", 0)
    add("duplicate-index", [m, d0, d1, d2, i, i, t], "FRAME", 3)
    add("duplicate-trailer", [m, d0, d1, d2, i, t, t], "TRAILING", 3)
    add("trailer-before-index", [m, d0, d1, d2, t, i], "FRAME", 3)
    add("index-before-final", [m, d0, d1, i, d2, t], "FRAME", 2)
    add("data-after-final", [m, d0, d1, d2, d1, i, t], "FRAME", 3)
    add("nothing-but-trailer", [t], "FRAME", 0)
    marked = list(frames)
    marked[d1] = flip(frames[d1], 0, 0x80)
    out.add("S", "final-set-early", start + b"".join(marked), "AUTH", data[:C], base=names["three"])
    marked.pop(d2)
    out.add("S", "final-removed-and-relabelled", start + b"".join(marked), "AUTH", data[:C],
            base=names["three"])
    cleared = list(frames)
    cleared[d2] = flip(frames[d2], 0, 0x80)
    out.add("S", "final-cleared", start + b"".join(cleared), "AUTH", data[:2 * C],
            base=names["three"])
    maker = Maker("S two finals")
    out.add("S", "two-finals-by-sender", maker.header() + maker.payload(
        [(FINAL, b"one"), (FINAL, b"two")], 6), "FRAME", b"one")


# --- X: parts of several containers -----------------------------------------------------------


def make_splices(out: Writer, names: dict[str, str]) -> None:
    key, plain = noise(32, "shared"), noise(2 * C, "a") + b"end"
    chunks = [(0, plain[:C]), (0, plain[C:2 * C]), (FINAL, b"end")]

    def whole(seed: str, **options: Any) -> tuple[bytes, bytes]:
        maker = Maker(seed, **options)
        return maker.header(), maker.payload(chunks, len(plain))

    one, two = whole("X one", file_key=key), whole("X two", file_key=key)
    base = out.add("X", "base-one", b"".join(one), "ok", plain)
    out.add("X", "header-other-salt-same-key", two[0] + one[1], "NO_KEY", b"", base=base)
    other = whole("X three")
    out.add("X", "header-other-file-key", other[0] + one[1], "NO_KEY", b"", base=base)
    size = C + 20
    for name, at, released in (("first", 72, 0), ("second", 72 + size, C)):
        spliced = one[1][:at] + two[1][at:at + size] + one[1][at + size:]
        out.add("X", f"{name}-frame-same-file-key", one[0] + spliced, "AUTH", plain[:released],
                comment="the pasted frame has the same file key and index, another salt")
    out.add("X", "tail-same-file-key", one[0] + one[1][:72 + size] + two[1][72 + size:], "AUTH",
            plain[:C])
    end = 72 + 2 * size + 23
    out.add("X", "index-and-trailer-same-file-key", one[0] + one[1][:end] + two[1][end:], "AUTH",
            plain, base=base)
    out.add("X", "trailer-same-file-key", one[0] + one[1][:-52] + two[1][-52:], "AUTH", plain,
            base=base)
    salt = noise(32, "shared salt")
    first = whole("X a", file_key=key, salt=salt, context=coffer.encode_context({"t": "a"}))
    second = whole("X b", file_key=key, salt=salt, context=coffer.encode_context({"t": "b"}))
    out.add("X", "header-same-key-and-salt-other-context", first[0] + second[1], "NO_KEY", b"")
    out.add("X", "frame-same-key-and-salt-other-context", first[0] + first[1][:72]
            + second[1][72:], "AUTH", b"")
    again = whole("X again")
    out.add("X", "old-header-on-reencrypted-payload", one[0] + again[1], "NO_KEY", b"")
    preamble = one[0] + two[1][:72] + one[1][72:]
    out.add("X", "preamble-same-file-key", preamble, "NO_KEY", b"", base=base)


# --- K: keys ----------------------------------------------------------------------------------


def make_keys(out: Writer, names: dict[str, str]) -> None:
    body = b"secret"

    def add(name: str, code: str, build: Callable[[Maker], bytes], **more: Any) -> None:
        maker = Maker("K " + name)
        out.add("K", name, build(maker) + maker.payload([(FINAL, body)], len(body)), code,
                body if code == "ok" else b"", **more)

    hello, base = out.containers[names["kat-hello"]], names["kat-hello"]
    out.add("K", "no-key-given", hello, "NO_KEY", b"", keys=[], base=base)
    out.add("K", "other-name", hello, "NO_KEY", b"", keys=key_line("k9", KEK), base=base)
    out.add("K", "wrong-key-same-name", hello, "NO_KEY", b"", keys=key_line("k1", OTHER_KEK),
            base=base)
    out.add("K", "second-key-of-one-name", hello, "ok", b"hello",
            keys=key_line("k1", OTHER_KEK) + key_line("k1", KEK), base=base)
    for size in (0, 16, 31, 33):
        maker = Maker(f"K kms {size}")
        stanza, blob = maker.kms()
        out.add("K", f"kms-key-of-{size}-bytes", maker.header([stanza])
                + maker.payload([(FINAL, body)], 6), "NO_KEY", b"",
                keys=[("kms", maker.kms_line(blob, noise(size)))])
    for size in (16, 31, 33):
        add(f"keyfile-key-of-{size}-bytes", "NO_KEY",
            lambda m, size=size: m.header([m.keyfile(secret=noise(size))]))
    maker = Maker("K commitment", commitment=noise(32))
    out.add("K", "commitment-wrong", maker.header() + maker.payload([(FINAL, body)], 6), "NO_KEY",
            b"")
    maker = Maker("K two keys")
    both = maker.header([maker.keyfile(), maker.keyfile(b"k2", OTHER_KEK, noise(32, "second"))])
    both += maker.payload([(FINAL, body)], 6)
    equivocal = out.add("K", "two-file-keys-first-recipient", both, "ok", body)
    out.add("K", "two-file-keys-second-recipient", both, "NO_KEY", b"",
            keys=key_line("k2", OTHER_KEK), base=equivocal)
    add("hmac-wrong", "HEADER_MAC", lambda m: m.header()[:-32] + noise(32))
    add("hmac-of-other-key", "HEADER_MAC", lambda m: m.header()[:-32] + coffer.hmac_sha256(
        m.keys.payload, m.header()[:-32]))

    def short_hmac(m: Maker) -> bytes:
        whole = m.header()
        return whole[:12] + struct.pack(">I", len(whole) - 1) + whole[16:-1]

    add("hmac-one-byte-short", "HEADER", short_hmac)
    wrong = [noise(32, f"wrong{i}") for i in range(5)]
    for count, code in ((3, "ok"), (4, "NO_KEY"), (5, "NO_KEY")):
        add(f"{count}-wrong-candidates-then-good", code, lambda m, count=count: m.header(
            [m.keyfile(secret=wrong[i]) for i in range(count)] + [m.keyfile()]),
            comment="each wrong stanza opens to a file key that the commitment refuses")
    add("5-unopened-then-good", "ok", lambda m: m.header(
        [m.keyfile(key=wrong[i]) for i in range(5)] + [m.keyfile()]),
        comment="a stanza that gives no candidate is not an attempt")
    add("31-unopened-then-good", "ok", lambda m: m.header(
        [m.keyfile(key=wrong[i % 5]) for i in range(31)] + [m.keyfile()]))
    for place, code in ((16, "ok"), (17, "NO_KEY")):
        add(f"pair-{2 * place}-is-the-good-one", code, lambda m, place=place: m.header(
            [m.keyfile(key=wrong[0]) for i in range(place - 1)] + [m.keyfile()]),
            keys=key_line("k1", OTHER_KEK) + key_line("k1", KEK),
            comment="two local keys of that name; 32 pairs are tried")
    maker = Maker("K kms lengths")
    listed = [maker.kms() for _ in range(5)]
    lines = [("kms", maker.kms_line(blob, noise(31) if i < 4 else None))
             for i, (_, blob) in enumerate(listed)]
    out.add("K", "4-keys-of-wrong-length-then-good", maker.header([one for one, _ in listed])
            + maker.payload([(FINAL, body)], 6), "NO_KEY", b"", keys=lines)
    make_keys_kms(out)
    make_keys_passphrase(out)
    make_keys_list(out)
    make_keys_nested(out)


def make_keys_kms(out: Writer) -> None:
    body = b"secret"

    def add(name: str, maker: Maker, stanzas: list[Stanza], line: str, code: str) -> None:
        out.add("K", name, maker.header(stanzas) + maker.payload([(FINAL, body)], 6), code, b"",
                keys=[("kms", line)])

    maker = Maker("K foreign arn")
    stanza, blob = maker.kms(FOREIGN_ARN)
    add("foreign-arn", maker, [stanza], maker.kms_line(noise(48)), "NO_KEY")
    stanza, blob = maker.kms("alias/mine")
    add("alias-in-file", maker, [stanza], maker.kms_line(blob), "NO_KEY")
    stanza, blob = maker.kms("https://kms.example/" + ARN)
    add("url-in-file", maker, [stanza], maker.kms_line(blob), "NO_KEY")
    stanza, blob = maker.kms(ARN.replace("eu-central-1", "eu-west-1"))
    add("arn-other-region-not-mrk", maker, [stanza], maker.kms_line(blob), "NO_KEY")
    stanza, blob = maker.kms()
    other = Maker("K other container")
    add("stanza-of-another-container", maker, [stanza], other.kms_line(blob), "NO_KEY")
    own = Maker("K copied")
    out.add("K", "keyfile-stanza-of-another-container", own.header([other.keyfile()])
            + own.payload([(FINAL, body)], 6), "NO_KEY", b"")
    for name, kind in (("plugin-type", "age-plugin-evil"), ("module-type", "pkcs11-module")):
        add(name, maker, [Stanza(kind, b"/usr/lib/evil.so", b"body")], maker.kms_line(blob),
            "NO_KEY")


def make_keys_passphrase(out: Writer) -> None:
    body, words = b"secret", b"one two three"
    maker = Maker("K passphrase")
    payload = maker.payload([(FINAL, body)], 6)
    good = maker.passphrase(words)

    def add(name: str, stanzas: list[Stanza], code: str, given: list[str]) -> None:
        out.add("K", name, maker.header(stanzas) + payload, code, body if code == "ok" else b"",
                keys=[("passphrase", one) for one in given])

    add("passphrase-wrong", [good], "NO_KEY", ["one two four"])
    add("passphrase-fourth-fits", [good], "ok", ["a", "b", "c", words.decode()])
    add("passphrase-fifth-fits", [good], "NO_KEY", ["a", "b", "c", "d", words.decode()])
    for name, at in (("salt", 13), ("sealed", 60)):
        damaged = Stanza("passphrase", b"", flip(good.body, at))
        add(f"passphrase-{name}-damaged", [damaged], "NO_KEY", [words.decode()])
    add("passphrase-kdf-1", [Stanza("passphrase", b"", b"\x01" + good.body[1:])], "NO_KEY",
        [words.decode()])
    add("passphrase-body-one-byte-long", [Stanza("passphrase", b"", good.body + b"\0")], "NO_KEY",
        [words.decode()])
    add("passphrase-with-key-id", [Stanza("passphrase", b"x", good.body)], "NO_KEY",
        [words.decode()])


def make_keys_list(out: Writer) -> None:
    """What an outsider can do to the list of recipients."""
    body, maker = b"secret", Maker("K list")
    one, two, foreign = maker.keyfile(), maker.keyfile(b"k2", OTHER_KEK), Stanza("x", b"", b"y")
    payload, hmac = maker.payload([(FINAL, body)], 6), maker.header([one, two])[-32:]

    def add(name: str, stanzas: list[Stanza], code: str) -> None:
        out.add("K", name, maker.header(stanzas)[:-32] + hmac + payload, code, b"")

    add("stanza-removed", [one], "HEADER_MAC")
    add("stanzas-reordered", [two, one], "HEADER_MAC")
    add("stanza-added", [one, two, foreign], "HEADER_MAC")
    add("stanza-duplicated", [one, one, two], "HEADER_MAC")
    add("own-stanza-removed", [two], "NO_KEY")
    add("other-key-id-edited", [one, Stanza("keyfile", b"k3", two.body)], "HEADER_MAC")
    add("own-key-id-edited", [Stanza("keyfile", b"k3", one.body), two], "NO_KEY")


def make_keys_nested(out: Writer) -> None:
    body = b"secret"
    shares = [key_line(f"s{i}", noise(32, f"share{i}")) for i in range(1, 4)]

    def add(name: str, maker: Maker, stanza: Stanza, code: str,
            keys: list[tuple[str, str]]) -> None:
        out.add("K", name, maker.header([stanza]) + maker.payload([(FINAL, body)], 6), code,
                body if code == "ok" else b"", keys=keys)

    maker = Maker("K threshold")
    good = threshold(maker, 2, 3)
    add("threshold-one-share-short", maker, good, "NO_KEY", shares[1])
    add("threshold-all-shares", maker, good, "ok", shares[0] + shares[1] + shares[2])
    add("threshold-trailing-byte", maker, Stanza("threshold", b"", good.body + b"\0"), "NO_KEY",
        shares[0] + shares[1])
    add("threshold-k-above-n", maker, Stanza("threshold", b"", b"\x04" + good.body[1:]), "NO_KEY",
        shares[0] + shares[1] + shares[2])
    add("threshold-k-changed", maker, Stanza("threshold", b"", b"\x03" + good.body[1:]), "NO_KEY",
        shares[0] + shares[1] + shares[2])
    add("threshold-nested", maker, threshold(maker, 2, 3, "threshold"), "NO_KEY",
        shares[0] + shares[1])
    stanza, line = batch(maker, {}, "keyfile")
    add("batch-inner-type", maker, stanza, "NO_KEY", [("kms", line)])
    stanza, line = batch(maker, {})
    other = Maker("K batch other")
    add("batch-stanza-of-another-container", other, stanza, "NO_KEY", [("kms", line)])


# --- C, H: context and header grammar -----------------------------------------------------------


def make_contexts(out: Writer) -> None:
    body, pairs = b"in context", {"tenant": "a", "zone": "1"}

    def ask(name: str, wanted: dict[str, str], code: str, have: dict[str, str] = pairs,
            **more: Any) -> None:
        maker = Maker("C " + name, context=coffer.encode_context(have))
        out.add("C", name, maker.header() + maker.payload([(FINAL, body)], len(body)), code,
                body if code == "ok" else b"", context=json.dumps(wanted), **more)

    ask("required-and-present", {"tenant": "a"}, "ok")
    ask("all-required", pairs, "ok")
    ask("missing", {"owner": "x"}, "CONTEXT")
    ask("file-has-none", {"tenant": "a"}, "CONTEXT", have={})
    ask("wrong-value", {"tenant": "b"}, "CONTEXT")
    ask("one-right-one-wrong", {"tenant": "a", "zone": "2"}, "CONTEXT")
    ask("case-of-key", {"Tenant": "a"}, "CONTEXT")
    ask("case-of-value", {"tenant": "A"}, "CONTEXT")
    ask("empty-is-not-missing", {"owner": ""}, "CONTEXT")
    nfc, nfd = "caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9")
    ask("nfc-asked-nfd-in-file", {"t": nfc}, "CONTEXT", have={"t": nfd})
    ask("nfd-asked-nfd-in-file", {"t": nfd}, "ok", have={"t": nfd})
    ask("before-key", {"tenant": "b"}, "CONTEXT", keys=[])
    maker = Maker("C before preamble", context=coffer.encode_context(pairs))
    out.add("C", "before-preamble", maker.header() + b"COFX", "CONTEXT", b"",
            context='{"tenant":"b"}')
    ask("recipient-type-present", {}, "ok", require_recipient="keyfile")
    ask("recipient-type-absent", {}, "CONTEXT", require_recipient="aws-kms")
    maker = Maker("C recipient")
    stanza, blob = maker.kms(FOREIGN_ARN)
    out.add("C", "recipient-type-does-not-open", maker.header([maker.keyfile(), stanza])
            + maker.payload([(FINAL, body)], len(body)), "NO_KEY", b"",
            require_recipient="aws-kms", comment="k1 would open it, but is not of that type")
    pair = lambda key, value: prefixed(key) + prefixed(value)  # noqa: E731
    for name, value in (
            ("unsorted", pair(b"b", b"1") + pair(b"a", b"1")),
            ("duplicate-key", pair(b"a", b"1") + pair(b"a", b"2")),
            ("longer-key-before-its-prefix", pair(b"aa", b"1") + pair(b"a", b"2")),
            ("empty-key", pair(b"", b"1")), ("invalid-utf8-key", pair(b"\xff", b"1")),
            ("invalid-utf8-value", pair(b"a", b"\xc3")), ("overlong-utf8", pair(b"a", b"\xc0\xaf")),
            ("surrogate", pair(b"a", b"\xed\xa0\x80")),
            ("reserved-key", pair(b"coffer:bind", b"x")), ("one-byte", b"\0"),
            ("key-length-lies", struct.pack(">H", 9) + b"a" + prefixed(b"1")),
            ("value-length-lies", prefixed(b"a") + struct.pack(">H", 2) + b"1"),
            ("value-missing", prefixed(b"a")), ("byte-after-last-pair", pair(b"a", b"1") + b"\0")):
        maker = Maker("C " + name, context=value)
        out.add("C", name, maker.header() + maker.payload([(FINAL, body)], len(body)), "HEADER",
                b"")
    maker = Maker("C empty field")
    payload, own = maker.payload([(FINAL, body)], len(body)), encode_stanza(maker.keyfile())
    out.add("C", "empty-field", maker.header_of((1, b""), (16, own)) + payload, "HEADER", b"")
    one = pair(b"a", b"1")
    out.add("C", "two-fields", maker.header_of((1, one), (1, one), (16, own)) + payload,
            "HEADER", b"")
    make_altered_contexts(out, body)


def make_altered_contexts(out: Writer, body: bytes) -> None:
    ours, theirs = coffer.encode_context({"tenant": "a"}), coffer.encode_context({"tenant": "b"})
    maker = Maker("C altered", context=ours)
    stanza, blob = maker.kms()
    payload = maker.payload([(FINAL, body)], len(body))
    kms = [("kms", maker.kms_line(blob, pairs={"tenant": "a"}))]
    out.add("C", "altered-by-outsider", maker.header([stanza]).replace(ours, theirs) + payload,
            "NO_KEY", b"", keys=kms)
    out.add("C", "altered-by-recipient", maker.header([stanza], context=theirs) + payload,
            "NO_KEY", b"", keys=kms, comment="the HMAC was made anew")
    out.add("C", "altered-and-wrapped-anew", maker.header(
        [Maker("x", context=theirs, salt=maker.salt, file_key=maker.file_key).keyfile()],
        context=theirs) + payload, "NO_KEY", b"",
        comment="by a recipient who wraps the same file key for the new context")
    out.add("C", "removed", maker.header(context=b"") + payload, "NO_KEY", b"")


def make_headers(out: Writer) -> None:
    body, maker = b"header", Maker("H")
    payload, stanza = maker.payload([(FINAL, body)], len(body)), encode_stanza(maker.keyfile())
    own = (16, stanza)

    def add(name: str, header: bytes, code: str) -> None:
        out.add("H", name, header + payload, code, body if code == "ok" else b"")

    for length in (0, 16, 47, 48, 65537, 2**32 - 1):
        add(f"header-len-{length}", maker.header_of(own, length=length), "HEADER")
    right = len(maker.header())
    add("header-len-one-less", maker.header_of(own, length=right - 1), "HEADER")
    add("header-len-one-more", maker.header_of(own, length=right + 1), "HEADER")
    add("header-len-past-the-end", maker.header_of(own, length=65536), "TRUNCATED")
    add("reserved-not-zero", maker.header_of(own, prologue=coffer.MAGIC + b"\0\1\0\1"), "HEADER")
    for name, version in (("0", b"\0\0"), ("2", b"\0\2"), ("little-endian", b"\1\0")):
        add(f"version-{name}", maker.header_of(own, prologue=coffer.MAGIC + version + b"\0\0"),
            "VERSION")
    out.add("H", "version-2-then-cut", coffer.MAGIC + b"\0\2", "VERSION", b"")
    add("field-over-by-one", maker.header_of(own, raw=b"\x80\x00\x00\x01"), "HEADER")
    for count in (1, 2, 3):
        add(f"{count}-bytes-after-fields", maker.header_of(own, raw=bytes(count)), "HEADER")
    context = (1, coffer.encode_context({"a": "b"}))
    add("context-after-stanza", maker.header_of(own, context), "HEADER")
    add("ignorable-before-stanza", maker.header_of((0x8001, b""), own), "HEADER")
    for tag in (0, 2, 0x11, 0x7FFF):
        fields = sorted([(tag, b"x"), own])
        add(f"critical-tag-{tag:04x}", maker.header_of(*fields), "UNSUPPORTED")
    add("critical-tag-then-malformed", maker.header_of((2, b""), own, raw=b"\0"), "UNSUPPORTED")
    add("malformed-then-critical-tag", maker.header_of((16, b""), (17, b"")), "HEADER")
    add("critical-tag-over-by-one", maker.header_of(own, raw=b"\x00\x11\x00\x01"), "HEADER")
    add("no-stanza", maker.header_of((0x8001, b"")), "HEADER")
    tiny = (16, encode_stanza(Stanza("x", b"", b"")))
    add("33-stanzas", maker.header_of(*[tiny] * 32, own), "HEADER")
    add("1000-stanzas", maker.header_of(own, *[tiny] * 999), "HEADER")
    for name, value in (
            ("stanza-empty", b""), ("type-empty", b"\0" + stanza[1:]),
            ("type-of-33-characters", b"\x21" + b"a" * 33 + b"\0\0"),
            ("type-upper-case", stanza.replace(b"keyfile", b"Keyfile")),
            ("type-underscore", stanza.replace(b"keyfile", b"key_ile")),
            ("type-path", stanza.replace(b"keyfile", b"../evil")),
            ("type-not-ascii", stanza.replace(b"keyfile", b"keyf\xc3\xa9e")),
            ("type-over", b"\x08keyfile"), ("key-id-length-missing", b"\x07keyfile\0"),
            ("key-id-over", b"\x07keyfile\0\3k1"), ("key-id-ffff", b"\x07keyfile\xff\xffk1")):
        add(name, maker.header_of((16, value)), "HEADER")
    add("keyfile-body-short", maker.header_of((16, stanza[:-1])), "NO_KEY")
    add("keyfile-body-long", maker.header_of((16, stanza + b"\0")), "NO_KEY")
    add("foreign-malformed-body-then-good", maker.header_of(
        (16, encode_stanza(Stanza("keyfile", b"k1", b"short"))), own), "ok")


# --- F: frames; Z: zstd; P: padding -------------------------------------------------------------


def make_frames(out: Writer) -> None:
    full = noise(C)

    def add(name: str, frames: list[bytes], code: str, released: bytes = b"", pflags: int = 0,
            file_key: bytes = b"", **more: Any) -> None:
        maker = Maker("F", pflags=pflags)
        out.add("F", name, maker.header() + maker.preamble() + b"".join(frames), code, released,
                **more)

    plain, zstd, meta, pad = (Maker("F", pflags=flags) for flags in (0, P_ZSTD, P_META, P_PAD))
    final = plain.seal(FINAL, 0, b"abc")
    word = lambda flags, n: struct.pack(">I", flags << 28 | n)  # noqa: E731
    for flags in (3, 5, 6, 7, 9, 11, 13, 14, 15):
        add(f"flags-{flags}", [plain.seal(flags, 0, b"abc")], "FRAME",
            comment="sealed with that word, so only the word is wrong")
    add("n-c-plus-1", [plain.seal(FINAL, 0, full + b"x")], "FRAME")
    add("n-2-28-minus-1", [word(FINAL, 2**28 - 1)], "FRAME")
    add("n-2-28-minus-1-and-c-follow", [word(0, 2**28 - 1), full], "FRAME")
    add("n-c-plus-2-with-pad", [pad.seal(FINAL, 0, full + b"\x80\0")], "FRAME", pflags=P_PAD)
    add("meta-n-65537", [meta.seal(META, 0, bytes(65537))], "FRAME", pflags=P_META)
    add("index-n-over-cap", [final, word(INDEX, 262153)], "FRAME", b"abc")
    for size in (31, 33):
        add(f"trailer-n-{size}", [final, plain.seal(INDEX, 0, struct.pack(">Q", 72) + final[:4]),
                                  plain.seal(TRAILER, 0, bytes(size))], "FRAME", b"abc")
    for name, chunks, released in (
            ("short-non-final", [(0, full[:-1]), (FINAL, b"z")], b""),
            ("empty-non-final", [(0, b""), (FINAL, b"z")], b""),
            ("short-second", [(0, full), (0, full[:9]), (FINAL, b"z")], full),
            ("empty-final-after-full", [(0, full), (FINAL, b"")], full)):
        total = sum(len(one) for _, one in chunks)
        out.add("F", name, plain.header() + plain.payload(chunks, total), "FRAME", released)
    packed = coffer.compress_chunk(text(C), 3)[1]
    short = coffer.compress_chunk(text(C - 1), 3)[1]
    add("zstd-forbidden", [plain.seal(ZSTD | FINAL, 0, packed)], "FRAME")
    add("zstd-short-non-final", [zstd.seal(ZSTD, 0, short), zstd.seal(FINAL, 1, b"z")], "FRAME",
        pflags=P_ZSTD)
    add("first-frame-is-index", [plain.seal(INDEX, 0, bytes(8))], "FRAME")
    add("first-frame-is-trailer", [plain.seal(TRAILER, 0, bytes(32))], "FRAME")
    add("meta-without-pflag", [plain.seal(META, 0, b""), final], "FRAME")
    add("meta-missing", [meta.seal(FINAL, 0, b"abc")], "FRAME", pflags=P_META)
    add("meta-twice", [meta.seal(META, 0, b""), meta.seal(META, 0, b"")], "FRAME", pflags=P_META)
    add("meta-late", [meta.seal(META, 0, b""), meta.seal(0, 0, full), meta.seal(META, 0, b"")],
        "FRAME", full, pflags=P_META)
    add("wrong-index-in-nonce", [plain.seal(FINAL, 1, b"abc")], "AUTH")
    add("n-past-the-end", [word(FINAL, C), b"abc"], "TRUNCATED")


def zstd_frame(blocks: bytes, size: Optional[int], width: int = 2, window: Optional[int] = None,
               more_flags: int = 0, checksum: bytes = b"", magic: bytes = b"\x28\xb5\x2f\xfd",
               dictionary: bytes = b"") -> bytes:
    """A zstd frame by hand. width: bytes of the content size; window: descriptor byte or none."""
    descriptor = {0: 0, 1: 0, 2: 1, 4: 2, 8: 3}[width] << 6 | more_flags
    descriptor |= (0x20 if window is None else 0) | (4 if checksum else 0)
    field = b"" if size is None else (size - (256 if width == 2 else 0)).to_bytes(width, "little")
    head = bytes([descriptor]) + (b"" if window is None else bytes([window]))
    return magic + head + dictionary + field + blocks + checksum


def block(kind: int, count: int, data: bytes, last: bool = True) -> bytes:
    return (count << 3 | kind << 1 | last).to_bytes(3, "little") + data


def make_zstd(out: Writer) -> None:
    full = block(1, C, b"z")
    good, zs = zstd_frame(full, C), b"z" * C

    def add(name: str, body: bytes, code: str = "ZSTD", content: bytes = zs,
            **more: Any) -> None:
        maker = Maker("Z " + name, pflags=P_ZSTD)
        released = content if code == "ok" else b""
        out.add("Z", name, maker.header() + maker.payload([(ZSTD | FINAL, body)], len(content)),
                code, released, **more)

    add("good", good, "ok")
    add("no-content-size", zstd_frame(full, None, 0, window=16))
    add("content-size-too-large", zstd_frame(block(1, C - 1, b"z"), C))
    add("content-size-too-small", zstd_frame(full, C - 1))
    add("content-size-c-plus-1", zstd_frame(block(1, C + 1, b"z"), C + 1))
    add("content-size-2-63", zstd_frame(full, 2**63, 8))
    add("content-size-in-8-bytes", zstd_frame(full, C, 8), "ok")
    add("two-frames", zstd_frame(block(1, 2048, b"z"), 2048) * 2)
    skippable = b"\x50\x2a\x4d\x18\x01\x00\x00\x00x"
    add("skippable-before", skippable + good)
    add("skippable-after", good + skippable)
    add("skippable-only", skippable)
    add("dictionary-id", zstd_frame(full, C, more_flags=1, dictionary=b"\x07"))
    add("dictionary-id-zero", zstd_frame(full, C, more_flags=1, dictionary=b"\x00"))
    add("trailing-byte", good + b"\0")
    add("truncated", good[:-1])
    add("header-only", good[:7])
    add("empty", b"")
    add("magic-only", good[:4])
    add("no-last-block", zstd_frame(block(1, C, b"z", False), C))
    add("window-128-mib", zstd_frame(full, C, window=17 << 3))
    add("window-just-over-c", zstd_frame(full, C, window=2 << 3 | 1))
    add("window-c", zstd_frame(full, C, window=2 << 3), "ok")
    add("checksum-bad", zstd_frame(full, C, checksum=b"\x01\x02\x03\x04"))
    summed = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(text(C))
    add("checksum-good", summed, "ok", text(C))
    add("checksum-missing", summed[:-4])
    add("legacy-magic-v0-7", zstd_frame(full, C, magic=b"\x27\xb5\x2f\xfd"))
    add("no-magic", good[4:])
    add("reserved-bit", zstd_frame(full, C, more_flags=8))
    add("unused-bit", zstd_frame(full, C, more_flags=16), "ok")
    add("reserved-block-type", zstd_frame(block(3, C, b"z"), C))
    add("bad-compressed-block", zstd_frame(block(2, 5, b"\xff" * 5), C))
    add("content-size-0", zstd_frame(block(0, 0, b""), 0, 1), "ok", b"")
    add("content-size-0-but-content", zstd_frame(block(1, 9, b"z"), 0, 1))
    add("raw-block", zstd_frame(block(0, 300, b"z" * 300), 300), "ok", b"z" * 300,
        comment="larger than the chunk itself: a decoder does not mind")
    add("repeats-over-a-chunk", zstd_frame(block(1, 1 << 17, b"z", False) * 31
                                           + block(1, 1 << 17, b"z"), C))
    maker = Maker("Z bomb", chunk_log2=24, pflags=P_ZSTD)
    body = zstd_frame(block(1, 1 << 17, b"\0", False) * 127 + block(1, 1 << 17, b"\0"), 1 << 24, 4)
    out.add("Z", "legal-bomb", maker.header() + maker.payload([(ZSTD | FINAL, body)], 1 << 24),
            "ok", bytes(1 << 24), comment=f"{len(body)} bytes become 16 MiB: legal, must pass")
    maker = Maker("Z second", pflags=P_ZSTD)
    out.add("Z", "second-chunk-bad", maker.header() + maker.payload(
        [(ZSTD, good), (ZSTD, good + b"\0"), (FINAL, b"")], 2 * C), "ZSTD", zs)


def make_padding(out: Writer) -> None:
    full = noise(C)

    def add(name: str, chunks: list[tuple[int, bytes]], code: str, released: bytes,
            pflags: int = P_PAD, **more: Any) -> None:
        maker = Maker("P " + name, pflags=pflags)
        out.add("P", name, maker.header() + maker.payload(chunks, len(released)), code, released,
                ranges=code == "ok", **more)

    add("no-marker", [(FINAL, b"abc")], "FRAME", b"")
    add("all-zero", [(FINAL, bytes(64))], "FRAME", b"")
    add("empty-plaintext", [(FINAL, b"")], "FRAME", b"")
    add("marker-then-not-zero", [(FINAL, b"abc\x80\0\1")], "FRAME", b"")
    add("body-after-short", [(0, b"abc\x80\0"), (FINAL, b"d\x80")], "FRAME", b"abc")
    add("body-after-empty", [(0, b"\x80"), (FINAL, b"d\x80")], "FRAME", b"")
    add("full-after-short", [(0, b"abc\x80"), (FINAL, full + b"\x80")], "FRAME", b"abc")
    add("second-no-marker", [(0, full + b"\x80"), (FINAL, full)], "FRAME", full)
    add("marker-only", [(FINAL, b"\x80")], "ok", b"")
    add("pad-chunks-only", [(0, b"\x80" + bytes(C)), (0, b"\x80" + bytes(C)), (FINAL, b"\x80")],
        "ok", b"", comment="three frames, no data")
    add("pad-chunks-after-short", [(0, full + b"\x80"), (0, b"abc\x80" + bytes(C - 3)),
                                   (0, b"\x80" + bytes(C)), (FINAL, b"\x80\0\0")], "ok",
        full + b"abc")
    add("pad-chunks-after-full", [(0, full + b"\x80"), (FINAL, b"\x80\0")], "ok", full)
    add("body-ends-in-0x80", [(FINAL, b"abc\x80\0\0\x80\0")], "ok", b"abc\x80\0\0")
    add("body-full", [(FINAL, full + b"\x80")], "ok", full)
    packed = rle_frame(C, 0x61)
    add("zstd-then-padding", [(ZSTD | FINAL, packed + b"\x80" + bytes(20))], "ok", b"a" * C,
        pflags=P_PAD | P_ZSTD)
    add("zstd-without-padding", [(ZSTD | FINAL, packed)], "FRAME", b"", pflags=P_PAD | P_ZSTD)
    add("zstd-fault-after-padding", [(ZSTD | FINAL, packed + b"\0\0\x01\x80\0")], "ZSTD", b"",
        pflags=P_PAD | P_ZSTD)


# --- I: index and trailer; M: metadata; L: limits; E: armor ---------------------------------------


def make_indexes(out: Writer, names: dict[str, str]) -> None:
    full = noise(C)
    plain = full + b"end"

    def add(name: str, tail: Callable[[Tail], list[bytes]], code: str) -> None:
        maker = Maker("I")
        container = maker.header() + maker.payload([(0, full), (FINAL, b"end")], len(plain),
                                                   tail=tail)
        out.add("I", name, container, code, plain, base=base)

    maker = Maker("I")
    base = out.add("I", "base", maker.header() + maker.payload(
        [(0, full), (FINAL, b"end")], len(plain)), "ok", plain)

    def groups(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Tail], list[bytes]]:
        def tail(state: Tail) -> list[bytes]:
            index = state.index(change(state.groups()))
            return index + [state.trailer(index)]
        return tail

    add("word-flag", groups(lambda g: [flip(g[0], 8, 0x40)]), "INDEX")
    add("word-length", groups(lambda g: [flip(g[0], 11)]), "INDEX")
    add("last-word", groups(lambda g: [flip(g[0], len(g[0]) - 1)]), "INDEX")
    add("base-off-by-one", groups(lambda g: [flip(g[0], 7)]), "INDEX")
    add("base-2-63", groups(lambda g: [flip(g[0], 0, 0x80)]), "INDEX")
    add("one-word-short", groups(lambda g: [g[0][:-4]]), "INDEX")
    add("one-word-more", groups(lambda g: [g[0] + g[0][-4:]]), "INDEX")
    add("one-byte-more", groups(lambda g: [g[0] + b"\0"]), "INDEX")
    add("empty", groups(lambda g: [b""]), "INDEX")
    add("split-in-two", groups(lambda g: [g[0][:12], g[0][:8] + g[0][12:]]), "INDEX")
    add("extra-group", groups(lambda g: g + [struct.pack(">Q", 72)]), "FRAME")
    add("missing", groups(lambda g: []), "FRAME")
    for name, change in (("chunks-plus-1", {"chunks": 1}), ("chunks-minus-1", {"chunks": -1}),
                         ("chunks-2-32", {"chunks": 2**32}), ("chunks-2-63", {"chunks": 2**63}),
                         ("length-plus-1", {"length": 1}), ("length-minus-1", {"length": -1}),
                         ("offset-plus-1", {"offset": 1}), ("offset-minus-1", {"offset": -1}),
                         ("offset-2-63", {"offset": 2**63}), ("payload-plus-1", {"payload": 1}),
                         ("payload-minus-1", {"payload": -1}), ("payload-2-63",
                                                                {"payload": 2**63})):
        add(f"trailer-{name}", lambda state, change=change: state.index()
            + [state.trailer(state.index(), **change)], "INDEX")
    make_large_indexes(out, names)
    make_hidden_chunk(out)


def make_large_indexes(out: Writer, names: dict[str, str]) -> None:
    maker, big = large_maker(), out.containers[names["65537"]]
    zeros, base = bytes(65537 * C), names["65537"]
    second, trailer = len(big) - 84, big[-52:]
    at = struct.unpack(">Q", coffer.open_frame(
        maker.keys.payload, big[second:second + 4], 1, big[second + 4:-52])[:8])[0]
    last_word = struct.pack(">I", (ZSTD | FINAL) << 28 | len(rle_frame(C)))

    def add(name: str, group: bytes, code: str = "INDEX") -> None:
        out.add("I", f"large-{name}", big[:second] + maker.seal(INDEX, 1, group) + trailer, code,
                zeros, base=base)

    add("second-base", struct.pack(">Q", at + 31) + last_word)
    add("second-word", struct.pack(">Q", at) + flip(last_word, 3))
    add("second-base-counts-from-group", struct.pack(">Q", 72) + last_word)
    out.add("I", "large-second-group-missing", big[:second] + trailer, "FRAME", zeros, base=base)
    first = len(big) - 84 - (8 + 4 * 65536 + 20)
    out.add("I", "large-second-group-alone", big[:first] + big[second:], "AUTH", zeros, base=base)


def make_hidden_chunk(out: Writer) -> None:
    """A sender hides a second frame 0 in the ciphertext of chunk 1: only `range` could see it."""
    maker = Maker("I hidden", pflags=P_ZSTD)
    first, hidden = maker.seal(ZSTD, 0, rle_frame(C, 0x41)), maker.seal(ZSTD, 0, rle_frame(C, 0x42))
    key_stream = maker.seal(FINAL, 1, bytes(100))[4:104]
    chosen = bytes(a ^ b for a, b in zip(hidden.ljust(100, b"."), key_stream))
    last = maker.seal(FINAL, 1, chosen)
    hidden_at, index_at = 72 + len(first) + 4, 72 + len(first) + len(last)
    assert last[4:4 + len(hidden)] == hidden
    rest = index_at - hidden_at - len(hidden) - 20
    listed = hidden[:4] + struct.pack(">I", FINAL << 28 | rest)
    index = maker.seal(INDEX, 0, struct.pack(">Q", hidden_at) + listed)
    trailer = maker.seal(TRAILER, 0, struct.pack(
        ">QQQQ", 2, C + 100, index_at, index_at + len(index) + 52))
    out.add("I", "hidden-second-frame-0", maker.header() + maker.preamble() + first + last + index
            + trailer, "INDEX", b"A" * C + chosen,
            comment="by the sender: the range 0 to 4096 reads another chunk 0, of B instead of A")


def make_metadata(out: Writer) -> None:
    body = b"file"
    tlv = lambda tag, value: struct.pack(">H", tag) + prefixed(value)  # noqa: E731

    def add(short: str, raw: bytes, code: str = "ok", **more: Any) -> None:
        maker = Maker("M " + short, pflags=P_META)
        if code == "ok":
            more.setdefault("meta", raw.hex())
        out.add("M", short, maker.header() + maker.payload([(FINAL, body)], 4, meta=raw), code,
                body if code == "ok" else b"", **more)

    add("empty", b"", restore_expect="METADATA", comment="no name to restore")
    everything = (tlv(1, b"a.tar") + tlv(2, bytes(7) + b"\1") + tlv(3, b"text/plain")
                  + tlv(4, b"\1") + tlv(0x8000, b"ignored"))
    add("everything", everything, restore_expect="ok", name="a.tar")
    for name, value in (("slash", b"a/b"), ("absolute", b"/etc/passwd"), ("dot-dot", b".."),
                        ("dot", b"."), ("nul", b"a\0b"), ("newline", b"a\nb"), ("delete",
                        b"a\x7f"), ("c1-control", b"a\xc2\x9bb"), ("256-bytes", b"n" * 256),
                        ("4-kib", b"n" * 4096), ("empty", b"")):
        add(f"name-{name}", tlv(1, value), restore_expect="METADATA")
    add("name-255-bytes", tlv(1, b"n" * 255), restore_expect="ok")
    add("name-not-ascii", tlv(1, "naïve 値.txt".encode()), restore_expect="ok")
    add("name-dots-inside", tlv(1, b"..a"), restore_expect="ok", name="..a")
    add("mtime-negative", tlv(2, b"\xff" * 8))
    add("name-invalid-utf8", tlv(1, b"\xff"), "FRAME")
    add("content-type-invalid-utf8", tlv(3, b"\xc0\x80"), "FRAME")
    add("mtime-7-bytes", tlv(2, bytes(7)), "FRAME")
    add("mtime-9-bytes", tlv(2, bytes(9)), "FRAME")
    add("archive-empty", tlv(4, b""), "FRAME")
    add("archive-2-bytes", tlv(4, b"\1\1"), "FRAME")
    add("archive-2", tlv(4, b"\2"), "UNSUPPORTED")
    add("tag-0", tlv(0, b""), "UNSUPPORTED")
    add("tag-5", tlv(5, b"x"), "UNSUPPORTED")
    add("tag-7fff", tlv(1, b"x") + tlv(0x7FFF, b""), "UNSUPPORTED")
    add("not-ascending", tlv(2, bytes(8)) + tlv(1, b"x"), "FRAME")
    add("duplicate", tlv(1, b"x") + tlv(1, b"x"), "FRAME")
    add("duplicate-ignorable", tlv(0x8000, b"") * 2, "FRAME")
    add("length-over", b"\0\1\0\2x", "FRAME")
    add("3-bytes", b"\0\1\0", "FRAME")
    add("unknown-then-malformed", tlv(5, b"") + b"\0", "UNSUPPORTED")


def make_limits(out: Writer) -> None:
    words, body = b"pass", b"limited"

    def kdf(name: str, claimed: tuple[int, int, int], code: str, beside: str = "",
            given: bool = True, real: bool = False) -> None:
        maker = Maker("L " + name)
        stanzas = [maker.passphrase(words, claimed if real else (4, 8, 1), claimed)]
        stanzas += [maker.keyfile()] if beside else []
        keys = [("passphrase", words.decode())] if given else []
        keys += key_line("k1", KEK if beside == "right" else OTHER_KEK) if beside else []
        out.add("L", name, maker.header(stanzas) + maker.payload([(FINAL, body)], len(body)), code,
                body if code == "ok" else b"", keys=keys)

    kdf("scrypt-n-over-cap", (21, 8, 1), "LIMIT")
    kdf("scrypt-log-n-64", (64, 8, 1), "LIMIT")
    kdf("scrypt-log-n-2-32-minus-1", (2**32 - 1, 8, 1), "LIMIT")
    kdf("scrypt-r-over-cap", (10, 2**14, 1), "LIMIT")
    kdf("scrypt-r-2-32-minus-1", (4, 2**32 - 1, 1), "LIMIT")
    kdf("scrypt-p-over-cap", (4, 8, 17), "LIMIT")
    kdf("scrypt-log-n-0", (0, 8, 1), "NO_KEY")
    kdf("scrypt-r-0", (4, 0, 1), "NO_KEY")
    kdf("scrypt-p-0", (4, 8, 0), "NO_KEY")
    kdf("scrypt-n-too-large-for-r", (16, 1, 1), "NO_KEY")
    kdf("scrypt-over-cap-but-keyfile-opens", (21, 8, 1), "ok", "right")
    kdf("scrypt-over-cap-and-wrong-keyfile", (21, 8, 1), "LIMIT", "wrong")
    kdf("scrypt-over-cap-no-passphrase-given", (21, 8, 1), "NO_KEY", given=False)
    plain = three_chunks()
    whole = encrypted("L output", plain, level=3)
    base = out.add("L", "max-output-exact", whole, "ok", plain, max_output=len(plain))
    for name, limit, chunks in (("one-less", len(plain) - 1, 2), ("inside-second", C + 1, 1),
                                ("at-chunk-end", C, 1), ("one-less-than-chunk", C - 1, 0),
                                ("zero", 0, 0)):
        out.add("L", f"max-output-{name}", whole, "LIMIT", plain[:chunks * C], max_output=limit,
                base=base)
    out.add("L", "max-output-zero-of-nothing", encrypted("L none", b""), "ok", b"", max_output=0)
    maker = Maker("L header")
    room = 65536 - len(maker.header())
    extra = struct.pack(">H", 0x8001) + prefixed(bytes(room - 4))
    out.add("L", "header-65536", maker.header(extra=extra) + maker.payload(
        [(FINAL, body)], len(body)), "ok", body)
    maker = Maker("L pairs")
    stanzas = [maker.keyfile() for _ in range(16)]
    stanzas.append(maker.passphrase(words, (4, 8, 1), (21, 8, 1)))
    out.add("L", "scrypt-over-cap-after-32-pairs", maker.header(stanzas) + maker.payload(
        [(FINAL, body)], len(body)), "LIMIT", b"",
        keys=[("passphrase", words.decode())] + key_line("k1", OTHER_KEK)
        + key_line("k1", noise(32, "third")),
        comment="what is passed over for its cost is remembered when no further pair is tried")
    kdf("scrypt-r-1025", (1, 1025, 1), "LIMIT")
    kdf("scrypt-r-2-22-within-the-product", (1, 2**22, 1), "LIMIT")
    kdf("scrypt-r-and-p-at-their-caps", (1, 1024, 16), "ok", real=True)


def make_armor_faults(out: Writer, names: dict[str, str]) -> None:
    hello = out.containers[names["kat-hello"]]
    good = coffer.armor(hello)
    lines = good.split(b"\n")
    end = coffer.ARMOR_END + b"\n"

    def add(name: str, changed: bytes, code: str = "ARMOR", released: bytes = b"",
            **more: Any) -> None:
        out.add("E", name, changed, code, released, **more)

    crlf, mark = good.replace(b"\n", b"\r\n"), coffer.UTF8_MARK
    add("crlf", crlf, "ok", b"hello")
    add("begin-line-only", coffer.ARMOR_BEGIN)
    add("begin-line-with-space", good.replace(b"-----\n", b"----- \n", 1))
    add("text-before", b"\n" + good, "MAGIC")
    add("lower-case-begin-line", good.lower(), "MAGIC")
    add("other-label", good.replace(b"COFFER CONTAINER", b"AGE ENCRYPTED FILE"), "MAGIC")
    add("line-of-65", good.replace(lines[1] + b"\n", lines[1] + b"A\n", 1))
    add("line-of-60-in-the-middle", good.replace(lines[1], lines[1][:60], 1))
    add("line-not-multiple-of-4", good.replace(lines[1], lines[1][:63], 1))
    add("empty-line", good.replace(b"\n", b"\n\n", 1))
    add("space-in-line", good.replace(lines[2], b" " + lines[2][1:], 1))
    add("url-alphabet", good.replace(b"/", b"_"))
    add("padding-in-the-middle", good.replace(lines[1], lines[1][:62] + b"==", 1))
    add("header-line", good.replace(b"-----\n", b"-----\nVersion: 1\n", 1))
    last = len(lines) - 3
    add("last-line-damaged", good.replace(lines[last], b"!" + lines[last][1:]), released=b"hello",
        comment="the frame before it is complete, so its chunk is released")
    extra_bits = encrypted("E bits", b"hello1")
    text_form = coffer.armor(extra_bits)
    at = text_form.index(b"=")
    add("unused-bits-set", text_form[:at - 1] + bytes([text_form[at - 1] + 1]) + text_form[at:],
        released=b"hello1")
    add("padding-missing", text_form.replace(b"=", b""), released=b"hello1")
    add("no-end-line", good[:-len(end)], released=b"hello")
    add("end-line-without-lf", good[:-1], "ok", b"hello")
    add("text-after", good + b"\n", released=b"hello")
    add("second-armor-after", good + good, released=b"hello")
    add("cut-in-line", good[:120])
    add("cut-after-line", good[:33 + 65])
    add("container-fault-wins", coffer.armor(flip(hello, 9, 2))[:-3], "VERSION",
        comment="the version is wrong, and later the end line")
    add("armor-in-armor", coffer.armor(good), "MAGIC")
    add("mark", mark + good, "ok", b"hello")
    add("mark-crlf-and-no-last-end", mark + crlf[:-2], "ok", b"hello")
    add("crlf-in-some-lines", good.replace(lines[2] + b"\n", lines[2] + b"\r\n", 1), "ok", b"hello")
    add("two-marks", mark + mark + good, "MAGIC")
    add("mark-then-binary", mark + hello, "MAGIC")
    add("mark-in-the-middle", good.replace(lines[1], mark + lines[1], 1))
    add("other-mark", b"\xff\xfe" + good, "MAGIC")
    add("cut-in-mark", mark[:2], "TRUNCATED")
    add("cut-after-mark", mark, "TRUNCATED")
    add("cut-in-begin-line-after-mark", mark + good[:31], "TRUNCATED")
    add("cut-after-begin-line-and-mark", mark + good[:32])
    add("cr-alone", good.replace(b"\n", b"\r"))
    add("cr-cr-lf", good.replace(lines[1] + b"\n", lines[1] + b"\r\r\n", 1))
    add("lf-cr", good.replace(b"\n", b"\n\r"))
    add("end-line-then-cr", good[:-1] + b"\r", released=b"hello")
    add("end-line-crlf-then-lf", crlf + b"\n", released=b"hello")
    add("line-of-64-and-cr-then-more", good.replace(lines[1] + b"\n", lines[1] + b"\rA\n", 1))
    add("cut-before-end-line-without-lf", good[:-len(end) - 1], released=b"hello")
    add("crlf-container-cut", coffer.armor(hello[:-1]).replace(b"\n", b"\r\n"), "TRUNCATED", b"hello")
    add("crlf-container-and-more", coffer.armor(hello + b"\0").replace(b"\n", b"\r\n"), "TRAILING",
        b"hello")


# --- R: recovery keys and groups ----------------------------------------------------------------

SEED, OTHER_SEED = bytes(range(0xA0, 0xC0)), bytes(range(0xC0, 0xE0))


def recovery(maker: Maker, seed: bytes = SEED, secret: Optional[bytes] = None,
             binder: bytes = b"") -> Stanza:
    public_key = coffer.RecoveryIdentity(seed).public_key
    of_mlkem, ciphertext = mlkem768.encapsulate(public_key[:1184], maker.draw(32))
    return coffer.recovery_stanza(public_key, of_mlkem, ciphertext,
                                  X25519PrivateKey.from_private_bytes(maker.draw(32)),
                                  binder or maker.wctx, secret or maker.file_key)


def recovery_line(seed: bytes = SEED) -> list[tuple[str, str]]:
    return [("recovery", seed.hex())]


def make_recovery(out: Writer) -> None:
    body, maker = b"from paper", Maker("R")
    good = recovery(maker)

    def add(name: str, stanzas: list[Stanza], code: str,
            keys: Optional[list[tuple[str, str]]] = None, **more: Any) -> None:
        out.add("R", name, maker.header(stanzas) + maker.payload([(FINAL, body)], len(body)), code,
                body if code == "ok" else b"", keys=recovery_line() if keys is None else keys,
                **more)

    def changed(at: int, bit: int = 1) -> Stanza:
        data = bytearray(good.body)
        data[at] ^= bit
        return Stanza(good.type, good.key_id, bytes(data))

    add("recovery", [good], "ok", ranges=True)
    add("recovery-key-id-empty", [Stanza(good.type, b"", good.body)], "ok")
    add("recovery-beside-keyfile", [maker.keyfile(), good], "ok")
    add("recovery-among-others", [recovery(maker, OTHER_SEED), good], "ok")
    add("recovery-second-of-two-seeds", [Stanza(good.type, b"", good.body)], "ok",
        recovery_line(OTHER_SEED) + recovery_line())
    other = Maker("R context", context=coffer.encode_context({"tenant": "a"}))
    out.add("R", "recovery-with-context", other.header([recovery(other)])
            + other.payload([(FINAL, body)], len(body)), "ok", body, keys=recovery_line(),
            context='{"tenant":"a"}')
    add("recovery-none-given", [good], "NO_KEY", [])
    add("recovery-wrong-seed", [good], "NO_KEY", recovery_line(OTHER_SEED))
    add("recovery-wrong-seed-key-id-empty", [Stanza(good.type, b"", good.body)], "NO_KEY",
        recovery_line(OTHER_SEED))
    wrong = recovery(maker, OTHER_SEED)
    add("recovery-wrong-seed-with-its-key-id", [Stanza(good.type, wrong.key_id, good.body)],
        "NO_KEY", recovery_line(OTHER_SEED))
    add("recovery-key-id-of-another", [Stanza(good.type, wrong.key_id, good.body)], "NO_KEY")
    add("recovery-key-id-of-3-bytes", [Stanza(good.type, good.key_id[:3], good.body)], "NO_KEY")
    add("recovery-key-id-of-8-bytes",
        [Stanza(good.type, hashlib.sha256(coffer.RecoveryIdentity(SEED).public_key).digest()[:8],
                good.body)], "NO_KEY")
    for name, data in (("empty", b""), ("encapsulation-cut", good.body[1:]),
                       ("encapsulation-only", good.body[:1120]), ("byte-short", good.body[:-1]),
                       ("byte-long", good.body + b"\0")):
        add(f"recovery-body-{name}", [Stanza(good.type, good.key_id, data)], "NO_KEY")
    add("recovery-mlkem-flipped", [changed(0)], "NO_KEY")
    add("recovery-mlkem-last-bit-flipped", [changed(1087, 0x80)], "NO_KEY")
    add("recovery-x25519-flipped", [changed(1088)], "NO_KEY")
    add("recovery-x25519-non-canonical", [changed(1119, 0x80)], "NO_KEY",
        comment="X25519 ignores this bit, and the combiner hashes it")
    zero = good.body[:1088] + bytes(32) + good.body[1120:]
    add("recovery-x25519-zero", [Stanza(good.type, good.key_id, zero)], "NO_KEY")
    add("recovery-sealed-flipped", [changed(1120)], "NO_KEY")
    add("recovery-tag-flipped", [changed(1167, 0x80)], "NO_KEY")
    add("recovery-wrong-binder", [recovery(maker, binder=bytes(32))], "NO_KEY")
    add("recovery-of-another-file-key", [recovery(maker, secret=OTHER_KEK)], "NO_KEY")
    add("recovery-damaged-then-keyfile", [changed(7), maker.keyfile()], "ok",
        recovery_line() + key_line("k1", KEK))
    add("recovery-upper-case-type", [Stanza("mlkem768X25519", good.key_id, good.body)], "HEADER")
    add("recovery-required", [good], "ok", require_recipient="mlkem768x25519")
    add("recovery-required-and-absent", [maker.keyfile()], "CONTEXT", key_line("k1", KEK),
        require_recipient="mlkem768x25519")
    make_groups(out, add)


def make_groups(out: Writer, add: Callable[..., None]) -> None:
    maker = Maker("R")
    shares = [key_line(f"s{i}", noise(32, f"share{i}")) for i in range(1, 17)]
    for k, n in ((2, 2), (3, 5), (16, 16), (2, 16)):
        add(f"group-{k}-of-{n}", [threshold(maker, k, n)], "ok", sum(shares[n - k:n], []))
        add(f"group-{k}-of-{n}-one-short", [threshold(maker, k, n)], "NO_KEY",
            sum(shares[n - k + 1:n], []))
    good = threshold(maker, 2, 3)
    for name, data in (("k-1", b"\x01" + good.body[1:]), ("k-0", b"\0" + good.body[1:]),
                       ("n-2", good.body[:1] + b"\x02" + good.body[2:]),
                       ("n-4", good.body[:1] + b"\x04" + good.body[2:]),
                       ("salt-changed", good.body[:2] + bytes(16) + good.body[18:]),
                       ("byte-short", good.body[:-1]), ("empty", b"")):
        add(f"group-{name}", [Stanza("threshold", b"", data)], "NO_KEY", shares[0] + shares[1])
    add("group-17", [threshold(maker, 2, 17)], "NO_KEY", shares[0] + shares[1])
    add("group-with-key-id", [Stanza("threshold", b"x", good.body)], "NO_KEY",
        shares[0] + shares[1])
    add("group-two-of-which-the-second-opens", [threshold(maker, 3, 3), good], "ok",
        shares[0] + shares[1])
    add("group-of-recovery-and-keyfile", [mixed_group(maker)], "ok",
        recovery_line() + shares[0])
    add("group-of-recovery-alone", [mixed_group(maker)], "NO_KEY", recovery_line())


def mixed_group(maker: Maker) -> Stanza:
    """Two of: the key file s1, the recovery key."""
    salt, line = maker.draw(16), maker.draw(32)
    body = b"\x02\x02" + salt
    for x in (1, 2):
        share = bytes(a ^ coffer.gf_multiply(x, b) for a, b in zip(maker.file_key, line))
        label = b"coffer/v1 share\x00" + maker.wctx + salt + bytes([2, 2, x])
        binder = hashlib.sha256(label).digest()
        inner = (maker.keyfile(b"s1", noise(32, "share1"), share, binder) if x == 1
                 else recovery(maker, secret=share, binder=binder))
        body += prefixed(encode_stanza(inner))
    return Stanza("threshold", b"", body)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    out = Writer()
    names = make_valid(out)
    make_truncations(out, names)
    make_appended(out, names)
    make_flips(out, names)
    make_orders(out, names)
    make_splices(out, names)
    make_keys(out, names)
    make_contexts(out)
    make_headers(out)
    make_frames(out)
    make_zstd(out)
    make_padding(out)
    make_indexes(out, names)
    make_metadata(out)
    make_limits(out)
    make_armor_faults(out, names)
    make_recovery(out)
    print(f"{len(out.containers)} vectors")


if __name__ == "__main__":
    main()
