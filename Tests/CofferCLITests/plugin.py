"""A plug-in for the tests: Formats/agent-protocol.md read by somebody else, in Python.

It serves keys that pass for Transit's, `plugin:NAME/KEY` being MOUNT `plug`, KEY. Started as
`plugin.py serve 3`. It checks what coffer sends as strictly as the specification allows, and ends where
that is broken. Keys whose name says so misbehave: die, hang, slow, lie-type, lie-id, lie-form, lie-answer,
denied, pin-….
"""

import hashlib
import hmac
import os
import signal
import socket
import struct
import sys
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
import base64

SETTINGS = {"endpoint", "region", "credential-profile", "namespace", "ca-file", "module", "allow-sha1"}
PATHS = {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "VAULT_CACERT", "BAO_CACERT",
         "VAULT_CLIENT_CERT", "BAO_CLIENT_CERT", "VAULT_CLIENT_KEY", "BAO_CLIENT_KEY",
         "VAULT_SECRET_ID_FILE", "VAULT_K8S_TOKEN_PATH"}


class Broken(Exception):
    pass


class Fields:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise Broken("a field is longer than its frame")
        self.at += count
        return self.data[self.at - count : self.at]

    def u16(self):
        return struct.unpack(">H", self.take(2))[0]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def bytes(self):
        return self.take(self.u32())

    def text(self):
        return self.bytes().decode("utf-8")

    def texts(self):
        result = {}
        for _ in range(self.u16()):
            key, value = self.text(), self.text()
            if key in result:
                raise Broken("a key twice")
            result[key] = value
        return result

    def binding(self):
        binder, context = self.bytes(), self.bytes()
        if len(binder) != 32:
            raise Broken("a binder of %d bytes" % len(binder))
        return binder, context

    def reference(self):
        uri, settings, variables, milliseconds = self.text(), self.texts(), self.texts(), self.u32()
        if not set(settings) <= SETTINGS:
            raise Broken("an unknown setting")
        for name in variables:
            if "TOKEN" in name and not name.endswith("_PATH") or "SECRET_ACCESS" in name:
                raise Broken("a secret among the variables")
            if name in PATHS and not variables[name].startswith(("/", "~/")):
                raise Broken("a path that is none elsewhere")
        if uri.endswith("/all-paths") and not PATHS <= set(variables):
            raise Broken("a path is missing")
        if milliseconds == 0:
            raise Broken("no time")
        return uri

    def end(self):
        if self.at != len(self.data):
            raise Broken("fields that do not fill their length")


def data(value):
    return struct.pack(">I", len(value)) + value


def text(value):
    return data(value.encode())


class Failure(Exception):
    def __init__(self, code, first="", second=None):
        self.fields = (
            bytes([code]) + text(first) + bytes([second is not None]) + text(second or "")
        )


