"""Judges keys, signatures and encapsulations by PyPI's cryptography, which has another library inside.

Reads lines {set, pkcs8, publicKey, message, signature, encapsulation, sharedSecret} in hexadecimal and
prints a line for each: {problem, signature, encapsulation, sharedSecret}, with its own.
"""

import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, PublicFormat, load_der_private_key, load_der_public_key)

for line in sys.stdin:
    given = {name: bytes.fromhex(text) if name != "set" else text
             for name, text in json.loads(line).items()}
    private, public = load_der_private_key(given["pkcs8"], None), load_der_public_key(given["publicKey"])
    answer = {"problem": None, "signature": "", "encapsulation": "", "sharedSecret": ""}
    if private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) \
            != given["publicKey"]:
        answer["problem"] = "the public key is another one's"
    elif private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) != given["pkcs8"]:
        answer["problem"] = "the private key has another encoding"
    elif given["set"].startswith("mlDSA"):
        try:
            public.verify(given["signature"], given["message"])
        except InvalidSignature:
            answer["problem"] = "the signature is wrong"
        answer["signature"] = private.sign(given["message"]).hex()
    else:
        if private.decapsulate(given["encapsulation"]) != given["sharedSecret"]:
            answer["problem"] = "the shared secret is another one"
        secret, encapsulation = public.encapsulate()
        answer["sharedSecret"], answer["encapsulation"] = secret.hex(), encapsulation.hex()
    print(json.dumps(answer))
