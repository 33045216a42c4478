"""Speaks HTTP to the server by hand, as slow and as exact as no client library is."""

import json
import os
import socket
import time
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

GRANTS = 350
URL = os.environ["URL"]
address = (urlsplit(URL).hostname, urlsplit(URL).port)
kms = boto3.client("kms")


def received(connection):
    found = b""
    while piece := connection.recv(1 << 16):
        found += piece
    return found


def signed(operation, **parameters):
    request = AWSRequest("POST", URL, data=json.dumps(parameters).encode(), headers={
        "X-Amz-Target": f"TrentService.{operation}", "Content-Type": "application/x-amz-json-1.1"})
    session = boto3.session.Session()
    SigV4Auth(session.get_credentials(), "kms", session.region_name).add_auth(request)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return (f"POST / HTTP/1.1\r\nHost: {urlsplit(URL).netloc}\r\n{head}"
            f"Content-Length: {len(request.data)}\r\n").encode(), request.data


# Longer than what the kernel holds of a connection.
key = kms.create_key()["KeyMetadata"]
context = {f"{number}" * 600: "x" * 384 for number in range(8)}
constraints = {"EncryptionContextEquals": context, "EncryptionContextSubset": context}
for _ in range(GRANTS):
    kms.create_grant(KeyId=key["KeyId"], Operations=["Decrypt"], Constraints=constraints,
                     GranteePrincipal="arn:aws:iam::000000000000:root")
slow = socket.socket()
slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
slow.connect(address)
head, body = signed("ListGrants", KeyId=key["KeyId"], Limit=1000)
slow.sendall(head + b"Connection: close\r\n\r\n" + body)
time.sleep(1)
answer = received(slow).split(b"\r\n\r\n", 1)[1]
if len(answer) < 5_000_000 or len(json.loads(answer)["Grants"]) != GRANTS:
    print(f"FAILED: {len(answer)} bytes of a long answer")

head_only = socket.create_connection(address)
head_only.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
answer = received(head_only)
if not answer.startswith(b"HTTP/1.1 ") or not answer.endswith(b"\r\n\r\n"):
    print(f"FAILED: {answer} to a HEAD")

asking = socket.create_connection(address)
asking.settimeout(5)
head, body = signed("GenerateRandom", NumberOfBytes=1)
asking.sendall(head + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
if asking.recv(100) != b"HTTP/1.1 100 Continue\r\n\r\n":
    print("FAILED: not told to go on")
asking.sendall(body)
if not received(asking).startswith(b"HTTP/1.1 200 "):
    print("FAILED: no answer after 100-continue")
