"""What the key service carries, beside OpenBao and moto: wrk sends requests that were signed before."""

from __future__ import annotations

import base64
import datetime
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import services
from bench_report import Goal, Series
from measure import Failed, Sample

if TYPE_CHECKING:
    from bench import Bench

SECONDS = 5
CONNECTIONS = 16
SIGNED = 200
STARTS = 10
#: Each connection waits so long before a request: about 3,000 a second.
PAUSED_CONNECTIONS, PAUSE_MS = 32, 10

Request = tuple[dict[str, str], bytes]

LUA = """
local requests = {}
%s
local at = 0
function request()
    at = at %% #requests + 1
    return requests[at]
end
%s
function done(summary, latency)
    io.stderr:write(string.format('{"requests": %%d, "microseconds": %%d, "errors": %%d, "p99": %%d}',
        summary.requests, summary.duration,
        summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
            + summary.errors.connect, latency:percentile(99)))
end
"""


class Cofferd:
    """With a keystore of its own, which ends with the benchmark's folder."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.environment = os.environ | {"COFFER_HOME": str(folder / "keystore")}
        said = subprocess.run([program, "init"], env=self.environment, capture_output=True, text=True,
                              check=True)
        given = dict(line.removeprefix("export ").split("=", 1) for line in said.stdout.splitlines())
        self.credentials = Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
        self.region = given["AWS_DEFAULT_REGION"]
        self.log = folder / "cofferd.log"
        self.port = services.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

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
        self.process.terminate()
        self.process.wait()

    def resident(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failed("cofferd has no memory")

    def signed(self, operation: str, body: dict) -> Request:
        content = json.dumps(body).encode()
        request = AWSRequest(method="POST", url=self.url + "/", data=content, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation})
        # Of different seconds, so that they are different requests, as a fleet's are.
        now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
            seconds=int.from_bytes(os.urandom(1)) % 60)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: now):
            botocore.auth.SigV4Auth(self.credentials, "kms", self.region).add_auth(request)
        return dict(request.headers.items()), content

    def call(self, operation: str, body: dict) -> dict:
        headers, content = self.signed(operation, body)
        request = services.urllib.request.Request(self.url + "/", content, headers)
        return json.loads(services.urllib.request.urlopen(request, timeout=60).read())


def load(url: str, path: str, requests: list[Request], folder: Path, paused: bool = False) -> dict:
    """Sends the requests in turn, over and over, and returns what wrk counted."""
    def quoted(text: bytes) -> str:
        return '"' + "".join(f"\\{byte:03d}" for byte in text) + '"'

    port = url.rsplit(":", 1)[1]
    lines = []
    for headers, body in requests:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in headers.items()
            if name.lower() not in ("host", "content-length"))
        raw = (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
        lines.append(f"requests[#requests + 1] = {quoted(raw)}")
    script = folder / "load.lua"
    script.write_text(LUA % (
        "\n".join(lines), f"function delay() return {PAUSE_MS} end" if paused else ""))
    done = subprocess.run(
        ["wrk", "-t1", f"-c{PAUSED_CONNECTIONS if paused else CONNECTIONS}", f"-d{SECONDS}s", "-s",
         str(script), url], capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stderr.strip():
        raise Failed(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    found = json.loads(done.stderr.strip().splitlines()[-1])
    if found["errors"] or not found["requests"]:
        raise Failed(f"requests were refused: {found}")
    return found


def rate(found: dict) -> float:
    return found["requests"] / found["microseconds"] * 1e6


def measure(bench: "Bench") -> None:
    program = str(Path(bench.coffer).with_name("cofferd"))
    if not shutil.which("wrk"):
        raise Failed("there is no wrk")
    folder = bench.work / "service"
    folder.mkdir()
    server = Cofferd(program, folder)
    with services.started(["moto", "openbao"], folder) as started:
        try:
            carried(bench, server, started, folder)
            idle(bench, server)
        finally:
            server.stop()


def carried(
        bench: "Bench", server: Cofferd, started: dict, folder: Path) -> None:
    key = {"KeyId": "alias/default"}
    context = {"EncryptionContext": {"tenant": "42"}}
    moto, bao = started["moto"], started["openbao"]
    token = ({"X-Vault-Token": "root", "Content-Type": "application/json"}, b"{}")
    unsigned = {"Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "TrentService.GenerateDataKey",
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-west-1/kms/"
                                 "aws4_request, SignedHeaders=host, Signature=0"}
    data_key = json.dumps({"KeyId": f"alias/{services.KEY}", "KeySpec": "AES_256"}).encode()
    names = ["GenerateDataKey + Decrypt", "the same at half the rate", "GenerateDataKey",
             "OpenBao, transit/datakey", "moto, GenerateDataKey"]
    found = {name: Series(name) for name in names}
    latencies: list[float] = []
    for _ in range(bench.pairs):
        # Signed again each round: they count for five minutes.
        made = [server.signed("GenerateDataKey", key | context | {"KeySpec": "AES_256"})
                for _ in range(SIGNED)]
        mixed = []
        for request in made:
            blob = server.call("GenerateDataKey", key | context | {"KeySpec": "AES_256"})
            base64.b64decode(blob["CiphertextBlob"], validate=True)
            mixed += [request, server.signed(
                "Decrypt", context | {"CiphertextBlob": blob["CiphertextBlob"]})]
        results = [
            load(server.url, "/", mixed, folder),
            load(server.url, "/", mixed, folder, paused=True),
            load(server.url, "/", made, folder),
            load(bao.url, f"/v1/transit/datakey/plaintext/{services.KEY}", [token], folder),
            load(moto.url, "/", [(unsigned, data_key)], folder),
        ]
        latencies.append(results[1]["p99"] / 1000)
        for series, result in zip(found.values(), results):
            series.samples.append(Sample(1 / rate(result), 0, []))
    for series in found.values():
        series.note = f"{1 / series.median():,.0f} /s"
    both, _, ours, theirs, _ = found.values()
    rates = [1 / wall for wall in both.values("wall")]
    pairs = [b / a for a, b in zip(ours.values("wall"), theirs.values("wall"))]
    bench.report.show(
        "requests of a key service, signed, verified and on record: time for each", list(found.values()),
        [Goal("GenerateDataKey + Decrypt", max(rates), 1 / both.median(), 6000, " /s"),
         Goal("p99 at half the rate", min(latencies), sorted(latencies)[len(latencies) // 2], 10, " ms",
              at_least=False),
         Goal("of OpenBao's rate", max(pairs), theirs.median() / ours.median(), 2.5, " ×")], "ms")


def idle(bench: "Bench", server: Cofferd) -> None:
    starts = Series("start, until a request is answered")
    for _ in range(STARTS):
        server.stop()
        starts.samples.append(Sample(server.start(), 0, []))
    starts.peak = server.resident()
    bench.report.show(
        "cofferd by itself", [starts],
        [Goal("start", starts.best() * 1000, starts.median() * 1000, 100, " ms", at_least=False),
         Goal("memory when idle", starts.peak / 2**20, starts.peak / 2**20, 80, " MiB",
              at_least=False)], "ms")
