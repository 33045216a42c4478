#!/usr/bin/env python3
"""Encrypts and decrypts Coffer containers, version 1, exactly as container-v1.md says.

This is the second implementation: small, in order, one thread. It exists to check the vectors and
to be compared with the main program, not to be fast. Section numbers are those of container-v1.md.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import hmac
import io
import json
import os
import re
import struct
import sys
import tempfile
from dataclasses import dataclass, field
from typing import BinaryIO, Callable, Iterator, NoReturn, Optional, Union

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"\x89COF\r\n\x1a\n"
ARMOR_BEGIN = b"-----BEGIN COFFER CONTAINER-----"
ARMOR_END = b"-----END COFFER CONTAINER-----"
UTF8_MARK = b"\xef\xbb\xbf"
TAG_CONTEXT, TAG_STANZA, TAG_PAD, FIRST_IGNORABLE = 0x0001, 0x0010, 0x8001, 0x8000
HEADER_MIN, HEADER_MAX, MAX_STANZAS, MAC_SIZE = 48, 65536, 32, 32
PREAMBLE_SIZE, WORD_SIZE, TAG_SIZE, TRAILER_SIZE = 72, 4, 16, 32
P_ZSTD, P_META, P_PAD = 1, 2, 4
META, INDEX, ZSTD, FINAL = 1, 2, 4, 8
TRAILER = FINAL | INDEX
GROUP = 65536  # words in a full INDEX frame
META_CAP, INDEX_CAP = 65536, 8 + 4 * GROUP
MAX_ATTEMPTS, MAX_PAIRS, MAX_KDFS = 4, 32, 4
SCRYPT_MEMORY_CAP, SCRYPT_R_CAP, SCRYPT_P_CAP = 1 << 30, 1024, 16
REWRAP_HEADER_SIZE = 4096

EXIT_CODES = {
    "USAGE": 64, "TRUNCATED": 65, "TRAILING": 65, "AUTH": 65, "FRAME": 65, "INDEX": 65,
    "HEADER": 65, "HEADER_MAC": 65, "PREAMBLE": 65, "ZSTD": 65, "ARMOR": 65, "METADATA": 65,
    "INPUT": 66, "NO_KEY": 67, "OUTPUT": 73, "MAGIC": 76, "VERSION": 76, "UNSUPPORTED": 76,
    "CONTEXT": 77, "LIMIT": 78,
}


class CofferError(Exception):
    """Stops the work with one of the codes of section 12."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code


def fail(code: str, detail: str = "") -> NoReturn:
    raise CofferError(code, detail)


# --- Sources: binary and armored input (sections 2 and 11) ----------------------------------


