"""Two servers of one keystore under load, one of them killed again and again, within every kind of write.

    killed-servers.py TIMES

What a client was told is there at the end; of the call that was under way when its server died,
either all of it or nothing.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from base64 import b64decode, b64encode

CREDENTIALS = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
REGION, OTHER_REGION = "coffer-local-1", "eu-west-1"


class Gone(Exception):
    pass


class Refused(Exception):
    pass


class Server:
    def __init__(self):
        self.process = subprocess.Popen(
            ["cofferd", "serve", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL)
        self.port, said = None, b""
        for line in self.process.stderr:
            said += line
            if line.startswith(b"note: serving "):
                self.port = int(line.rsplit(b":", 1)[1])
                break
        else:
            sys.exit(f"FAILED: not serving: {said.decode()}")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait() != 0:
            print("FAILED: stopped with", self.process.returncode)


class Client:
    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def call(self, operation, region=REGION, **members):
        url = f"http://127.0.0.1:{self.connection.port}/"
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation}
        request = AWSRequest("POST", url, headers, json.dumps(members))
        SigV4Auth(CREDENTIALS, "kms", region).add_auth(request)
        try:
            self.connection.request("POST", "/", request.data, dict(request.headers))
            response = self.connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error
        if response.status != 200:
            raise Refused(f"{operation}: {response.status} {body.decode()}")
        return json.loads(body) if body else {}


class Life:
    """A key, its alias and its replica, and what they have to be like."""

    def __init__(self, number):
        self.key, self.alias = None, f"alias/{number}"
        self.known, self.in_doubt = {}, {}
        self.blobs = []

    def live(self, client):
        for operation, members, changes in self.acts():
            self.in_doubt = changes
            answer = client.call(operation, **members)
            self.known.update(changes)
            self.in_doubt = {}
            if operation == "GenerateDataKey":
                self.blobs.append(answer["CiphertextBlob"])
            yield answer

    def acts(self):
        key = {"KeyId": self.key}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{
            "Sid": "second", "Effect": "Allow", "Principal": {"AWS": "000000000000"},
            "Action": "kms:*", "Resource": "*"}]})
        alias = {"AliasName": self.alias, "TargetKeyId": self.key}
        yield "CreateAlias", alias, {"alias": self.key}
        yield "GenerateDataKey", {**key, "KeySpec": "AES_256"}, {}
        yield "UpdateKeyDescription", {**key, "Description": "second"}, {"description": "second"}
        yield "TagResource", {**key, "Tags": [{"TagKey": "a", "TagValue": "1"}]}, {"tags": 1}
        yield "PutKeyPolicy", {**key, "Policy": policy}, {"policy": "second"}
        yield "CreateGrant", {
            **key, "GranteePrincipal": "arn:aws:iam::000000000000:root", "Name": "g",
            "Operations": ["Decrypt"]}, {"grants": 1}
        yield "EnableKeyRotation", {**key, "RotationPeriodInDays": 100}, {"rotation": 100}
        yield "RotateKeyOnDemand", key, {"rotations": 1}
        yield "GenerateDataKey", {**key, "KeySpec": "AES_256"}, {}
        yield "UntagResource", {**key, "TagKeys": ["a"]}, {"tags": 0}
        yield "DisableKeyRotation", key, {"rotation": None}
        yield "DisableKey", key, {"state": "Disabled"}
        yield "EnableKey", key, {"state": "Enabled"}
        yield "ScheduleKeyDeletion", {**key, "PendingWindowInDays": 7}, {"state": "PendingDeletion"}
        yield "CancelKeyDeletion", key, {"state": "Disabled"}
        yield "EnableKey", key, {"state": "Enabled"}
        yield "RevokeGrant", {**key, "GrantId": self.grant}, {"grants": 0}
        yield "ReplicateKey", {**key, "ReplicaRegion": OTHER_REGION}, {"replicas": 1}
        yield "DeleteAlias", {"AliasName": self.alias}, {"alias": None}
        yield "CreateAlias", alias, {"alias": self.key}
        yield "UpdateAlias", {**alias, "TargetKeyId": DEFAULT}, {"alias": DEFAULT}
        yield "DeleteAlias", {"AliasName": self.alias}, {"alias": None}
        yield "UpdatePrimaryRegion", {**key, "PrimaryRegion": OTHER_REGION}, {"primary": OTHER_REGION}

    def found(self, client):
        key = {"KeyId": self.key}
        about = client.call("DescribeKey", **key)["KeyMetadata"]
        works = about["KeyState"] in ("Enabled", "Disabled")
        rotation = client.call("GetKeyRotationStatus", **key)
        return {
            "alias": ALIASES.get(self.alias),
            "description": about["Description"], "state": about["KeyState"],
            "tags": len(client.call("ListResourceTags", **key).get("Tags", [])),
            "policy": json.loads(client.call("GetKeyPolicy", **key)["Policy"])["Statement"][0].get("Sid"),
            "grants": len(client.call("ListGrants", **key)["Grants"]),
            "rotation": rotation.get("RotationPeriodInDays") if works else self.known["rotation"],
            "rotations": len(client.call("ListKeyRotations", **key)["Rotations"]),
            "replicas": len(about["MultiRegionConfiguration"]["ReplicaKeys"]),
            "primary": about["MultiRegionConfiguration"]["PrimaryKey"]["Region"],
        }


class Import:
    """A key whose material is brought and taken away again."""

    def __init__(self):
        self.key, self.known, self.in_doubt = None, {"state": "PendingImport"}, {}

    def live(self, client):
        parameters = client.call(
            "GetParametersForImport", KeyId=self.key, WrappingAlgorithm="RSAES_OAEP_SHA_256",
            WrappingKeySpec="RSA_2048")
        yield parameters
        wrapped = load_der_public_key(b64decode(parameters["PublicKey"])).encrypt(
            os.urandom(32), OAEP(MGF1(SHA256()), SHA256(), None))
        brought = {
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": b64encode(wrapped).decode(),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
        for operation, members, state in [
            ("ImportKeyMaterial", brought, "Enabled"),
            ("DeleteImportedKeyMaterial", {}, "PendingImport"),
            ("ImportKeyMaterial", brought, "Enabled"),
        ]:
            self.in_doubt = {"state": state}
            yield client.call(operation, KeyId=self.key, **members)
            self.known, self.in_doubt = {"state": state}, {}

    def found(self, client):
        return {"state": client.call("DescribeKey", KeyId=self.key)["KeyMetadata"]["KeyState"]}


LIVES = {"steady": [], "victim": []}
NUMBERS = iter(range(10**9))
CALLS = {"steady": 0, "victim": 0}


def work(name, server, until):
    """Lives lives until the server dies, or it is time."""
    client = Client(server)
    try:
        while True:
            # Imported material takes an RSA key: one life in eight.
            if random.randrange(8) == 0:
                life, asked = Import(), {"Origin": "EXTERNAL"}
            else:
                life, asked = Life(f"{name}-{next(NUMBERS)}"), {"MultiRegion": True, "Description": "first"}
            made = client.call("CreateKey", **asked)["KeyMetadata"]
            life.key = made["KeyId"]
            if isinstance(life, Life):
                life.known = {
                    "alias": None, "description": "first", "state": "Enabled", "tags": 0, "grants": 0,
                    "policy": "Enable IAM User Permissions", "rotation": None, "rotations": 0, "replicas": 0,
                    "primary": REGION}
            LIVES[name].append(life)
            for answer in life.live(client):
                CALLS[name] += 1
                if "GrantId" in answer:
                    life.grant = answer["GrantId"]
                if until():
                    return
    except Gone:
        if name == "steady":
            print("FAILED: the steady server is gone")
    except Refused as error:
        print("FAILED:", error)


def pages(client, operation, member):
    marker = {}
    while True:
        page = client.call(operation, Limit=100, **marker)
        yield from page[member]
        if not page["Truncated"]:
            return
        marker = {"Marker": page["NextMarker"]}


steady = Server()
DEFAULT = Client(steady).call("DescribeKey", KeyId="alias/default")["KeyMetadata"]["KeyId"]
ended = threading.Event()
worker = threading.Thread(target=work, args=("steady", steady, ended.is_set))
worker.start()
for round in range(int(sys.argv[1])):
    victim = Server()
    before = CALLS["victim"]
    other = threading.Thread(target=work, args=("victim", victim, lambda: False))
    other.start()
    # Every other one has done something, however slow the machine is.
    limit = time.monotonic() + 10
    while round % 2 and CALLS["victim"] == before and time.monotonic() < limit:
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.25))
    victim.kill()
    other.join()
ended.set()
worker.join()
client = Client(steady)
ALIASES = {one["AliasName"]: one.get("TargetKeyId") for one in pages(client, "ListAliases", "Aliases")}
for name, lives in LIVES.items():
    if CALLS[name] < 100:
        print(f"FAILED: only {CALLS[name]} calls to the {name} server")
    for life in lives:
        found = life.found(client)
        for member, value in found.items():
            if value not in (life.known[member], life.in_doubt.get(member, life.known[member])):
                print(f"FAILED: {name} {life.key}: {member} is {value}: {life.known} {life.in_doubt}")
        for blob in getattr(life, "blobs", []):
            if found["state"] == "Enabled":
                client.call("Decrypt", CiphertextBlob=blob)
steady.stop()
