#!/usr/bin/env python3
"""Writes ../vectors-token/ from fixed seeds; running it again gives the same bytes.

Each file holds one session token, grant token or row of an access key, made from
session-token-v1.md and keystore.md alone, and whether a reader must take it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = Path(__file__).resolve().parent.parent / "vectors-token"
NONCE = bytes(12)
ROOT = bytes(range(0x00, 0x20))
SALT = bytes(range(0x40, 0x60))
KEY_ID = bytes.fromhex("0a1b2c3d4e5f4607b8c9dae0f1122334")
GRANT_ID = bytes(range(0x80, 0xA0))
SESSION: dict[str, Any] = {
    "accessKeyId": "ASIAABCDEFGHIJKL2345",
    "roleArn": "arn:aws:iam::111122223333:role/app/worker",
    "roleId": "AROAABCDEFGHIJKL2345",
    "name": "one+two",
    "issueTime": 1_800_000_000_000,
    "expiration": 1_800_003_600_000,
    "policies": [],
}


def expand(info: bytes, root: bytes = ROOT) -> bytes:
    """HKDF-Expand (RFC 5869) for one block of SHA-256."""
    return hmac.new(root, info + b"\x01", hashlib.sha256).digest()


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def session_bytes(session: dict[str, Any]) -> bytes:
    return (b"".join(text(session[name]) for name in ("accessKeyId", "roleArn", "roleId", "name"))
            + struct.pack(">QQ", session["issueTime"], session["expiration"])
            + b"".join(text(policy) for policy in session["policies"]))


def session_token(content: bytes, head: bytes = b"COFT\x01\0\0\0", root: bytes = ROOT) -> bytes:
    key = expand(b"coffer/v1 session\x00" + SALT, root)
    return head + SALT + AESGCM(key).encrypt(NONCE, content, head + SALT)


def grant_token(version: int = 1, root: bytes = ROOT) -> bytes:
    body = bytes([version]) + KEY_ID + GRANT_ID
    return body + expand(b"coffer/v1 grant token\x00" + body, root)


def access_key_row(key_id: str, principal: str, secret: str) -> bytes:
    key = expand(b"coffer/v1 access key\x00" + SALT)
    return SALT + AESGCM(key).encrypt(
        NONCE, secret.encode(), key_id.encode() + b"\0" + principal.encode())


def write(name: str, kind: str, expect: str, comment: str, **members: Any) -> None:
    vector = {"comment": comment, "kind": kind, "expect": expect, "root": ROOT.hex(), **members}
    (FOLDER / f"{name}.json").write_text(json.dumps(vector, indent=2) + "\n")


def sessions() -> None:
    secret = expand(b"coffer/v1 session secret\x00" + SALT)[:20].hex()
    narrowed = {**SESSION, "policies": ['{"Statement":[]}', "é"]}
    for name, comment, session in [("session", "a session", SESSION),
                                   ("session-policies", "a narrowed session", narrowed)]:
        write(f"ok-{name}", "session", "ok", comment, secret=secret, session=session,
              token=base64.b64encode(session_token(session_bytes(session))).decode())
    content = session_bytes(SESSION)
    token = session_token(content)
    bad = {
        "magic": ("another magic, sealed as such", session_token(content, b"COFX\x01\0\0\0")),
        "version": ("another version, sealed as such", session_token(content, b"COFT\x02\0\0\0")),
        "reserved": ("a reserved byte, sealed as such", session_token(content, b"COFT\x01\0\0\1")),
        "root": ("sealed under another root", session_token(content, root=bytes(32))),
        "tag": ("the last bit changed", token[:-1] + bytes([token[-1] ^ 1])),
        "salt": ("a bit of the salt changed", token[:8] + bytes([token[8] ^ 1]) + token[9:]),
        "cut": ("cut behind the salt", token[:40]),
        "content": ("a session that is cut, sealed as such", session_token(content[:-1])),
        "text": ("a text that is not UTF-8, sealed as such",
                 session_token(content + b"\x00\x01\xff")),
    }
    for name, (comment, wrong) in bad.items():
        write(f"bad-session-{name}", "session", "invalid", comment,
              token=base64.b64encode(wrong).decode())


def grants() -> None:
    named = {"keyId": KEY_ID.hex(), "grantId": GRANT_ID.hex()}
    token = grant_token()
    write("ok-grant", "grant", "ok", "a grant token", **named,
          token=base64.b64encode(token).decode())
    for name, comment, wrong in [
            ("version", "another version, authenticated as such", grant_token(2)),
            ("root", "made under another root", grant_token(root=bytes(32))),
            ("grant", "another grant", token[:20] + bytes([token[20] ^ 1]) + token[21:]),
            ("longer", "one byte more", token + b"\0"), ("cut", "one byte less", token[:-1])]:
        write(f"bad-grant-{name}", "grant", "invalid", comment,
              token=base64.b64encode(wrong).decode())


def access_keys() -> None:
    key_id, principal = "AKIAABCDEFGHIJKL2345", "arn:aws:iam::111122223333:user/alice"
    secret = "0123456789abcdef0123456789abcdef01234567"
    row = access_key_row(key_id, principal, secret).hex()
    write("ok-access-key", "accessKey", "ok", "the secret of an access key", accessKeyId=key_id,
          principal=principal, row=row, secret=secret)
    write("bad-access-key-id", "accessKey", "invalid", "the row of another access key",
          accessKeyId="AKIAABCDEFGHIJKL2346", principal=principal, row=row)
    write("bad-access-key-principal", "accessKey", "invalid", "the row of another principal",
          accessKeyId=key_id, principal=principal + "x", row=row)


FOLDER.mkdir(exist_ok=True)
sessions()
grants()
access_keys()