class ByteSource:
    """Reads a stream in order; `read` returns fewer bytes only at the end of the input."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending = b""

    def peek(self, count: int) -> bytes:
        self._pending = self.read(count)
        return self._pending

    def read(self, count: int) -> bytes:
        parts, left = [self._pending[:count]], count - len(self._pending[:count])
        self._pending = self._pending[count:]
        while left > 0:
            piece = self._stream.read(min(left, 1 << 16))
            if not piece:
                break
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)


class ArmorSource:
    """Decodes the armor behind its begin line, line by line; a bad line is an error only when one
    of its bytes is wanted."""

    def __init__(self, raw: ByteSource) -> None:
        self._raw = raw
        self._decoded = b""
        self._last_seen = False
        self._ended = False
        if self._take_text() != b"":
            fail("ARMOR", "begin line")

    def read(self, count: int) -> bytes:
        parts, left = [], count
        while True:
            taken = self._decoded[:left]
            self._decoded = self._decoded[len(taken):]
            parts.append(taken)
            left -= len(taken)
            if left == 0 or self._ended:
                return b"".join(parts)
            self._decoded = self._next_line()

    def _take_text(self) -> bytes:
        """A line without its end, which is LF, or CR LF, or for the end line nothing."""
        line = b""
        while True:
            byte = self._raw.read(1)
            if byte == b"\n":
                return line[:-1] if line.endswith(b"\r") else line
            if not byte and line == ARMOR_END:
                return line
            if not byte or len(line) == 65:
                fail("ARMOR", "line")
            line += byte

    def _next_line(self) -> bytes:
        text = self._take_text()
        if text == ARMOR_END:
            if self._raw.read(1):
                fail("ARMOR", "text after the end line")
            self._ended = True
            return b""
        if self._last_seen or not re.fullmatch(rb"[A-Za-z0-9+/]{1,64}={0,2}", text):
            fail("ARMOR", "line")
        if len(text) % 4:
            fail("ARMOR", "line")
        decoded = base64.b64decode(text)
        if base64.b64encode(decoded) != text:
            fail("ARMOR", "not canonical")
        self._last_seen = len(decoded) < 48
        return decoded


Source = Union[ByteSource, ArmorSource]
Release = Callable[[bytes], object]  # takes plaintext that is verified and in order


def open_source(stream: BinaryIO) -> Source:
    raw = ByteSource(stream)
    head = raw.peek(len(UTF8_MARK + ARMOR_BEGIN))
    for begin in (ARMOR_BEGIN, UTF8_MARK + ARMOR_BEGIN):
        if head.startswith(begin):
            raw.read(len(begin))
            return ArmorSource(raw)
        if begin.startswith(head):
            fail("TRUNCATED", "inside the armor's begin line, or empty")
    return raw


def armor(container: bytes) -> bytes:
    text = base64.b64encode(container)
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return b"\n".join([ARMOR_BEGIN, *lines, ARMOR_END, b""])


def read_exactly(source: Source, count: int) -> bytes:
    data = source.read(count)
    if len(data) < count:
        fail("TRUNCATED")
    return data


# --- Header (section 3) ---------------------------------------------------------------------


@dataclass
class Stanza:
    type: str
    key_id: bytes
    body: bytes


@dataclass
class Header:
    raw: bytes
    context_value: bytes = b""
    context: dict[str, str] = field(default_factory=dict)
    stanzas: list[Stanza] = field(default_factory=list)


def read_header(source: Source) -> Header:
    magic = source.read(8)
    if magic != MAGIC[:len(magic)]:
        fail("MAGIC")
    if len(magic) < 8:
        fail("TRUNCATED")
    version = read_exactly(source, 2)
    if version != b"\x00\x01":
        fail("VERSION")
    rest = read_exactly(source, 6)
    zero, length = struct.unpack(">HI", rest)
    if zero != 0 or not HEADER_MIN <= length <= HEADER_MAX:
        fail("HEADER")
    raw = magic + version + rest + read_exactly(source, length - 16)
    return parse_fields(raw)


def parse_fields(raw: bytes) -> Header:
    header, previous = Header(raw), 0
    for tag, value in tlv_fields(raw[16:-MAC_SIZE], "HEADER"):
        if tag < previous:
            fail("HEADER", "tag order")
        previous = tag
        if tag == TAG_CONTEXT:
            if header.context_value or not value:
                fail("HEADER", "context")
            header.context_value, header.context = value, parse_context(value)
        elif tag == TAG_STANZA:
            if len(header.stanzas) == MAX_STANZAS:
                fail("HEADER", "too many stanzas")
            header.stanzas.append(parse_stanza(value))
        elif tag < FIRST_IGNORABLE:
            fail("UNSUPPORTED", f"tag {tag:#06x}")
    if not header.stanzas:
        fail("HEADER", "no stanza")
    return header


def tlv_fields(data: bytes, code: str) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            fail(code, "field")
        tag, length = struct.unpack_from(">HH", data, at)
        if length > len(data) - at - 4:
            fail(code, "field length")
        yield tag, data[at + 4:at + 4 + length]
        at += 4 + length


def parse_context(value: bytes) -> dict[str, str]:
    pairs: dict[str, str] = {}
    at, previous = 0, b""
    while at < len(value):
        key, at = length_prefixed(value, at)
        text, at = length_prefixed(value, at)
        if not key or key <= previous or key.startswith(b"coffer:"):
            fail("HEADER", "context key")
        previous = key
        pairs[utf8(key, "HEADER")] = utf8(text, "HEADER")
    return pairs


def length_prefixed(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 2
    if end > len(data):
        fail("HEADER", "length")
    end += struct.unpack_from(">H", data, at)[0]
    if end > len(data):
        fail("HEADER", "length")
    return data[at + 2:end], end


def utf8(data: bytes, code: str) -> str:
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        fail(code, "UTF-8")


def parse_stanza(value: bytes) -> Stanza:
    if not value or not 1 <= value[0] <= 32 or len(value) < 1 + value[0] + 2:
        fail("HEADER", "stanza")
    name = value[1:1 + value[0]]
    if not re.fullmatch(rb"[a-z0-9-]+", name):
        fail("HEADER", "stanza type")
    key_id, end = length_prefixed(value, 1 + len(name))
    return Stanza(name.decode("ascii"), key_id, value[end:])


def encode_context(pairs: dict[str, str]) -> bytes:
    items = sorted((key.encode(), text.encode()) for key, text in pairs.items())
    return b"".join(prefixed(key) + prefixed(text) for key, text in items)


def prefixed(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


def encode_stanza(stanza: Stanza) -> bytes:
    return bytes([len(stanza.type)]) + stanza.type.encode() + prefixed(stanza.key_id) + stanza.body


def encode_header(context_value: bytes, stanzas: list[Stanza], header_key: bytes,
                  fill_to: int = 0, extra: bytes = b"") -> bytes:
    fields = b""
    if context_value:
        fields += struct.pack(">H", TAG_CONTEXT) + prefixed(context_value)
    for stanza in stanzas:
        fields += struct.pack(">H", TAG_STANZA) + prefixed(encode_stanza(stanza))
    fields += extra
    room = fill_to - (16 + len(fields) + MAC_SIZE)
    if room >= 4:
        fields += struct.pack(">HH", TAG_PAD, room - 4) + bytes(room - 4)
    start = MAGIC + struct.pack(">HHI", 1, 0, 16 + len(fields) + MAC_SIZE) + fields
    return start + hmac_sha256(header_key, start)


# --- Preamble and keys (sections 4 and 5) ---------------------------------------------------


@dataclass
class Preamble:
    raw: bytes
    chunk_log2: int
    pflags: int

    @property
    def chunk_size(self) -> int:
        return 1 << self.chunk_log2

    @property
    def data_cap(self) -> int:
        return self.chunk_size + (1 if self.pflags & P_PAD else 0)

    @property
    def max_chunks(self) -> int:
        return min((1 << 32) - 1, 1 << (52 - self.chunk_log2))


def read_preamble(source: Source) -> Preamble:
    raw = read_exactly(source, PREAMBLE_SIZE)
    if raw[:4] != b"COFP":
        fail("PREAMBLE")
    if raw[4] != 1:
        fail("UNSUPPORTED", "suite")
    if not 12 <= raw[5] <= 24 or raw[6] & ~(P_ZSTD | P_META | P_PAD) or raw[7] != 0:
        fail("PREAMBLE")
    return Preamble(raw, raw[5], raw[6])


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf_expand(prk: bytes, info: bytes) -> bytes:
    return hmac_sha256(prk, info + b"\x01")  # one block: 32 bytes


@dataclass
class Keys:
    commit: bytes
    header: bytes
    payload: bytes


def binding(preamble_start: bytes, context_value: bytes) -> bytes:
    return preamble_start[:40] + hashlib.sha256(context_value).digest()


def derive_keys(file_key: bytes, bind: bytes) -> Keys:
    prk = hmac_sha256(bind[8:40], file_key)
    commit, header, payload = (
        hkdf_expand(prk, b"coffer/v1 " + name + b"\x00" + bind)
        for name in (b"commit", b"header", b"payload"))
    return Keys(commit, header, payload)


def wrap_context(bind: bytes) -> bytes:
    return hashlib.sha256(b"coffer/v1 wrap\x00" + bind).digest()


# --- Stanzas (section 6) --------------------------------------------------------------------


def seal(key: bytes, name: bytes, binder: bytes, secret: bytes, s16: bytes) -> bytes:
    return s16 + AESGCM(seal_key(key, name, binder, s16)).encrypt(bytes(12), secret, binder)


def unseal(key: bytes, name: bytes, binder: bytes, body: bytes) -> Optional[bytes]:
    try:
        aead = AESGCM(seal_key(key, name, binder, body[:16]))
        return aead.decrypt(bytes(12), body[16:], binder)
    except InvalidTag:
        return None


def seal_key(key: bytes, name: bytes, binder: bytes, s16: bytes) -> bytes:
    return hkdf_expand(hmac_sha256(binder + s16, key), b"coffer/v1 " + name + b"\x00")


def scrypt(passphrase: bytes, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=1 << log_n, r=r, p=p,
                          maxmem=SCRYPT_MEMORY_CAP + (1 << 28), dklen=32)


def keyfile_name(key: bytes) -> bytes:
    return hmac_sha256(key, b"coffer/v1 keyid")[:8].hex().encode()


# --- Recovery keys: MLKEM768-X25519, HPKE, Bech32 (section 6.3) --------------------------------

RECOVERY_INFO = b"coffer/v1 mlkem768x25519\x00"
HPKE_SUITE = b"HPKE" + bytes.fromhex("647a00010002")
RECIPIENT_PREFIX, IDENTITY_PREFIX = "age1pq", "age-secret-key-pq-"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def combined_secret(of_mlkem: bytes, of_x25519: bytes, share: bytes, x25519_key: bytes) -> bytes:
    return hashlib.sha3_256(of_mlkem + of_x25519 + share + x25519_key + b"\\.//^\\").digest()


class RecoveryIdentity:
    """The two private keys that come from a seed of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(96)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._x25519_key = self._x25519.public_key().public_bytes_raw()
        self.public_key = self._mlkem.public_key().public_bytes_raw() + self._x25519_key
        self.key_id = hashlib.sha256(self.public_key).digest()[:4]

    def open(self, body: bytes, info: bytes) -> Optional[bytes]:
        ciphertext, share, sealed = body[:1088], body[1088:1120], body[1120:]
        try:
            of_x25519 = self._x25519.exchange(X25519PublicKey.from_public_bytes(share))
            secret = combined_secret(self._mlkem.decapsulate(ciphertext), of_x25519, share,
                                     self._x25519_key)
            key, nonce = hpke_key(secret, info)
            return AESGCM(key).decrypt(nonce, sealed, b"")
        except (InvalidTag, ValueError):
            return None


