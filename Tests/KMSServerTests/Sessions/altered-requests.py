"""Sends requests that botocore signed, each as it is and with one thing changed.

    altered-requests.py COUNT SEED

As it is it is answered; changed it is refused, with the name that AWS has for it.
"""

import collections
import datetime
import hashlib
import http.client
import json
import os
import random
import sys
from unittest import mock
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

COUNT, SEED = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(SEED)
address = urlsplit(os.environ["URL"])
connection = http.client.HTTPConnection(address.hostname, address.port)
credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
REFUSALS = {
    "MissingAuthenticationTokenException", "IncompleteSignatureException", "InvalidSignatureException",
    "UnrecognizedClientException"}
counts = collections.Counter()


def send(request):
    method, target, headers, body = request
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    try:
        return answer.status, json.loads(content or b"{}").get("__type", "")
    except ValueError:
        return answer.status, content.decode(errors="replace")


def signed(seconds=0, region="coffer-local-1", service="kms", who=credentials):
    operation, body = chance.choice([
        ("GenerateRandom", {"NumberOfBytes": chance.randint(1, 64)}),
        ("ListAliases", {"Limit": chance.randint(1, 100)}),
        ("GenerateDataKeyWithoutPlaintext", {
            "KeyId": "alias/default", "NumberOfBytes": 32,
            "EncryptionContext": {"who": "ä" * chance.randint(0, 9)}}),
    ])
    body = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode()
    query = "&".join(f"{chance.choice('abc')}={quote(chance.choice(['', 'x y', 'ä/+', '~']), safe='-_.~')}"
                     for _ in range(chance.choice([0, 0, 1])))
    url = f"http://{address.netloc}/" + ("?" + query if query else "")
    presigned = chance.random() < 0.3
    # botocore moves a body that it knows of into a presigned query.
    request = AWSRequest(method="POST", url=url, data=None if presigned else body)
    request.headers["Host"] = address.netloc
    request.headers["Content-Type"] = "application/x-amz-json-1.1"
    request.headers["X-Amz-Target"] = "TrentService." + operation
    if chance.random() < 0.3:
        request.headers["X-Other"] = chance.choice(["a  b", "c", " d e "])
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: time):
        if presigned:
            signer = botocore.auth.SigV4QueryAuth(who, service, region, expires=60)
            signer.payload = lambda request: hashlib.sha256(body).hexdigest()
            signer.add_auth(request)
        else:
            botocore.auth.SigV4Auth(who, service, region).add_auth(request)
    parts = urlsplit(request.url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    headers = [(name, value) for name, value in request.headers.items() if name != "Content-Length"]
    return "POST", target, headers, body, presigned


def flip(text, allowed):
    index = chance.choice([i for i, c in enumerate(text) if c in allowed])
    return text[:index] + chance.choice([c for c in allowed if c != text[index]]) + text[index + 1:]


HEX = "0123456789abcdef"


def altered(request):
    """One thing changed that the signature covers, or that says who signed what."""
    method, target, headers, body, presigned = request
    headers = list(headers)

    def with_header(name, change):
        return [(n, change(v) if n.lower() == name else v) for n, v in headers]

    ways = ["body", "target", "method"]
    ways += ["query", "signature-query", "expires", "no-signature"] if presigned else [
        "signature", "date", "credential", "signed-headers", "unsigned", "added", "twice"]
    if any(n == "X-Other" for n, _ in headers):
        ways.append("other")
    way = chance.choice(ways)
    if way == "body":
        at = chance.randrange(len(body))
        body = body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1:]
    elif way == "target":
        headers = with_header("x-amz-target", lambda v: "TrentService.ListKeys")
    elif way == "method":
        target += ("&" if "?" in target else "?") + "z=1"
    elif way == "query":
        target = target.replace("X-Amz-Date=2", "X-Amz-Date=1")
    elif way == "signature-query":
        head, _, signature = target.partition("X-Amz-Signature=")
        target = head + "X-Amz-Signature=" + flip(signature[:64], HEX) + signature[64:]
    elif way == "expires":
        target = target.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")
    elif way == "no-signature":
        target = target.replace("X-Amz-Signature=", "X-Amz-Other=")
    elif way == "signature":
        headers = with_header("authorization", lambda v: v[:-64] + flip(v[-64:], HEX))
    elif way == "date":
        headers = with_header("x-amz-date", lambda v: v[:-2] + flip(v[-2], "0123456789") + v[-1:])
    elif way == "credential":
        headers = with_header("authorization", lambda v: v.replace("/kms/", "/sts/")
                              if chance.random() < 0.5 else v.replace("coffer-local-1", "coffer-local-2"))
    elif way == "signed-headers":
        headers = with_header("authorization", lambda v: v.replace("x-amz-target", "x-amz-tarot"))
    elif way == "unsigned":
        headers = with_header("authorization", lambda v: v.replace("content-type;", "", 1))
    elif way == "added":
        headers.append(("X-Amz-Extra", "1"))
    elif way == "twice":
        headers.append(("Authorization", dict(headers)["Authorization"]))
    elif way == "other":
        headers = with_header("x-other", lambda v: v + "x")
    counts[way] += 1
    return way, (method, target, headers, body)


def expect(found, status, names, what):
    if found[0] != status or found[1] not in names:
        print("FAILED:", found, what)


for _ in range(COUNT):
    request = signed()
    expect(send(request[:4]), 200, {""}, request)
    way, changed = altered(request)
    expect(send(changed), 400, REFUSALS, (way, changed))
for seconds, status in [(-290, 200), (-310, 400), (290, 200), (310, 400), (-86400, 400), (86400, 400)]:
    for _ in range(5):
        request = signed(seconds)
        if not request[4]:
            expect(send(request[:4]), status, {""} if status == 200 else {"InvalidSignatureException"}, seconds)
for other in [dict(region="nowhere"), dict(service="sts"), dict(service="s3")]:
    expect(send(signed(**other)[:4]), 400, {"InvalidSignatureException"}, other)
nobody = Credentials("AKIANOBODY", "secret")
expect(send(signed(who=nobody)[:4]), 400, {"UnrecognizedClientException"}, "nobody")
wrong = Credentials(credentials.access_key, "wrong")
expect(send(signed(who=wrong)[:4]), 400, {"InvalidSignatureException"}, "another secret")
token = Credentials(credentials.access_key, credentials.secret_key, "token")
expect(send(signed(who=token)[:4]), 400, {"UnrecognizedClientException"}, "a token of nobody")
method, target, headers, body, _ = signed()
expect(send((method, "/", [h for h in headers if h[0] != "Authorization"], body)), 400,
       {"MissingAuthenticationTokenException"}, "unsigned")
if len(counts) < 14:
    print("FAILED: too few kinds of change:", counts)
