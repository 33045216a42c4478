"""Uses the public halves of keys by PyPI's cryptography, which shares no code with the key service.

Reads lines of JSON, all bytes in hexadecimal, and prints a line for each: a word or bytes.

{ask: "verify", publicKey, algorithm, message, signature}   "valid" or "invalid"
{ask: "encrypt", publicKey, algorithm, message}             a ciphertext
{ask: "agree", publicKey}                                   {publicKey, secret} of a fresh key of its own
{ask: "encapsulate", publicKey}                             {encapsulation, secret}
{ask: "pair", publicKey, privateKey}                        "pair" if the halves belong together
"""

import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_der_private_key, load_der_public_key)

DIGESTS = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def public_bytes(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def verify(key, given):
    algorithm, message, signature = given["algorithm"], given["message"], given["signature"]
    digest = DIGESTS.get(algorithm[-3:])
    try:
        if algorithm.startswith("RSASSA_PSS"):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signature, message, pss, digest)
        elif algorithm.startswith("RSASSA_PKCS1"):
            key.verify(signature, message, padding.PKCS1v15(), digest)
        elif algorithm.startswith("ECDSA"):
            key.verify(signature, message, ec.ECDSA(digest))
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return "invalid"
    return "valid"


def answer(given):
    key = load_der_public_key(given["publicKey"])
    if given["ask"] == "verify":
        return verify(key, given)
    if given["ask"] == "encrypt":
        digest = hashes.SHA1() if given["algorithm"].endswith("_1") else hashes.SHA256()
        oaep = padding.OAEP(padding.MGF1(digest), digest, None)
        return key.encrypt(given["message"], oaep).hex()
    if given["ask"] == "agree":
        own = ec.generate_private_key(key.curve)
        return {"publicKey": public_bytes(own.public_key()).hex(),
                "secret": own.exchange(ec.ECDH(), key).hex()}
    if given["ask"] == "encapsulate":
        secret, encapsulation = key.encapsulate()
        return {"encapsulation": encapsulation.hex(), "secret": secret.hex()}
    private = load_der_private_key(given["privateKey"], None)
    return "pair" if public_bytes(private.public_key()) == given["publicKey"] else "strangers"


for line in sys.stdin:
    given = {name: text if name in ("ask", "algorithm") else bytes.fromhex(text)
             for name, text in json.loads(line).items()}
    print(json.dumps(answer(given)), flush=True)