def recovery_wrapper(public_key: bytes) -> Callable[[bytes, bytes], Stanza]:
    def wrap(binder: bytes, secret: bytes) -> Stanza:
        of_mlkem, ciphertext = MLKEM768PublicKey.from_public_bytes(public_key[:1184]).encapsulate()
        return recovery_stanza(public_key, of_mlkem, ciphertext, X25519PrivateKey.generate(),
                               binder, secret)
    return wrap


def recovery_stanza(public_key: bytes, of_mlkem: bytes, ciphertext: bytes,
                    ephemeral: X25519PrivateKey, binder: bytes, secret: bytes) -> Stanza:
    share, theirs = ephemeral.public_key().public_bytes_raw(), public_key[1184:]
    of_x25519 = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs))
    key, nonce = hpke_key(combined_secret(of_mlkem, of_x25519, share, theirs),
                          RECOVERY_INFO + binder)
    return Stanza("mlkem768x25519", hashlib.sha256(public_key).digest()[:4],
                  ciphertext + share + AESGCM(key).encrypt(nonce, secret, b""))


def hpke_key(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, 5.1, mode_base: key and nonce of message 0."""
    def labeled(label: bytes, rest: bytes) -> bytes:
        return b"HPKE-v1" + HPKE_SUITE + label + rest

    def expand(label: bytes, length: int) -> bytes:
        return hkdf_expand(secret, struct.pack(">H", length) + labeled(label, schedule))[:length]

    schedule = (b"\0" + hmac_sha256(b"", labeled(b"psk_id_hash", b""))
                + hmac_sha256(b"", labeled(b"info_hash", info)))
    secret = hmac_sha256(shared_secret, labeled(b"secret", b""))
    return expand(b"key", 32), expand(b"base_nonce", 12)


def bech32_checksum(prefix: str, values: list[int]) -> int:
    remainder = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for i, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= term if top >> i & 1 else 0
    return remainder


def bech32_decoded(text: str, prefix: str) -> Optional[bytes]:
    """BIP 173 without its limit of length; None where anything is wrong."""
    lower = text.lower()
    rest = lower[len(prefix) + 1:]
    if (text not in (lower, text.upper()) or not lower.startswith(prefix + "1") or len(rest) < 6
            or any(c not in BECH32 for c in rest)):
        return None
    values = [BECH32.index(c) for c in rest]
    if bech32_checksum(prefix, values) != 1:
        return None
    bits = "".join(f"{value:05b}" for value in values[:-6])
    spare = bits[len(bits) // 8 * 8:]
    if len(spare) > 4 or "1" in spare:
        return None
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))


class FakeKms:
    """Stands in for AWS KMS: knows some blobs, and refuses a wrong EncryptionContext."""

    def __init__(self, keys: dict[str, dict]) -> None:
        self.keys = keys

    def decrypt(self, arn: str, blob: bytes, context: dict[str, str]) -> Optional[bytes]:
        entry = self.keys[arn].get("blobs", {}).get(blob.hex())
        if entry is None or entry["context"] != context:
            return None
        return bytes.fromhex(entry["plaintext"])


@dataclass
class LocalKeys:
    """What the caller has: the file never adds to it."""

    keyfiles: list[tuple[bytes, bytes]] = field(default_factory=list)  # (name, key)
    passphrases: list[bytes] = field(default_factory=list)
    identities: list[RecoveryIdentity] = field(default_factory=list)
    kms: FakeKms = field(default_factory=lambda: FakeKms({}))


def arns_match(stanza_arn: bytes, local_arn: str) -> bool:
    ours, theirs = local_arn.encode(), stanza_arn
    if ours == theirs:
        return True
    a, b = ours.split(b":"), theirs.split(b":")
    return (len(a) == len(b) == 6 and a[:3] == b[:3] and a[4:] == b[4:]
            and a[5].startswith(b"key/mrk-"))


Operation = Callable[[], Optional[bytes]]  # asks one key; gives a candidate or nothing


class Unlocker:
    """Finds the file key under the bounds of section 6.1; one object per container."""

    def __init__(self, local: LocalKeys, header: Header, bind: bytes, commitment: bytes) -> None:
        self._local, self._header, self._bind = local, header, bind
        self._commitment = commitment
        self._pairs = self._kdfs = self._attempts = 0
        self._over_cap = False

    def unlock(self, only_type: Optional[str]) -> Keys:
        wctx = wrap_context(self._bind)
        for stanza in self._header.stanzas:
            if only_type is not None and stanza.type != only_type:
                continue
            for candidate in self._candidates(stanza, wctx):
                keys = self._commits(candidate)
                if keys is not None:
                    return keys
                self._attempts += 1
                if self._attempts == MAX_ATTEMPTS:
                    self._give_up()
        self._give_up()

    def _give_up(self) -> NoReturn:
        fail("LIMIT" if self._over_cap else "NO_KEY")

    def _commits(self, candidate: bytes) -> Optional[Keys]:
        if len(candidate) != 32:
            return None
        keys = derive_keys(candidate, self._bind)
        return keys if hmac.compare_digest(keys.commit, self._commitment) else None

    def _candidates(self, stanza: Stanza, binder: bytes) -> Iterator[bytes]:
        if stanza.type == "threshold":
            yield from self._threshold(stanza, binder)
        elif stanza.type == "batch":
            yield from self._batch(stanza, binder)
        else:
            yield from self._simple(stanza, binder)

    def _simple(self, stanza: Stanza, binder: bytes) -> Iterator[bytes]:
        operations = {"keyfile": self._keyfile, "aws-kms": self._aws_kms,
                      "passphrase": self._passphrase, "mlkem768x25519": self._recovery}
        if stanza.type not in operations:
            return
        for operation in operations[stanza.type](stanza, binder):
            if self._pairs == MAX_PAIRS:
                return
            self._pairs += 1
            candidate = operation()
            if candidate is not None:
                yield candidate

    def _keyfile(self, stanza: Stanza, binder: bytes) -> Iterator[Operation]:
        if len(stanza.body) != 64:
            return
        for name, key in self._local.keyfiles:
            if name == stanza.key_id:
                yield lambda: unseal(key, b"keyfile", binder, stanza.body)

    def _recovery(self, stanza: Stanza, binder: bytes) -> Iterator[Operation]:
        if len(stanza.body) != 1120 + 48:
            return
        for identity in self._local.identities:
            if stanza.key_id in (b"", identity.key_id):
                yield lambda: identity.open(stanza.body, RECOVERY_INFO + binder)

    def _aws_kms(self, stanza: Stanza, binder: bytes) -> Iterator[Operation]:
        context = {**self._header.context, "coffer:bind": binder.hex()}
        for arn in self._local.kms.keys:
            if arns_match(stanza.key_id, arn):
                yield lambda: self._local.kms.decrypt(arn, stanza.body, context)

    def _passphrase(self, stanza: Stanza, binder: bytes) -> Iterator[Operation]:
        if stanza.key_id or len(stanza.body) != 93 or not self._local.passphrases:
            return
        kdf, log_n, r, p = struct.unpack_from(">BIII", stanza.body)
        if kdf != 2 or 0 in (log_n, r, p):
            return
        if (log_n > 30 or (128 * r) << log_n > SCRYPT_MEMORY_CAP or r > SCRYPT_R_CAP
                or p > SCRYPT_P_CAP):
            self._over_cap = True
            return
        if log_n >= 16 * r:
            return
        salt, sealed = stanza.body[13:29], stanza.body[29:]
        for passphrase in self._local.passphrases:
            if self._kdfs == MAX_KDFS or self._pairs == MAX_PAIRS:
                return
            self._kdfs += 1
            yield lambda: unseal(scrypt(passphrase, salt, log_n, r, p), b"passphrase", binder,
                                 sealed)

    def _threshold(self, stanza: Stanza, binder: bytes) -> Iterator[bytes]:
        if stanza.key_id or len(stanza.body) < 18:
            return
        k, n, salt = stanza.body[0], stanza.body[1], stanza.body[2:18]
        if not 2 <= k <= n <= 16:
            return
        inner = inner_stanzas(stanza.body[18:], n)
        if inner is None or any(s.type in ("threshold", "batch") for s in inner):
            return
        shares: list[tuple[int, bytes]] = []
        for x, one in enumerate(inner, 1):
            label = b"coffer/v1 share\x00" + binder + salt + bytes([k, n, x])
            for share in self._simple(one, hashlib.sha256(label).digest()):
                if len(share) == 32:
                    shares.append((x, share))
                    break
            if len(shares) == k:
                yield join_shares(shares)
                return

    def _batch(self, stanza: Stanza, binder: bytes) -> Iterator[bytes]:
        if stanza.key_id or len(stanza.body) < 32 + 2 + 64:
            return
        salt, sealed = stanza.body[:32], stanza.body[-64:]
        inner = inner_stanzas(stanza.body[32:-64], 1)
        if inner is None or inner[0].type not in ("aws-kms", "vault-transit", "pkcs11"):
            return
        label = b"coffer/v1 batch\x00" + salt + self._bind[40:]
        for batch_key in self._simple(inner[0], hashlib.sha256(label).digest()):
            if len(batch_key) == 32:
                file_key = unseal(batch_key, b"batch", binder, sealed)
                if file_key is not None:
                    yield file_key


def inner_stanzas(data: bytes, count: int) -> Optional[list[Stanza]]:
    """The stanzas inside a threshold or batch body, or None when they do not fill it exactly."""
    try:
        found, at = [], 0
        for _ in range(count):
            value, at = length_prefixed(data, at)
            found.append(parse_stanza(value))
        return found if at == len(data) else None
    except CofferError:
        return None


def gf_multiply(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def gf_inverse(a: int) -> int:
    return next(b for b in range(1, 256) if gf_multiply(a, b) == 1)


def join_shares(shares: list[tuple[int, bytes]]) -> bytes:
    secret = bytearray(32)
    for x, share in shares:
        weight = 1
        for other, _ in shares:
            if other != x:
                weight = gf_multiply(weight, gf_multiply(other, gf_inverse(other ^ x)))
        for i, byte in enumerate(share):
            secret[i] ^= gf_multiply(weight, byte)
    return bytes(secret)


# --- Chunks: zstd and PAD (sections 7.3 to 7.5) ---------------------------------------------


def zstd_content(frame: bytes, chunk_size: int) -> bytes:
    """Decompresses exactly one zstd frame whose declared size and window fit in one chunk."""
    size = check_zstd_frame(frame, chunk_size)
    try:
        reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(frame))
        content = b""
        while len(content) <= size:
            piece = reader.read(size + 1 - len(content))
            if not piece:
                break
            content += piece
    except zstandard.ZstdError:
        fail("ZSTD", "content")
    if len(content) != size:
        fail("ZSTD", "content size")
    return content


def check_zstd_frame(frame: bytes, chunk_size: int) -> int:
    """Walks the frame's header and blocks (RFC 8878) and returns the declared content size."""
    if len(frame) < 6 or frame[:4] != b"\x28\xb5\x2f\xfd":
        fail("ZSTD", "magic")
    descriptor, at = frame[4], 5
    single, checksum = descriptor & 0x20, descriptor & 0x04
    if descriptor & 0x0B:
        fail("ZSTD", "reserved bit or dictionary")
    window = 0
    if not single:
        base = 1 << (10 + (frame[5] >> 3))
        window, at = base + base // 8 * (frame[5] & 7), 6
    width = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    if width == 0 or at + width > len(frame):
        fail("ZSTD", "no content size")
    size = int.from_bytes(frame[at:at + width], "little") + (256 if width == 2 else 0)
    if size > chunk_size or window > chunk_size:
        fail("ZSTD", "too large for a chunk")
    at += width
    last = False
    while not last:
        if at + 3 > len(frame):
            fail("ZSTD", "truncated")
        block = int.from_bytes(frame[at:at + 3], "little")
        last, kind = bool(block & 1), block >> 1 & 3
        at += 3 + (1 if kind == 1 else block >> 3)
        if kind == 3:
            fail("ZSTD", "reserved block")
    if at + (4 if checksum else 0) != len(frame):
        fail("ZSTD", "truncated or trailing bytes")
    return size


def strip_padding(plaintext: bytes) -> bytes:
    body = plaintext.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        fail("FRAME", "padding")
    return body[:-1]


def chunk_body(preamble: Preamble, flags: int, plaintext: bytes) -> bytes:
    body = strip_padding(plaintext) if preamble.pflags & P_PAD else plaintext
    return zstd_content(body, preamble.chunk_size) if flags & ZSTD else body


# --- Payload, in order (section 10) ---------------------------------------------------------


@functools.lru_cache(maxsize=4)
def cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def open_frame(key: bytes, word: bytes, index: int, sealed: bytes) -> bytes:
    try:
        return cipher(key).decrypt(frame_nonce(word[0] >> 4, index), sealed, word)
    except InvalidTag:
        fail("AUTH")


def frame_nonce(flags: int, index: int) -> bytes:
    return struct.pack(">IQ", flags << 28, index)


def seal_frame(key: bytes, flags: int, index: int, plaintext: bytes) -> bytes:
    word = struct.pack(">I", flags << 28 | len(plaintext))
    return word + cipher(key).encrypt(frame_nonce(flags, index), plaintext, word)


@dataclass
class Metadata:
    raw: bytes = b""
    name: Optional[str] = None
    mtime_ns: Optional[int] = None
    content_type: Optional[str] = None
    is_archive: bool = False


def parse_metadata(raw: bytes) -> Metadata:
    meta, previous = Metadata(raw), -1
    for tag, value in tlv_fields(raw, "FRAME"):
        if tag <= previous:
            fail("FRAME", "metadata order")
        previous = tag
        if tag == 1:
            meta.name = utf8(value, "FRAME")
        elif tag == 2:
            if len(value) != 8:
                fail("FRAME", "mtime")
            meta.mtime_ns = struct.unpack(">q", value)[0]
        elif tag == 3:
            meta.content_type = utf8(value, "FRAME")
        elif tag == 4:
            if len(value) != 1:
                fail("FRAME", "archive")
            if value != b"\x01":
                fail("UNSUPPORTED", "archive format")
            meta.is_archive = True
        elif tag < FIRST_IGNORABLE:
            fail("UNSUPPORTED", f"metadata tag {tag:#06x}")
    return meta


def restorable_name(meta: Metadata) -> str:
    """The name a file may be given (section 9); METADATA when there is none that is safe."""
    name = meta.name or ""
    controls = any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in name)
    if not name or name in (".", "..") or "/" in name or controls or len(name.encode()) > 255:
        fail("METADATA", "name")
    return name


