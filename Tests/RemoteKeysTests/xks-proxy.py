"""A proxy of external keys (AWS External Key Store Proxy API), for tests.

    xks-proxy.py PORT CERTIFICATE KEY [SECRET]

Signatures are verified by botocore's signer, AES-GCM is pyca/cryptography's. What is before /kms/xks/v1 in
a path says how the proxy behaves: MANNER, which is `good`, one of LIES, `error-` and the name of an error,
or `moody`, which does what the file `mood` says. Health is good unless the manner begins with `sick-`. Each
request that was let in is a line of the file `requests`.
"""

import base64
import datetime
import hashlib
import http.server
import json
import os
import re
import socket
import ssl
import sys
import threading
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ACCESS_KEYS = {"AKIAXKSPROXYTESTKEY2": "x" * 43, "AKIAXKSPROXYTESTKEY3": "y" * 43}
STATUS = {
    "AuthenticationFailedException": 401, "AccessDeniedException": 403, "KeyNotFoundException": 404,
    "InvalidUriPathException": 404, "ThrottlingException": 429,
    "UnsupportedOperationException": 501, "DependencyTimeoutException": 503,
    "InternalException": 500,
}
KEYS = {
    "key-1": {}, "key-2": {}, "key_3.a": {"keyUsage": ["ENCRYPT", "DECRYPT", "WRAP"]},
    "disabled": {"keyStatus": "DISABLED"}, "signing": {"keyUsage": ["SIGN", "VERIFY"]},
    "only-encrypts": {"keyUsage": ["ENCRYPT"]}, "short": {"keySpec": "AES_128"},
    "asleep": {"keyStatus": "SLEEPING"}, "busy": {"keyUsage": ["ENCRYPT"] * 11},
}
LOCK = threading.Lock()


def encode(data):
    return base64.b64encode(data).decode()


