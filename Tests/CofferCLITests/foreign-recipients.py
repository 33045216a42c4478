#!/usr/bin/env python3
"""foreign-recipients.py KEYFILE: makes two containers whose recipients name keys, addresses, modules
and plugins of somebody else. KEYFILE opens mixed.coffer, nobody opens foreign.coffer. Every name has
'elsewhere' in it, and every type of recipient is there, groups and batches with such names inside."""
import base64
import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Formats" / "reference"))
import coffer_reference as reference

NAMES = [
    ("aws-kms", "arn:aws:kms:elsewhere-1:999999999999:key/elsewhere"),
    ("aws-kms", "https://elsewhere.example/"),
    ("vault-transit", "http://127.0.0.1:9/elsewhere"),
    ("vault-transit", "elsewhere/key"),
    ("pkcs11", "elsewhere:01"),
    ("pkcs11", "pkcs11:object=elsewhere?module-path=/tmp/elsewhere.so"),
    ("pkcs11", "/tmp/elsewhere.so"),
    ("elsewhere-plugin", "../../elsewhere"),
    ("keyfile", "/tmp/elsewhere.key"),
    ("recovery", "/dev/tcp/127.0.0.1/elsewhere"),
    ("mlkem768x25519", "else"),
]
# In the form that each type asks for, so that nothing but the name is wrong.
BODIES = {
    "vault-transit": b"vault:v1:" + base64.b64encode(bytes([7] * 60)),
    "pkcs11": bytes([2] + [7] * 40),
    "mlkem768x25519": bytes([7] * 1168),
}
stanzas = [reference.Stanza(kind, name.encode(), BODIES.get(kind, bytes([7] * 64)))
           for kind, name in NAMES]
members = [reference.prefixed(reference.encode_stanza(one)) for one in stanzas[:8]]
stanzas += [
    reference.Stanza("threshold", b"", bytes([2, len(members)] + [7] * 16) + b"".join(members)),
    *(reference.Stanza("batch", b"", bytes([7] * 32) + one + bytes([7] * 64)) for one in members)]
wrappers = [lambda wctx, key, one=one: one for one in stanzas]
name, key = reference.load_keyfile(sys.argv[1])
for path, keyfiles in (("mixed.coffer", [(name, key)]), ("foreign.coffer", [])):
    options = reference.EncryptOptions(keyfiles=keyfiles, wrappers=wrappers)
    pathlib.Path(path).write_bytes(b"".join(reference.encrypt(io.BytesIO(b"data\n"), options)))