class PayloadReader:
    """Walks the frames; with no key it checks the structure only and releases nothing."""

    def __init__(self, source: Source, preamble: Preamble, key: Optional[bytes]) -> None:
        self._source, self._preamble, self._key = source, preamble, key
        self._offset = PREAMBLE_SIZE
        self._words = hashlib.sha256()
        self._chunks = self._length = 0
        self.metadata = Metadata()

    def run(self, release: Release, max_output: Optional[int] = None) -> None:
        if self._preamble.pflags & P_META:
            _, plaintext = self._frame({META}, META_CAP, 0)
            self.metadata = parse_metadata(plaintext)
        self._data(release, max_output)
        self._index_and_trailer()
        if self._source.read(1):
            fail("TRAILING")

    def _frame(self, allowed: set[int], cap: int, index: int) -> tuple[bytes, bytes]:
        word = read_exactly(self._source, WORD_SIZE)
        flags, count = split_word(word)
        if flags not in allowed or count > cap or flags == TRAILER and count != TRAILER_SIZE:
            fail("FRAME")
        if not flags & (META | INDEX) and index >= self._preamble.max_chunks:
            fail("LIMIT")
        sealed = read_exactly(self._source, count + TAG_SIZE)
        self._offset += WORD_SIZE + count + TAG_SIZE
        return word, b"" if self._key is None else open_frame(self._key, word, index, sealed)

    def _data(self, release: Release, max_output: Optional[int]) -> None:
        preamble, flags, short_seen = self._preamble, 0, False
        allowed = {0, FINAL, ZSTD, ZSTD | FINAL} if preamble.pflags & P_ZSTD else {0, FINAL}
        while not flags & FINAL:
            if self._chunks % GROUP == 0:
                self._words.update(struct.pack(">Q", self._offset))
            word, plaintext = self._frame(allowed, preamble.data_cap, self._chunks)
            self._words.update(word)
            flags = word[0] >> 4
            if self._key is not None:
                body = chunk_body(preamble, flags, plaintext)
                self._check_length(len(body), bool(flags & FINAL), short_seen)
                short_seen = short_seen or len(body) < preamble.chunk_size
                self._length += len(body)
                if max_output is not None and self._length > max_output:
                    fail("LIMIT")
                release(body)
            self._chunks += 1

    def _check_length(self, length: int, final: bool, short_seen: bool) -> None:
        if self._preamble.pflags & P_PAD:
            wrong = short_seen and length > 0
        elif final:
            wrong = length == 0 and self._chunks > 0
        else:
            wrong = length != self._preamble.chunk_size
        if wrong:
            fail("FRAME", "chunk length")

    def _index_and_trailer(self) -> None:
        index_offset, opened = self._offset, hashlib.sha256()
        for group in range(group_count(self._chunks)):
            word, plaintext = self._frame({INDEX}, INDEX_CAP, group)
            if split_word(word)[1] != 8 + 4 * words_in_group(group, self._chunks):
                fail("INDEX", "group size")
            opened.update(plaintext)
        if self._key is not None and opened.digest() != self._words.digest():
            fail("INDEX", "content")
        _, trailer = self._frame({TRAILER}, TRAILER_SIZE, 0)
        expected = struct.pack(">QQQQ", self._chunks, self._length, index_offset, self._offset)
        if self._key is not None and trailer != expected:
            fail("INDEX", "trailer")


