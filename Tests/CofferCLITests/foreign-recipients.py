#!/usr/bin/env python3
"""foreign-recipients.py KEYFILE: makes two containers whose recipients name keys, addresses, modules
and plugins of somebody else. KEYFILE opens mixed.coffer, nobody opens foreign.coffer. Every name has
'elsewhere' in it."""
import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Formats" / "reference"))
import coffer_reference as reference

NAMES = [
    ("aws-kms", "arn:aws:kms:elsewhere-1:999999999999:key/elsewhere"),
    ("aws-kms", "https://elsewhere.example/"),
    ("vault-transit", "http://127.0.0.1:9/elsewhere"),
    ("pkcs11", "pkcs11:object=elsewhere?module-path=/tmp/elsewhere.so"),
    ("pkcs11", "/tmp/elsewhere.so"),
    ("elsewhere-plugin", "../../elsewhere"),
    ("keyfile", "/tmp/elsewhere.key"),
    ("recovery", "/dev/tcp/127.0.0.1/elsewhere"),
]
wrappers = [
    lambda wctx, key, one=one: reference.Stanza(one[0], one[1].encode(), bytes([7] * 64))
    for one in NAMES
]
name, key = reference.load_keyfile(sys.argv[1])
for path, keyfiles in (("mixed.coffer", [(name, key)]), ("foreign.coffer", [])):
    options = reference.EncryptOptions(keyfiles=keyfiles, wrappers=wrappers)
    pathlib.Path(path).write_bytes(b"".join(reference.encrypt(io.BytesIO(b"data\n"), options)))