class Plugin:
    def __init__(self, connection):
        self.connection = connection
        self.handles = {}
        self.next = 1
        self.pin = None

    def read(self, count):
        result = b""
        while len(result) < count:
            part = self.connection.recv(count - len(result))
            if not part:
                if result:
                    raise Broken("the stream ends within a frame")
                sys.exit(0)
            result += part
        return result

    def frame(self):
        number, kind, length, secret = struct.unpack(">IBIH", self.read(11))
        if length > 131072 or secret > 4097:
            raise Broken("a length over its limit")
        fields = self.read(length) if length else b""
        secret = None if secret == 0 else self.read(secret - 1) if secret > 1 else b""
        return number, kind, Fields(fields), secret

    def send(self, number, kind, fields=b"", secret=None):
        head = struct.pack(
            ">IBIH", number, kind, len(fields), 0 if secret is None else len(secret) + 1
        )
        self.connection.sendall(head + fields + (secret or b""))

    def run(self):
        number, kind, fields, secret = self.frame()
        if kind != 1 or fields.bytes() != b"COFA" or secret is not None:
            raise Broken("the first request is no hello")
        version = fields.u16()
        fields.end()
        if version != 1:
            self.send(number, 0x8F, Failure(9, "version").fields)
            return
        self.send(number, 0x81, struct.pack(">H", 1))
        while True:
            number, kind, fields, secret = self.frame()
            try:
                answer = self.answer(kind, fields, secret)
            except Failure as failure:
                answer = 0x8F, failure.fields
            self.send(number, *answer)

    def answer(self, kind, fields, secret):
        if kind == 2:
            uri = fields.reference()
            fields.end()
            return self.open(uri, secret)
        if kind in (3, 4):
            key, (binder, _) = self.key(fields), fields.binding()
            fields.end()
            if (kind == 4) != (secret is not None) or kind == 4 and len(secret) != 32:
                raise Broken("a secret that is missing or too much")
            made = secret or os.urandom(32)
            sealed = self.wrap(key, made, binder)
            return (0x85, data(sealed)) if kind == 4 else (0x85, data(sealed), made)
        if kind == 5:
            key, key_id, body = self.key(fields), fields.bytes(), fields.bytes()
            binder, _ = fields.binding()
            fields.end()
            if key_id != b"plug/" + key.encode():
                raise Failure(1)
            return 0x86, b"", self.unwrap(key, body, binder)
        if kind == 14:
            self.handles.pop(fields.u32(), None)
            fields.end()
            return 0x86, b""
        if kind in (0x11, 0x12):
            fields.end()
            self.handles = {}
            return 0x86, b""
        raise Failure(9, "request %d" % kind)

    def open(self, uri, secret):
        head, slash, key = uri.partition("/")
        if not slash or not head.startswith("plugin:") or not key:
            raise Failure(5, "not plugin:NAME/KEY")
        if key == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if key == "hang":
            time.sleep(3600)
        if key == "denied":
            raise Failure(3, "policy: no")
        if key == "unknown":
            raise Failure(2)
        if key == "engine":
            raise Failure(10, "a contradiction")
        if key.startswith("pin-") or key == "crash-pin":
            if secret is None and self.pin is None:
                raise Failure(6, "test plug-in")
            if secret is not None and secret != b"1234":
                raise Failure(7, "test plug-in")
            self.pin = True
        elif secret is not None:
            raise Broken("a PIN that nobody asked for")
        handle, self.next = self.next, self.next + 1
        self.handles[handle] = key
        kind, key_id = "vault-transit", "plug/" + key
        if key == "lie-type":
            kind, key_id = "keyfile", "a"
        if key == "lie-type-unknown":
            kind = "plugin-evil"
        if key == "lie-id":
            key_id = ""
        if key == "lie-answer":
            return 0x83, struct.pack(">I", handle) + text("a token") + data(b"x")
        makes = b"\1" if key.startswith("generating") else b"\0"
        fields = struct.pack(">I", handle) + text(kind) + text(key_id) + text("key " + key)
        return 0x82, fields + makes

    def key(self, fields):
        handle = fields.u32()
        if handle not in self.handles:
            raise Failure(4, "an old handle")
        return self.handles[handle]

    @staticmethod
    def secret_of(key):
        return hmac.digest(b"a constant of the tests", key.encode(), hashlib.sha256)

    def wrap(self, key, secret, binder):
        if key.startswith("crash-"):
            # Once: the process that comes after it finds the mark.
            mark = os.path.join(os.environ["HOME"], "crashed")
            if key == "crash-always" or not os.path.exists(mark):
                open(mark, "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
        if key == "lie-form":
            return b"no form of Transit"
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(self.secret_of(key)).encrypt(nonce, secret, binder)
        return b"vault:v1:" + base64.b64encode(sealed)

    def unwrap(self, key, body, binder):
        if not body.startswith(b"vault:v1:"):
            raise Failure(1)
        if key == "half":
            raise Failure(10, "a contradiction")
        sealed = base64.b64decode(body[9:])
        if key == "lie-secret":
            return b"\0" * 32
        try:
            return AESGCM(self.secret_of(key)).decrypt(sealed[:12], sealed[12:], binder)
        except InvalidTag:
            raise Failure(1)


if __name__ == "__main__":
    if sys.argv[1:] != ["serve", "3"]:
        sys.exit(64)
    Plugin(socket.socket(fileno=3)).run()
