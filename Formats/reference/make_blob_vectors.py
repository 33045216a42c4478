#!/usr/bin/env python3
"""Writes ../vectors-blob/ from fixed seeds; running it again gives the same bytes.

Each file holds one keystore row and one ciphertext blob, made from ciphertext-blob-v1.md and
keystore.md alone, and what a reader must answer: the plaintext, or one failure.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FOLDER = Path(__file__).resolve().parent.parent / "vectors-blob"
NONCE = bytes(12)
PURPOSE = b"SYMMETRIC_DEFAULT:ENCRYPT_DECRYPT"

ROOT = bytes(range(0x00, 0x20))
MATERIAL = bytes(range(0x20, 0x40))
KEY_ID = bytes.fromhex("0a1b2c3d4e5f4607b8c9dae0f1122334")
VERSION_ID = bytes.fromhex("9f8e7d6c5b4a4938a7b6c5d4e3f20110")
ROW_SALT = bytes(range(0x60, 0x80))
BLOB_SALT = bytes(range(0xA0, 0xC0))
PLAINTEXT = b"what is sealed here"
EXTERNAL_KEY = bytes(range(0x40, 0x60))
STORE_ID = "cks-0123456789abcdef0"
STORE_SECRET = b"x" * 43

Pairs = list[tuple[str, str]]


def expand(key: bytes, info: bytes) -> bytes:
    """HKDF-Expand (RFC 5869) for one block of SHA-256."""
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def encode_context(pairs: Pairs) -> bytes:
    encoded = sorted((key.encode(), value.encode()) for key, value in pairs)
    return b"".join(
        struct.pack(">H", len(key)) + key + struct.pack(">H", len(value)) + value
        for key, value in encoded)


def seal_row(root: bytes = ROOT, key_id: bytes = KEY_ID, version_id: bytes = VERSION_ID,
             purpose: bytes = PURPOSE, material: bytes = MATERIAL) -> bytes:
    key = expand(root, b"coffer/v1 row\x00" + ROW_SALT)
    return ROW_SALT + AESGCM(key).encrypt(NONCE, material, key_id + version_id + purpose)


def header(magic: bytes = b"COFB", version: int = 1, flags: int = 0, reserved: int = 0,
           key_id: bytes = KEY_ID, version_id: bytes = VERSION_ID) -> bytes:
    return (magic + struct.pack(">BBH", version, flags, reserved) + key_id + version_id
            + BLOB_SALT)


def seal_blob(pairs: Pairs, plaintext: bytes = PLAINTEXT, material: bytes = MATERIAL,
              head: bytes | None = None) -> bytes:
    head = header() if head is None else head
    key = expand(material, b"coffer/v1 blob\x00" + head)
    return head + AESGCM(key).encrypt(NONCE, plaintext, head + encode_context(pairs))


def seal_store_secret() -> bytes:
    """What a custom key store's requests are signed with, as its row has it."""
    key = expand(ROOT, b"coffer/v1 key store\x00" + ROW_SALT)
    return ROW_SALT + AESGCM(key).encrypt(NONCE, STORE_SECRET, STORE_ID.encode())


def seal_external(pairs: Pairs, head: bytes | None = None, metadata: bytes = b"version=1",
                  material: bytes = MATERIAL) -> bytes:
    """A blob of section 3. The proxy's part is the one that its own specification advises."""
    head = header(flags=2) if head is None else head
    inner = seal_blob(pairs, head=head, material=material)[72:]
    data = hashlib.sha256(head + encode_context(pairs)).digest()
    bound = struct.pack(">H", len(data)) + data + bytes([len(metadata)]) + metadata
    outer = AESGCM(EXTERNAL_KEY).encrypt(NONCE, inner, bound)
    body = head + bytes([12, len(metadata)]) + NONCE + outer[-16:] + metadata + outer[:-16]
    digests = hashlib.sha256(body).digest() + hashlib.sha256(encode_context(pairs)).digest()
    return body + expand(material, b"coffer/v1 external blob\x00" + digests)


