"""Makes so many calls of the server, with long contexts: many-calls.py COUNT."""

import sys

import boto3

kms = boto3.client("kms")
for number in range(int(sys.argv[1])):
    kms.generate_data_key_without_plaintext(
        KeyId="alias/default", KeySpec="AES_256", EncryptionContext={"n": str(number), "x": "x" * 100})
