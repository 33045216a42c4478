"""Holds thousands of connections open that send nothing or half a request, and asks meanwhile.

    half-open.py PROCESS-OF-THE-SERVER
"""

import os
import resource
import socket
import sys
import time
from urllib.parse import urlsplit

import boto3

COUNT = 10_000
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
address = (urlsplit(os.environ["URL"]).hostname, urlsplit(os.environ["URL"]).port)


def resident():
    for line in open(f"/proc/{sys.argv[1]}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024


kms = boto3.client("kms")
before = resident()
held = []
for number in range(COUNT):
    connection = socket.create_connection(address)
    if number % 2:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n" + b"\r\n" * (number % 4 == 1))
    held.append(connection)
start = time.monotonic()
kms.generate_random(NumberOfBytes=1)
waited = time.monotonic() - start
if waited > 5:
    print(f"FAILED: {waited} s to an answer")
each = (resident() - before) / COUNT
if each > 40_000:
    print(f"FAILED: {each} bytes for each connection")
# A request that does not come to its end is given up after ten seconds.
held[1].settimeout(20)
try:
    if held[1].recv(1000):
        print("FAILED: an answer to half a request")
except ConnectionResetError:
    pass
except TimeoutError:
    print("FAILED: half a request is still waited for")
