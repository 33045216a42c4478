"""Fills the filesystem of a keystore, sees what its server still does, and makes room again.

    full-disk.py KEYSTORE [log-has-room]
"""

import os
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from claims import claim

keystore, log_has_room = sys.argv[1], sys.argv[2:] == ["log-has-room"]
kms = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))


def until_refused(call, **arguments):
    """How many calls were answered; the one after them got an internal error, of AWS's name."""
    for count in range(200):
        try:
            call(**arguments)
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            claim((code, status) == ("KMSInternalException", 500), f"{code} {status}")
            return count
    print("FAILED: never refused")


def ready():
    try:
        return urllib.request.urlopen(os.environ["URL"] + "/readyz").read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


blob = kms.encrypt(KeyId="alias/default", Plaintext=b"before")["CiphertextBlob"]
made = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(3)]
ballast = os.path.join(keystore, "ballast")
with open(ballast, "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
claim(os.statvfs(keystore).f_bavail == 0, "there is room")


def make():
    made.append(kms.create_key()["KeyMetadata"]["KeyId"])


until_refused(make)
if log_has_room:
    for _ in range(20):
        claim(kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before", "decrypted without room")
else:
    until_refused(kms.decrypt, CiphertextBlob=blob)
    claim(ready() == "not ready: audit log\n", ready())
    for _ in range(3):
        claim(until_refused(make) == 0, "a key without room")
claim(urllib.request.urlopen(os.environ["URL"] + "/healthz").read() == b"ok\n", "healthy")
os.remove(ballast)
claim(ready() == "ready\n", ready())
make()
claim(kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before", "decrypted again")
there = {key["KeyId"] for key in kms.list_keys(Limit=1000)["Keys"]}
claim(there >= set(made), f"lost: {set(made) - there}")
claim(len(there) == len(made) + 1, "keys that nobody was told of")