def split_word(word: bytes) -> tuple[int, int]:
    number = int.from_bytes(word, "big")
    return number >> 28, number & 0x0FFFFFFF


def group_count(chunks: int) -> int:
    return (chunks + GROUP - 1) // GROUP


def words_in_group(group: int, chunks: int) -> int:
    return min(GROUP, chunks - group * GROUP)


@dataclass
class Requirements:
    context: dict[str, str] = field(default_factory=dict)
    recipient_type: Optional[str] = None
    max_output: Optional[int] = None


def open_container(source: Source, local: LocalKeys,
                   require: Requirements) -> tuple[Header, Preamble, Keys]:
    """Section 10, steps 1 to 6: everything before the first frame."""
    header = read_header(source)
    if any(header.context.get(key) != text for key, text in require.context.items()):
        fail("CONTEXT")
    wanted = require.recipient_type
    if wanted is not None and all(stanza.type != wanted for stanza in header.stanzas):
        fail("CONTEXT", "no recipient of the required type")
    preamble = read_preamble(source)
    bind = binding(preamble.raw, header.context_value)
    keys = Unlocker(local, header, bind, preamble.raw[40:]).unlock(wanted)
    if not hmac.compare_digest(hmac_sha256(keys.header, header.raw[:-MAC_SIZE]),
                               header.raw[-MAC_SIZE:]):
        fail("HEADER_MAC")
    return header, preamble, keys


