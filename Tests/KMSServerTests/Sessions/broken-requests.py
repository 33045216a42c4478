"""Sends each line {operation, sent, exception, message} of standard input, signed, and looks at the answer."""

import http.client
import json
import os
import sys
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

address = urlsplit(os.environ["URL"])
connection = http.client.HTTPConnection(address.hostname, address.port)
signer = botocore.auth.SigV4Auth(
    Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]), "kms", os.environ["AWS_REGION"])
count = 0
for line in sys.stdin:
    broken = json.loads(line)
    body = broken["sent"].encode()
    request = AWSRequest(method="POST", url=os.environ["URL"] + "/", data=body, headers={
        "Host": address.netloc, "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "TrentService." + broken["operation"]})
    signer.add_auth(request)
    connection.request("POST", "/", body, dict(request.headers.items()))
    answer = connection.getresponse()
    said = json.loads(answer.read())
    wanted = {"__type": broken["exception"], "message": broken["message"]}
    if answer.status != 400 or said != wanted:
        print(f"FAILED: {broken['operation']} {broken['sent'][:200]}: {answer.status} {str(said)[:400]} and not {wanted}")
    count += 1
if count < 1700:
    print("FAILED: only", count)