class Refusal(Exception):
    """An error of the protocol, by its name."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Nagle's algorithm would add 40 ms to answers of two writes.
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            self.answer(200, self.act(body))
        except Refusal as refusal:
            name = str(refusal)
            self.answer(STATUS.get(name, 400), {"errorName": name, "errorMessage": "of a test"})

    def act(self, body):
        match = re.fullmatch(
            r"(?:/([a-zA-Z0-9_-]+))?/kms/xks/v1/(health|keys/([a-zA-Z0-9._-]+)/(metadata|encrypt|decrypt))",
            self.path)
        if not match:
            raise Refusal("InvalidUriPathException")
        manner, _, key, operation = match.groups()
        self.authenticate(body)
        request = json.loads(body)
        with LOCK, open("requests", "a") as file:
            file.write(json.dumps({"path": self.path, "body": request}) + "\n")
        self.manner = manner or "good"
        if self.manner == "moody":
            self.manner = open("mood").read().strip() if os.path.exists("mood") else "good"
            if self.manner != "good":
                self.manner = "sick-" + self.manner
        if key is None:
            return self.health(request)
        if self.manner.startswith("sick-"):
            self.manner = self.manner[5:]
        if operation == "metadata" and not self.manner.startswith("error-"):
            self.manner = "good"
        self.misbehave()
        if key not in KEYS:
            raise Refusal("KeyNotFoundException")
        if operation == "metadata":
            return {"keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT"], "keyStatus": "ENABLED",
                    **KEYS[key]}
        return getattr(self, operation)(hashlib.sha256(key.encode()).digest(), request)

    def authenticate(self, body):
        match = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([A-Z2-7]{20,30})/(\d{8})/([a-z0-9-]+)/kms-xks-proxy/"
            r"aws4_request, SignedHeaders=host;x-amz-date, Signature=([0-9a-f]{64})",
            self.headers.get("authorization", ""))
        if not match or self.headers["content-type"] != "application/json":
            raise Refusal("AuthenticationFailedException")
        access_key, day, region, signature = match.groups()
        date = self.headers["x-amz-date"]
        moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(
            tzinfo=datetime.timezone.utc)
        age = abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds())
        if access_key not in ACCESS_KEYS or not date.startswith(day) or age > 300:
            raise Refusal("AuthenticationFailedException")
        signer = SigV4Auth(Credentials(access_key, ACCESS_KEYS[access_key]), "kms-xks-proxy", region)
        signed = AWSRequest(
            "POST", f"https://{self.headers['host']}{self.path}", data=body,
            headers={"host": self.headers["host"], "X-Amz-Date": date})
        signed.context["timestamp"] = date
        text = signer.string_to_sign(signed, signer.canonical_request(signed))
        if signer.signature(text, signed) != signature:
            raise Refusal("AuthenticationFailedException")

    def health(self, request):
        states = ["ACTIVE"]
        if self.manner.startswith("sick-"):
            self.manner = self.manner[5:]
            states = {"unavailable": ["UNAVAILABLE"] * 2, "degraded": ["UNAVAILABLE", "DEGRADED"],
                      "none": [], "many": ["ACTIVE"] * 11, "strange": ["WELL"]}.get(self.manner, states)
            self.misbehave()
        return {"xksProxyFleetSize": 0 if self.manner == "empty" else 1, "xksProxyVendor": "test",
                "xksProxyModel": "1", "ekmVendor": "test",
                "ekmFleetDetails": [
                    {"id": str(i), "model": "m", "healthStatus": s} for i, s in enumerate(states)]}

    def misbehave(self):
        if self.manner.startswith("error-"):
            raise Refusal(self.manner[6:])
        if self.manner == "slow":
            time.sleep(2)
        if self.manner == "dying":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"cipher")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        raw = {"html": b"<html></html>", "list": b"[]", "empty-object": b"{}", "cut": b'{"ciphertext":',
               "huge": b" " * (2 << 20)}.get(self.manner)
        if raw is not None:
            self.send(200, raw)
            raise ConnectionAbortedError
        if self.manner == "redirect":
            self.send(307, b"", {"Location": "https://" + self.headers["host"] + "/good/kms/xks/v1/health"})
            raise ConnectionAbortedError

    def encrypt(self, key, request):
        assert request["encryptionAlgorithm"] == "AES_GCM"
        assert request["ciphertextDataIntegrityValueAlgorithm"] == "SHA_256"
        plaintext = base64.b64decode(request["plaintext"])
        assert 1 <= len(plaintext) <= 4300
        data = base64.b64decode(request.get("additionalAuthenticatedData", ""))
        vector = os.urandom(16 if self.manner == "long-vector" else 12)
        metadata = b"" if self.manner == "no-metadata" else b"version=1"
        sealed = AESGCM(key).encrypt(vector, plaintext, self.bound(data, metadata))
        ciphertext, tag = sealed[:-16], sealed[-16:]
        if self.manner == "odd-vector":
            vector += b"\0"
        if self.manner == "long-metadata":
            metadata += b"\0" * 12
        if self.manner == "short-tag":
            tag = tag[:15]
        if self.manner == "short-ciphertext":
            ciphertext = ciphertext[:-1]
        integrity = hashlib.sha256(data + metadata + vector + ciphertext + tag).digest()
        if self.manner == "damaged":
            ciphertext = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
        answer = {"ciphertext": encode(ciphertext), "initializationVector": encode(vector),
                  "authenticationTag": encode(tag), "ciphertextDataIntegrityValue": encode(integrity)}
        if metadata:
            answer["ciphertextMetadata"] = encode(metadata)
        if self.manner == "no-integrity":
            del answer["ciphertextDataIntegrityValue"]
        if self.manner == "no-base64":
            answer["authenticationTag"] = "@" * 24
        return answer

    def decrypt(self, key, request):
        def part(name):
            return base64.b64decode(request.get(name, ""))
        try:
            plaintext = AESGCM(key).decrypt(
                part("initializationVector"), part("ciphertext") + part("authenticationTag"),
                self.bound(part("additionalAuthenticatedData"), part("ciphertextMetadata")))
        except InvalidTag:
            raise Refusal("InvalidCiphertextException")
        if self.manner == "other-plaintext":
            plaintext = bytes(len(plaintext))
        if self.manner == "short-plaintext":
            plaintext = plaintext[:-1]
        return {"plaintext": encode(plaintext)}

    @staticmethod
    def bound(data, metadata):
        return len(data).to_bytes(2, "big") + data + bytes([len(metadata)]) + metadata

    def answer(self, status, value):
        self.send(status, json.dumps(value).encode())

    def send(self, status, body, headers={}):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)),
                            **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, context):
        super().__init__(("127.0.0.1", port), Handler)
        self.context = context

    def finish_request(self, connection, address):
        # In the thread of the connection: a client that says nothing keeps nobody else waiting.
        connection.settimeout(60)
        with self.context.wrap_socket(connection, server_side=True) as secure:
            super().finish_request(secure, address)

    def handle_error(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
Server(int(sys.argv[1]), context).serve_forever()
