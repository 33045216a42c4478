"""A cofferd for a benchmark, with a keystore of its own."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Optional
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import services
from load import Request
from measure import Failed


def exported(text: str) -> dict[str, str]:
    """Of `export NAME=VALUE …`."""
    return dict(word.split("=", 1) for word in text.split() if "=" in word)


class Cofferd:
    """Its keystore ends with the benchmark's folder."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.keystore = folder / "keystore"
        self.environment = os.environ | {"COFFER_HOME": str(self.keystore)}
        given = exported(self.said("init"))
        self.root = Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
        self.region = given["AWS_REGION"]
        self.log = folder / "cofferd.log"
        self.port = services.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: Optional[subprocess.Popen] = None

    def said(self, *arguments: str) -> str:
        return subprocess.run([self.program, *arguments], env=self.environment, capture_output=True,
                              text=True, check=True).stdout

    def user(self, name: str) -> Credentials:
        """A new user who may nothing, with an access key."""
        self.said("user", "create", name)
        given = exported(self.said("user", "create-key", name))
        return Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])

    def start(self) -> float:
        """Returns how many seconds it took until a request was answered."""
        begin = time.perf_counter()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--listen", f"127.0.0.1:{self.port}"], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=services.die_with_parent)
        while True:
            try:
                services.urllib.request.urlopen(self.url + "/readyz", timeout=5).read()
                return time.perf_counter() - begin
            except services.urllib.error.URLError as error:
                if self.process.poll() is not None:
                    raise Failed(f"cofferd: {self.log.read_text()}") from error
                time.sleep(0.002)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def resident(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failed("cofferd has no memory")

    def signed(self, operation: str, body: dict, by: Optional[Credentials] = None) -> Request:
        content = json.dumps(body).encode()
        request = AWSRequest(method="POST", url=self.url + "/", data=content, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation})
        # Of different seconds, so that they are different requests, as a fleet's are.
        now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
            seconds=int.from_bytes(os.urandom(1), "big") % 60)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: now):
            botocore.auth.SigV4Auth(by or self.root, "kms", self.region).add_auth(request)
        return dict(request.headers.items()), content

    def call(self, operation: str, body: dict, by: Optional[Credentials] = None) -> dict:
        headers, content = self.signed(operation, body, by)
        request = services.urllib.request.Request(self.url + "/", content, headers)
        return json.loads(services.urllib.request.urlopen(request, timeout=60).read())