def decrypt(stream: BinaryIO, release: Release, local: LocalKeys,
            require: Requirements = Requirements()) -> Metadata:
    source = open_source(stream)
    _, preamble, keys = open_container(source, local, require)
    reader = PayloadReader(source, preamble, keys.payload)
    reader.run(release, require.max_output)
    return reader.metadata


def check_structure(stream: BinaryIO) -> None:
    """What can be known without a key (section 10.2)."""
    source = open_source(stream)
    read_header(source)
    PayloadReader(source, read_preamble(source), None).run(lambda _: None)


# --- Range (section 8.3) --------------------------------------------------------------------


class RangeReader:
    """Reads authenticated slices of a seekable, binary container."""

    def __init__(self, stream: BinaryIO, local: LocalKeys, require: Requirements) -> None:
        self._stream, self._max_output = stream, require.max_output
        self._file_size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        source = open_source(stream)
        if isinstance(source, ArmorSource):
            fail("USAGE", "range needs a binary container")
        header, self._preamble, keys = open_container(source, local, require)
        self._key, self._start = keys.payload, len(header.raw)
        self._read_trailer()

    def _at(self, offset: int, count: int) -> bytes:
        self._stream.seek(self._start + offset)
        data = self._stream.read(count)
        if len(data) < count:
            fail("TRUNCATED")
        return data

    def _read_trailer(self) -> None:
        size = self._file_size - self._start
        if size < PREAMBLE_SIZE + WORD_SIZE + TRAILER_SIZE + TAG_SIZE:
            fail("TRUNCATED")
        frame = self._at(size - 52, 52)
        if split_word(frame[:4]) != (TRAILER, TRAILER_SIZE):
            fail("FRAME", "trailer word")
        plaintext = open_frame(self._key, frame[:4], 0, frame[4:])
        chunks, self.length, self._index_offset, payload = struct.unpack(">QQQQ", plaintext)
        self._chunks, chunk_size = chunks, self._preamble.chunk_size
        wrong = (payload != size or not 1 <= chunks <= self._preamble.max_chunks
                 or self._index_offset < PREAMBLE_SIZE
                 or self._index_offset + 28 * group_count(chunks) + 4 * chunks + 52 != size
                 or self.length > chunks * chunk_size)
        if not self._preamble.pflags & P_PAD and chunks > 1:
            wrong = wrong or self.length <= (chunks - 1) * chunk_size
        if wrong:
            fail("INDEX", "trailer")

    def _read_group(self, group: int) -> list[tuple[bytes, int]]:
        """The words of one INDEX frame with the payload offset of each data frame."""
        count = words_in_group(group, self._chunks)
        frame = self._at(self._index_offset + group * (28 + 4 * GROUP), 28 + 4 * count)
        if split_word(frame[:4]) != (INDEX, 8 + 4 * count):
            fail("FRAME", "index word")
        plaintext = open_frame(self._key, frame[:4], group, frame[4:])
        offset = struct.unpack_from(">Q", plaintext)[0]
        if not PREAMBLE_SIZE <= offset <= self._index_offset:
            fail("INDEX", "base")
        places, zstd_allowed = [], self._preamble.pflags & P_ZSTD
        for i in range(count):
            word = plaintext[8 + 4 * i:12 + 4 * i]
            flags, length = split_word(word)
            is_last = group * GROUP + i == self._chunks - 1
            if (flags & (META | INDEX) or flags & ZSTD and not zstd_allowed
                    or length > self._preamble.data_cap or bool(flags & FINAL) != is_last):
                fail("INDEX", "word")
            places.append((word, offset))
            offset += WORD_SIZE + length + TAG_SIZE
        last_group = group == group_count(self._chunks) - 1
        if offset > self._index_offset or last_group and offset != self._index_offset:
            fail("INDEX", "sum")
        return places

    def read(self, offset: int, length: int, release: Release) -> None:
        end, size = min(offset + length, self.length), self._preamble.chunk_size
        released, group, places = 0, -1, []
        index = offset // size
        while index * size < end and offset < end:
            if index // GROUP != group:
                group = index // GROUP
                places = self._read_group(group)
            body = self._read_chunk(index, *places[index % GROUP])
            piece = body[max(0, offset - index * size):end - index * size]
            released += len(piece)
            if self._max_output is not None and released > self._max_output:
                fail("LIMIT")
            release(piece)
            index += 1

    def _read_chunk(self, index: int, word: bytes, offset: int) -> bytes:
        flags, count = split_word(word)
        frame = self._at(offset, WORD_SIZE + count + TAG_SIZE)
        if frame[:4] != word:
            fail("INDEX", "word differs from the frame's")
        plaintext = open_frame(self._key, word, index, frame[4:])
        body, size = chunk_body(self._preamble, flags, plaintext), self._preamble.chunk_size
        if len(body) != min(size, max(0, self.length - index * size)):
            fail("INDEX", "chunk length")
        return body


