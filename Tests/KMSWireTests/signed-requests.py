"""Prints requests that botocore signed, one JSON object a line: header form and presigned.

    signed-requests.py COUNT SEED
"""

import base64
import datetime
import json
import random
import sys
from unittest import mock
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

COUNT, SEED = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(SEED)

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TEXT = LETTERS + " -._~/+=&?#%:;,@!$'()*[]{}<>|\\^`\"äéßÆ日本語🔑\u0301"
# No header may hold a line end, and only blanks of ASCII are blanks of HTTP.
VALUE = LETTERS + "   \t\t-._~/+=&?#%:;,@!$'()*[]\"äé語"


def text(alphabet, longest, shortest=0):
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(shortest, longest)))


def path():
    if chance.random() < 0.3:
        return "/"
    segments = []
    for _ in range(chance.randint(1, 5)):
        segments.append(chance.choice([
            "", ".", "..", text(LETTERS, 8, 1), quote(text(TEXT, 6), safe="-_.~"),
            text(LETTERS + "äé日本🔑~!$'()*+,:;=@%", 6, 1).replace("%", "%25")]))
    return "/" + "/".join(segments) + chance.choice(["", "/"])


def query():
    if chance.random() < 0.4:
        return ""
    names = [text(TEXT, 5, 1) for _ in range(chance.randint(1, 4))]
    names += [chance.choice(names) for _ in range(chance.randint(0, 2))]
    return "&".join(
        quote(name, safe="-_.~") + chance.choice(["", "="] + ["=" + quote(text(TEXT, 8), safe="-_.~")] * 4)
        for name in names)


def headers(host, body):
    found = [("Host", host)]
    if chance.random() < 0.7:
        found.append(("Content-Type", "application/x-amz-json-1.1"))
        found.append(("X-Amz-Target", "TrentService." + text(LETTERS, 12, 1)))
    for _ in range(chance.randint(0, 3)):
        name = chance.choice(["X-", "my-", "a", "Z_"]) + text(LETTERS + "-_", 8, 1)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            found.append((chance.choice([name, name.upper(), name.lower()]), text(VALUE, 16)))
    for name in ("User-Agent", "Expect", "X-Amzn-Trace-Id", "Connection"):
        if chance.random() < 0.2:
            found.append((name, text(LETTERS, 8, 1)))
    chance.shuffle(found)
    return found


for _ in range(COUNT):
    time = datetime.datetime.fromtimestamp(
        chance.randint(0, 4_102_444_800), datetime.timezone.utc)
    host = chance.choice(["kms.us-east-1.amazonaws.com", "localhost:8080", "[::1]:4566"])
    body = chance.choice([b"", chance.randbytes(chance.randint(1, 200)), b'{"KeyId":"alias/x"}'])
    line = {
        "method": chance.choice(["POST", "GET", "PUT", "DELETE", "get"]),
        "path": path(), "query": query(), "headers": headers(host, body),
        "body": base64.b64encode(body).decode(),
        "accessKey": "AKIA" + text(LETTERS, 16, 1), "secret": text(LETTERS + "/+", 100, 1),
        "token": chance.choice([None, text(LETTERS + "/+=", 400, 1)]),
        "region": chance.choice(["us-east-1", "eu-central-1", "coffer-local-1", "cn-north-1"]),
        "service": chance.choice(["kms", "sts", "iam"]),
        "time": int(time.timestamp()),
    }
    line["isPresigned"] = chance.random() < 0.25
    if line["isPresigned"]:
        # botocore merges names that are repeated, and moves the body of a form to the query.
        line["query"] = "&".join({p.partition("=")[0]: p for p in line["query"].split("&")}.values())
    url = "https://" + host + line["path"] + ("?" + line["query"] if line["query"] else "")
    request = AWSRequest(method=line["method"], url=url, data=None if line["isPresigned"] else body)
    if line["isPresigned"]:
        line["body"] = ""
    for name, value in line["headers"]:
        request.headers.add_header(name, value)
    credentials = Credentials(line["accessKey"], line["secret"], line["token"])
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: time):
        if line["isPresigned"]:
            botocore.auth.SigV4QueryAuth(
                credentials, line["service"], line["region"], expires=chance.randint(1, 604800)
            ).add_auth(request)
        else:
            botocore.auth.SigV4Auth(
                credentials, line["service"], line["region"]).add_auth(request)
    line["signedHeaders"] = list(request.headers.items())
    line["signedQuery"] = urlsplit(request.url).query
    line["authorization"] = request.headers.get("Authorization", "")
    print(json.dumps(line))
