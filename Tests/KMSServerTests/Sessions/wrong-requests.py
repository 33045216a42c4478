"""Sends requests that are signed and wrong, and looks at status, name and message of the refusal."""

import http.client
import json
import os
import socket
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

address = urlsplit(os.environ["URL"])
credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
JSON = "application/x-amz-json-1.1"


def call(target, body, content_type=JSON, path="/", method="POST"):
    request = AWSRequest(method=method, url=f"http://{address.netloc}{path}", data=body)
    request.headers["Host"] = address.netloc
    if content_type:
        request.headers["Content-Type"] = content_type
    if target:
        request.headers["X-Amz-Target"] = target
    botocore.auth.SigV4Auth(credentials, "kms", "coffer-local-1").add_auth(request)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request(method, path, body, dict(request.headers.items()))
    answer = connection.getresponse()
    content = answer.read()
    if len(answer.headers.get("x-amzn-RequestId", "")) != 36 or not answer.headers.get("Date"):
        print("FAILED: no request id or date:", answer.headers)
    try:
        return answer.status, json.loads(content or b"{}")
    except ValueError:
        return answer.status, {"__type": content.decode(errors="replace")}


def claim(found, status, name, message=...):
    kind, text = found[1].get("__type"), found[1].get("message")
    if found[0] != status or kind != name or (message is not ... and text != message):
        print("FAILED:", found, "and not", status, name, message)


RANDOM = "TrentService.GenerateRandom"
claim(call(RANDOM, b'{"NumberOfBytes":1}'), 200, None)
claim(call(RANDOM, b'{"NumberOfBytes":1}', JSON + "; charset=utf-8"), 200, None)
claim(call(RANDOM, b'{"NumberOfBytes":1}', "application/json"), 404, "UnknownOperationException")
claim(call(RANDOM, b'{"NumberOfBytes":1}', None), 404, "UnknownOperationException")
claim(call(None, b"{}"), 404, "UnknownOperationException")
claim(call("TrentService.Nonsense", b"{}"), 404, "UnknownOperationException")
claim(call("DynamoDB_20120810.ListTables", b"{}"), 404, "UnknownOperationException")
claim(call(RANDOM, b"{}", path="/elsewhere"), 404, "UnknownOperationException")
claim(call(RANDOM, b"{}", method="PUT"), 404, "UnknownOperationException")
for body in [b"{", b"nonsense", b'{"NumberOfBytes":1}}', b'{"NumberOfBytes":1,"NumberOfBytes":2}', b"\xff"]:
    claim(call(RANDOM, body), 400, "SerializationException")
claim(call(RANDOM, b'{"NumberOfBytes":"x"}'), 400, "SerializationException",
      "STRING_VALUE cannot be converted to Integer")
claim(call("TrentService.DescribeKey", b"{}"), 400, "ValidationException",
      "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: "
      "Member must not be null")
claim(call("TrentService.DescribeKey", b'{"KeyId":"alias/nothing"}'), 400, "NotFoundException",
      "Alias arn:aws:kms:coffer-local-1:000000000000:alias/nothing is not found.")
big = b'{"NumberOfBytes":1,"x":"' + b"x" * (1 << 20) + b'"}'
claim(call(RANDOM, big), 413, "RequestEntityTooLargeException")
claim(call(RANDOM, b'{"NumberOfBytes":1,"x":"' + b"x" * 900_000 + b'"}'), 200, None)

# What is no HTTP is answered with 400, and the next connection is served.
for garbage in [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x16\x03\x01\x02\x00",
                b"POST / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"]:
    connection = socket.create_connection((address.hostname, address.port))
    connection.settimeout(10)
    connection.sendall(garbage)
    connection.shutdown(socket.SHUT_WR)
    try:
        answer = connection.recv(1000)
    except ConnectionResetError:
        answer = b""
    if answer and not answer.startswith(b"HTTP/1.1 400"):
        print("FAILED:", answer)
claim(call(RANDOM, b'{"NumberOfBytes":1}'), 200, None)

# Every record has the id that its caller was told; what was refused before the caller was known has none.
records = [json.loads(line) for line in open(os.environ["COFFER_HOME"] + "/audit/log.jsonl")]
if not any(r.get("errorCode") == "SerializationException" for r in records):
    print("FAILED: no record of an unreadable request")