# --- Encoder (section 10.3) -----------------------------------------------------------------


@dataclass
class EncryptOptions:
    chunk_log2: int = 22
    level: Optional[int] = 3  # None: no compression
    pad: Optional[Callable[[int], int]] = None
    context: dict[str, str] = field(default_factory=dict)
    metadata: Optional[bytes] = None
    fill_header: bool = True
    keyfiles: list[tuple[bytes, bytes]] = field(default_factory=list)
    passphrase: Optional[bytes] = None
    scrypt_cost: tuple[int, int, int] = (17, 8, 1)
    wrappers: list[Callable[[bytes, bytes], Stanza]] = field(default_factory=list)  # (wctx, FK)
    random: Callable[[int], bytes] = os.urandom


def encrypt(plaintext: BinaryIO, options: EncryptOptions) -> Iterator[bytes]:
    """Yields the container: header first, then the preamble, then frame after frame."""
    chunk_size, pflags = 1 << options.chunk_log2, 0
    pflags |= P_ZSTD if options.level is not None else 0
    pflags |= P_META if options.metadata is not None else 0
    pflags |= P_PAD if options.pad is not None else 0
    context_value = encode_context(options.context)
    salt = options.random(32)
    start = b"COFP" + bytes([1, options.chunk_log2, pflags, 0]) + salt
    bind = binding(start, context_value)
    file_key = options.random(32)
    stanzas = wrap_file_key(file_key, wrap_context(bind), options)
    keys = derive_keys(file_key, bind)
    chunk, following = plaintext.read(chunk_size), plaintext.read(chunk_size)
    fill_to = REWRAP_HEADER_SIZE if following and options.fill_header else 0
    yield encode_header(context_value, stanzas, keys.header, fill_to)
    yield start + keys.commit
    offset, length = PREAMBLE_SIZE, 0
    words: list[bytes] = []
    bases: list[int] = []
    if options.metadata is not None:
        frame = seal_frame(keys.payload, META, 0, options.metadata)
        offset += len(frame)
        yield frame
    while True:
        if len(words) % GROUP == 0:
            bases.append(offset)
        flags, body = compress_chunk(chunk, options.level)
        flags |= 0 if following else FINAL
        if options.pad is not None:
            body = pad_body(body, options.pad, chunk_size)
        frame = seal_frame(keys.payload, flags, len(words), body)
        words.append(frame[:4])
        offset += len(frame)
        length += len(chunk)
        yield frame
        if not following:
            break
        chunk, following = following, plaintext.read(chunk_size)
    yield from encode_index(keys.payload, words, bases, length, offset)


def wrap_file_key(file_key: bytes, wctx: bytes, options: EncryptOptions) -> list[Stanza]:
    stanzas = []
    for name, key in options.keyfiles:
        body = seal(key, b"keyfile", wctx, file_key, options.random(16))
        stanzas.append(Stanza("keyfile", name, body))
    if options.passphrase is not None:
        salt, cost = options.random(16), options.scrypt_cost
        key = scrypt(options.passphrase, salt, *cost)
        body = seal(key, b"passphrase", wctx, file_key, options.random(16))
        stanzas.append(Stanza("passphrase", b"", struct.pack(">BIII", 2, *cost) + salt + body))
    return stanzas + [wrap(wctx, file_key) for wrap in options.wrappers]


def compress_chunk(chunk: bytes, level: Optional[int]) -> tuple[int, bytes]:
    if level is None or not chunk:
        return 0, chunk
    packed = zstandard.ZstdCompressor(level=level, write_content_size=True).compress(chunk)
    return (ZSTD, packed) if len(packed) < len(chunk) else (0, chunk)


def pad_body(body: bytes, policy: Callable[[int], int], chunk_size: int) -> bytes:
    target = max(len(body) + 1, min(policy(len(body) + 1), chunk_size + 1))
    return body + b"\x80" + bytes(target - len(body) - 1)


def padme(length: int) -> int:
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length() if exponent > 0 else 0
    mask = (1 << max(0, low_bits)) - 1
    return (length + mask) & ~mask


