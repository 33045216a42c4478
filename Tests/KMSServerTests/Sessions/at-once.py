"""Sends 96 signed requests, four unsigned ones and four for /healthz at once, each on its connection.

    at-once.py STATUS

The signed ones are answered with STATUS, the others as ever.
"""

import os
import socket
import sys
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

address = urlsplit(os.environ["URL"])
target = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListAliases"}
request = AWSRequest("POST", os.environ["URL"] + "/", headers=dict(target), data=b"{}")
SigV4Auth(Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]), "kms",
          os.environ["AWS_REGION"]).add_auth(request)


def message(line, headers, body):
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name.lower() != "host")
    return f"{line} HTTP/1.1\r\nHost: {address.netloc}\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


cases = 96 * [(message("POST /", dict(request.headers.items()), "{}"), sys.argv[1])]
cases[50:50] = 4 * [(message("POST /", target, "{}"), "400"), (message("GET /healthz", {}, ""), "200")]
connections = [socket.create_connection((address.hostname, address.port)) for _ in cases]
for connection, (text, _) in zip(connections, cases):
    connection.sendall(text[:-1])
for connection, (text, _) in zip(connections, cases):
    connection.sendall(text[-1:])
for connection, (text, status) in zip(connections, cases):
    answer = connection.recv(65536).decode(errors="replace")
    if answer.split(" ")[1:2] != [status] or (status == "500" and "KMSInternalException" not in answer):
        print(f"FAILED: {text.split(b' ')[1]} is told {answer!r} instead of {status}")
    connection.close()