def flip(data: bytes, index: int) -> bytes:
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1:]


def write(name: str, comment: str, expect: str, pairs: Pairs, blob: bytes, *,
          row: bytes | None = None, plaintext: bytes = PLAINTEXT,
          multi_region: bool = False, external: bool = False) -> None:
    """`expect` is "ok", "InvalidCiphertextException", or "row" for material that must not open."""
    vector: dict[str, Any] = {
        "comment": comment,
        "expect": expect,
        "root": ROOT.hex(),
        "keyId": KEY_ID.hex(),
        "versionId": VERSION_ID.hex(),
        "purpose": PURPOSE.decode(),
        "row": (seal_row() if row is None else row).hex(),
        "context": [[key.encode().hex(), value.encode().hex()] for key, value in pairs],
        "encodedContext": encode_context(pairs).hex(),
        "blob": blob.hex(),
    }
    if multi_region:
        vector["multiRegion"] = True
    if external:
        secret = seal_store_secret()
        vector |= {"externalKey": EXTERNAL_KEY.hex(), "externalKeyId": "key-1",
                   "keyStoreId": STORE_ID, "secret": STORE_SECRET.hex(), "sealedSecret": secret.hex()}
    if expect == "ok":
        vector["material"] = MATERIAL.hex()
        vector["plaintext"] = plaintext.hex()
    (FOLDER / f"{name}.json").write_text(json.dumps(vector, indent=1) + "\n")


