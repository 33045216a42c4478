"""Wraps key material as a client of AWS KMS does.

wrap-material.py ALGORITHM PUBLIC-KEY MATERIAL OUTPUT: files, the key in DER.
"""

import os
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding

algorithm, public_key, material, output = sys.argv[1:]
with open(public_key, "rb") as file:
    key = serialization.load_der_public_key(file.read())
with open(material, "rb") as file:
    secret = file.read()
digest = hashes.SHA256() if algorithm.endswith("SHA_256") else hashes.SHA1()
oaep = padding.OAEP(mgf=padding.MGF1(digest), algorithm=digest, label=None)
if algorithm.startswith("RSA_AES_KEY_WRAP"):
    aes_key = os.urandom(32)
    wrapped = key.encrypt(aes_key, oaep) + keywrap.aes_key_wrap_with_padding(aes_key, secret)
else:
    wrapped = key.encrypt(secret, oaep)
with open(output, "wb") as file:
    file.write(wrapped)