def round_up(size: int) -> Callable[[int], int]:
    return lambda length: -(-length // size) * size


def encode_index(key: bytes, words: list[bytes], bases: list[int], length: int,
                 offset: int) -> Iterator[bytes]:
    index_offset = offset
    for group, base in enumerate(bases):
        listed = words[group * GROUP:(group + 1) * GROUP]
        frame = seal_frame(key, INDEX, group, struct.pack(">Q", base) + b"".join(listed))
        offset += len(frame)
        yield frame
    numbers = struct.pack(">QQQQ", len(words), length, index_offset, offset + 52)
    yield seal_frame(key, TRAILER, 0, numbers)


def name_metadata(name: str) -> bytes:
    return struct.pack(">H", 1) + prefixed(name.encode())


# --- Command line ---------------------------------------------------------------------------


def read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        fail("INPUT", path)


def load_keyfile(argument: str) -> tuple[bytes, bytes]:
    path, _, name = argument.partition("#")
    data = read_file(path)
    digits = re.fullmatch(rb"(?:\xef\xbb\xbf)?([0-9A-Fa-f]{64})(?:\r?\n)?", data)
    if len(data) == 32:
        key = data
    elif digits:
        key = bytes.fromhex(digits[1].decode())
    else:
        fail("USAGE", "key file")
    return (name.encode() or keyfile_name(key)), key


def load_passphrase(path: str) -> bytes:
    return re.sub(rb"\A\xef\xbb\xbf|\r?\n\Z", b"", read_file(path))


def load_lines(path: str) -> list[str]:
    """What is neither empty nor a comment in a file of age's."""
    lines = [line.strip() for line in read_file(path).decode("ascii", "replace").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def load_identity(path: str) -> RecoveryIdentity:
    seeds = [bech32_decoded(line, IDENTITY_PREFIX) for line in load_lines(path)]
    if len(seeds) != 1 or seeds[0] is None or len(seeds[0]) != 32:
        fail("USAGE", "recovery identity")
    return RecoveryIdentity(seeds[0])


def load_recipient(path: str) -> bytes:
    keys = [bech32_decoded(line, RECIPIENT_PREFIX) for line in load_lines(path)]
    if len(keys) != 1 or keys[0] is None or len(keys[0]) != 1216:
        fail("USAGE", "recovery recipient")
    return keys[0]


def pairs_from(arguments: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for argument in arguments:
        key, equals, text = argument.partition("=")
        if not equals or not key or key in pairs or key.startswith("coffer:"):
            fail("USAGE", "context")
        pairs[key] = text
    return pairs


def local_keys(args: argparse.Namespace) -> LocalKeys:
    keys = LocalKeys([load_keyfile(one) for one in args.keyfile])
    keys.passphrases = [load_passphrase(one) for one in args.passphrase_file]
    keys.identities = [load_identity(one) for one in args.recovery]
    if args.kms_map:
        keys.kms = FakeKms(json.loads(read_file(args.kms_map)))
    return keys


def requirements(args: argparse.Namespace) -> Requirements:
    return Requirements(pairs_from(args.context), args.require_recipient, args.max_output)


def open_input(path: str) -> BinaryIO:
    try:
        return sys.stdin.buffer if path == "-" else open(path, "rb")
    except OSError:
        fail("INPUT", path)


def write_output(path: str, produce: Callable[[Release], object]) -> None:
    """`produce` writes through its argument; a named file appears only when it succeeds."""
    if path == "-":
        try:
            produce(sys.stdout.buffer.write)
        finally:
            sys.stdout.buffer.flush()
        return
    if os.path.exists(path):
        fail("OUTPUT", "exists")
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path) or ".", delete=False) as file:
        try:
            produce(file.write)
            file.close()
            os.rename(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def run_decrypt(args: argparse.Namespace) -> None:
    local, require, stream = local_keys(args), requirements(args), open_input(args.input)
    write_output(args.output, lambda release: decrypt(stream, release, local, require))


def run_range(args: argparse.Namespace) -> None:
    stream = open_input(args.input)
    if not stream.seekable():
        fail("USAGE", "range needs a seekable file")
    local, require = local_keys(args), requirements(args)
    write_output(args.output, lambda release: RangeReader(stream, local, require).read(
        args.offset, args.length, release))


def run_encrypt(args: argparse.Namespace) -> None:
    options = EncryptOptions(context=pairs_from(args.context))
    options.level = None if args.compress == "none" else int(args.compress)
    options.chunk_log2 = args.chunk_log2 or (20 if options.level is None else 22)
    if args.pad != "none":
        options.pad = padme if args.pad == "padme" else round_up(int(args.pad))
    options.metadata = None if args.meta_name is None else name_metadata(args.meta_name)
    options.keyfiles = [load_keyfile(one) for one in args.keyfile]
    options.passphrase = load_passphrase(args.passphrase_file) if args.passphrase_file else None
    options.wrappers = [recovery_wrapper(load_recipient(one)) for one in args.recovery]
    if not options.keyfiles and not options.wrappers and options.passphrase is None:
        fail("USAGE", "no recipient")
    if (options.keyfiles or options.wrappers) and options.passphrase is not None and not args.force:
        fail("USAGE", "a passphrase beside other recipients needs --force")
    stream = open_input(args.input)

    def produce(release: Release) -> None:
        parts = encrypt(stream, options)
        if args.armor:
            parts = iter([armor(b"".join(parts))])
        for part in parts:
            release(part)

    write_output(args.output, produce)


def run_inspect(args: argparse.Namespace) -> None:
    source = open_source(open_input(args.input))
    header = read_header(source)
    preamble = read_preamble(source)
    print(json.dumps({
        "status": "UNVERIFIED", "version": 1, "header_bytes": len(header.raw),
        "context": header.context,
        "recipients": [{"type": s.type, "key_id": s.key_id.decode("utf-8", "backslashreplace"),
                        "body_bytes": len(s.body)} for s in header.stanzas],
        "suite": 1, "chunk_bytes": preamble.chunk_size,
        "compression": bool(preamble.pflags & P_ZSTD), "metadata": bool(preamble.pflags & P_META),
        "padding": bool(preamble.pflags & P_PAD)}, indent=2))


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--keyfile", action="append", default=[], metavar="PATH[#NAME]")
    reading.add_argument("--passphrase-file", action="append", default=[])
    reading.add_argument("--recovery", action="append", default=[], metavar="IDENTITY-FILE")
    reading.add_argument("--kms-map")
    reading.add_argument("-c", "--context", action="append", default=[], metavar="K=V")
    reading.add_argument("--require-recipient")
    reading.add_argument("--max-output", type=int)
    verb = verbs.add_parser("decrypt", parents=[reading])
    verb.set_defaults(run=run_decrypt)
    ranged = verbs.add_parser("range", parents=[reading])
    ranged.add_argument("offset", type=int)
    ranged.add_argument("length", type=int)
    ranged.set_defaults(run=run_range)
    writing = verbs.add_parser("encrypt")
    writing.add_argument("--keyfile", action="append", default=[], metavar="PATH[#NAME]")
    writing.add_argument("--passphrase-file")
    writing.add_argument("--recovery", action="append", default=[], metavar="RECIPIENT-FILE")
    writing.add_argument("-c", "--context", action="append", default=[], metavar="K=V")
    writing.add_argument("--compress", default="3", metavar="none|LEVEL")
    writing.add_argument("--chunk-log2", type=int, choices=range(12, 25))
    writing.add_argument("--pad", default="none", metavar="none|padme|SIZE")
    writing.add_argument("--meta-name")
    writing.add_argument("--armor", action="store_true")
    writing.add_argument("--force", action="store_true")
    writing.set_defaults(run=run_encrypt)
    inspecting = verbs.add_parser("inspect")
    inspecting.set_defaults(run=run_inspect)
    for one in (verb, ranged, writing, inspecting):
        one.add_argument("input")
    for one in (verb, ranged, writing):
        one.add_argument("output")
    return parser


def main() -> int:
    try:
        args = build_parser().parse_args()
    except SystemExit as stop:
        return 64 if stop.code else 0
    try:
        args.run(args)
    except CofferError as error:
        print(f"error: {error.code}", file=sys.stderr)
        return EXIT_CODES[error.code]
    return 0


if __name__ == "__main__":
    sys.exit(main())