def blobs() -> None:
    pairs = [("purpose", "backup"), ("Host", "db1"), ("empty", "")]
    good = seal_blob(pairs)
    write("ok-context", "three pairs, sorted by bytes: upper case first", "ok", pairs, good)
    write("ok-no-context", "no context: the associated data is the header alone", "ok", [],
          seal_blob([]))
    write("ok-unicode", "one letter composed and decomposed: two keys", "ok",
          [("\u00e9", "1"), ("e\u0301", "2"), ("\U0001f511", "\u00fc")],
          seal_blob([("\u00e9", "1"), ("e\u0301", "2"), ("\U0001f511", "\u00fc")]))
    write("ok-one-byte", "the shortest plaintext", "ok", [], seal_blob([], b"\x00"),
          plaintext=b"\x00")
    longest = bytes(index % 251 for index in range(4096))
    write("ok-4096-bytes", "the longest plaintext", "ok", pairs, seal_blob(pairs, longest),
          plaintext=longest)

    write("ok-multi-region", "a multi-Region key's: flag 1", "ok", pairs,
          seal_blob(pairs, head=header(flags=1)), multi_region=True)

    bad = "InvalidCiphertextException"
    write("bad-context-missing", "sealed with a context, opened without", bad, [], good)
    write("bad-context-more", "one pair too many", bad, pairs + [("x", "")], good)
    write("bad-context-normalised", "the composed form where the decomposed was sealed", bad,
          [("\u00e9", "1")], seal_blob([("e\u0301", "1")]))
    write("bad-tag", "the last bit flipped", bad, pairs, flip(good, len(good) - 1))
    write("bad-body", "a bit of the ciphertext flipped", bad, pairs, flip(good, 72))
    write("bad-salt", "a bit of the salt flipped", bad, pairs, flip(good, 40))
    write("bad-version-id", "a version that the key does not have", bad, pairs, flip(good, 24))
    write("bad-key-id", "a key that the keystore does not have", bad, pairs, flip(good, 8))
    write("bad-cut", "one byte short", bad, pairs, good[:-1])
    write("bad-longer", "one byte too many", bad, pairs, good + b"\x00")
    write("bad-header-only", "72 bytes and no tag", bad, pairs, good[:72])
    # These are sealed over the very header they carry, so that only the reader's check of the
    # header can refuse them.
    for name, comment, head in [
        ("bad-magic", "another magic, authentic", header(magic=b"COFX")),
        ("bad-format-version", "version 2, authentic", header(version=2)),
        ("bad-flag-multi-region", "a multi-Region id where no such key is, authentic",
         header(flags=1)),
        ("bad-flag-unknown", "an unknown flag, authentic", header(flags=2)),
        ("bad-reserved", "a reserved byte set, authentic", header(reserved=1)),
    ]:
        write(name, comment, bad, pairs, seal_blob(pairs, head=head))
    write("bad-flag-missing", "no flag, and the key a multi-Region key, authentic", bad, pairs, good,
          multi_region=True)
    write("bad-other-material", "right ids, other material", bad, pairs,
          seal_blob(pairs, material=bytes(32)))

    write("ok-external", "an external key's", "ok", pairs, seal_external(pairs), external=True)
    write("ok-external-bare", "no context, and a proxy without metadata", "ok", [],
          seal_external([], metadata=b""), external=True)
    outside = seal_external(pairs)
    for name, comment, blob in [
        ("mac", "the last bit flipped", flip(outside, len(outside) - 1)),
        ("tag", "a bit of the proxy's tag flipped", flip(outside, 74 + 12)),
        ("cut", "one byte short", outside[:-1]),
        ("lengths", "no room for the lengths that it has", outside[:74] + outside[-32:]),
        ("metadata", "21 bytes of metadata, authentic", seal_external(pairs, metadata=bytes(21))),
        ("flag-missing", "no flag, and the key an external one, authentic", good),
        ("flag-both", "both flags, authentic", seal_external(pairs, head=header(flags=3))),
        ("other-material", "right ids, other material", seal_external(pairs, material=bytes(32))),
    ]:
        write("bad-external-" + name, comment, bad, pairs, blob, external=True)
    write("bad-external-context", "sealed with a context, opened without", bad, [], outside,
          external=True)
    write("bad-external-flag", "the flag, and the key none of that kind, authentic", bad, pairs, outside)
    write("bad-flag-unknown-4", "an unknown flag, authentic", bad, pairs,
          seal_blob(pairs, head=header(flags=4)))

    write("row-other-root", "sealed under another root", "row", pairs, good,
          row=seal_row(root=bytes(32)))
    write("row-other-version", "a row copied from another version", "row", pairs, good,
          row=seal_row(version_id=bytes(16)))
    write("row-other-key", "a row copied from another key", "row", pairs, good,
          row=seal_row(key_id=bytes(16)))
    write("row-other-purpose", "material of another kind", "row", pairs, good,
          row=seal_row(purpose=b"HMAC_256:GENERATE_VERIFY_MAC"))
    write("row-changed", "the last bit flipped", "row", pairs, good,
          row=flip(seal_row(), len(seal_row()) - 1))
    write("row-cut", "one byte short", "row", pairs, good, row=seal_row()[:-1])
    short = seal_row(material=MATERIAL[:16])
    write("row-short-material", "16 bytes of material, authentic", "row", pairs, good, row=short)


def keystore() -> None:
    """The other derivations of keystore.md and audit-v1.md, and a sealed root key."""
    passphrase = "correct horse \u00e9".encode()
    salt = bytes(range(0xC0, 0xE0))
    head = b"COFR" + bytes([1, 10, 8, 1]) + salt
    key = Scrypt(salt=salt, length=32, n=2 ** 10, r=8, p=1).derive(passphrase)
    values = {
        "comment": "what else is derived from the root, and root.key sealed with a passphrase",
        "expect": "keystore",
        "root": ROOT.hex(),
        "keystoreId": KEY_ID.hex(),
        "rootCheck": expand(ROOT, b"coffer/v1 keystore\x00" + KEY_ID).hex(),
        "auditKey": expand(ROOT, b"coffer/v1 audit\x00").hex(),
        "passphrase": passphrase.hex(),
        "sealedRoot": (head + AESGCM(key).encrypt(NONCE, ROOT, head)).hex(),
    }
    (FOLDER / "keystore.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    blobs()
    keystore()
    print(f"{len(list(FOLDER.glob('*.json')))} vectors in {FOLDER}")
