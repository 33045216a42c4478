"""What every row of the benchmark works with: the contenders, the data, and runs in turns."""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
from pathlib import Path
from typing import Callable, Optional

import bench_data
from bench_report import Report, Series
from measure import Command, Pipeline, Sample, run

BATCH = 25


class Bench:
    def __init__(self, args: argparse.Namespace, work: Path) -> None:
        self.coffer, self.pairs, self.work = args.coffer, args.pairs, work
        self.report = Report(args.coffer, {"pairs": args.pairs, "size_mib": args.size})
        self.folder = Path(os.environ["COFFER_BENCH_DIR"])
        self.folder.mkdir(parents=True, exist_ok=True)
        self.size = args.size << 20
        self.label = f"{args.size} MiB" if args.size != 1024 else "1 GiB"
        self.environment = {
            "COFFER_HOME": str(work / "keystore"), "XDG_CONFIG_HOME": str(work / "config"),
            "GNUPGHOME": str(work / "gnupg")}
        self.make_keys()

    def make_keys(self) -> None:
        key = self.work / "key"
        key.write_text(os.urandom(32).hex() + "\n")
        key.chmod(0o600)
        self.key = f"keyfile:{key}"
        self.identity = str(self.work / "age-key")
        done = subprocess.run(["age-keygen", "-o", self.identity], capture_output=True, text=True,
                              check=True)
        self.recipient = re.findall(r"age1\w+", done.stderr)[0]
        (self.work / "gnupg").mkdir(mode=0o700)
        (self.work / "passphrase").write_text("a passphrase for the benchmark\n")

    # --- The contenders -------------------------------------------------------------------------

    def seal(self, *options: str) -> Command:
        return [self.coffer, "encrypt", "-q", "-T2", "-k", self.key, *options]

    def open(self, *options: str) -> Command:
        return [self.coffer, "decrypt", "-q", "-T2", "-k", self.key, *options]

    def age(self, *options: str) -> Command:
        return ["age", "-r", self.recipient, *options]

    def age_open(self, *options: str) -> Command:
        return ["age", "-d", "-i", self.identity, *options]

    def openssl(self, path: str, decrypt: bool = False) -> Command:
        return ["openssl", "enc", *(["-d"] if decrypt else []), "-aes-256-ctr", "-K", "11" * 32,
                "-iv", "22" * 16, "-in", path]

    def gpg(self, *options: str) -> Command:
        return ["gpg", "--batch", "--quiet", "--no-tty", "--yes", "--pinentry-mode", "loopback",
                "--passphrase-file", str(self.work / "passphrase"), "-o", "-", *options]

    def gpg_seal(self, path: str) -> Command:
        return self.gpg("--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none", path)

    def stop_gpg(self) -> None:
        """gpg leaves an agent behind that belongs to our own GNUPGHOME."""
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=os.environ | self.environment,
                       check=False, capture_output=True)

    # --- Measuring ------------------------------------------------------------------------------

    def pipeline(self, *stages: Command, stdin: str = "/dev/null",
                 stdout: str = "/dev/null", **environment: str) -> Pipeline:
        return Pipeline(list(stages), stdin, stdout, self.environment | environment)

    def interleave(self, contenders: dict[str, Pipeline],
                   before: Optional[Callable] = None) -> dict[str, Series]:
        """Every contender once in each round: A B A B. A round before them that is not timed warms
        up and tells the peak memory, whose watching would cost time."""
        series = {name: Series(name) for name in contenders}
        for name, pipeline in contenders.items():
            if before:
                before()
            series[name].peak = max(run(pipeline, watch_memory=True).peaks)
        for _ in range(self.pairs):
            for name, pipeline in contenders.items():
                if before:
                    before()
                series[name].samples.append(run(pipeline))
        return series

    def batches(self, rounds: int, contenders: dict[str, Pipeline]) -> dict[str, Series]:
        """A sample is the median of many runs: single ones of a few milliseconds say little."""
        series = {name: Series(name) for name in contenders}
        for _ in range(rounds):
            for name, pipeline in contenders.items():
                runs = [run(pipeline) for _ in range(BATCH)]
                series[name].samples.append(Sample(
                    statistics.median(one.wall for one in runs),
                    statistics.median(one.cpu for one in runs), []))
        return series

    def incompressible(self) -> str:
        path = bench_data.incompressible(self.folder, self.size)
        bench_data.read_into_cache(path)
        return str(path)

    def tar(self) -> str:
        path = bench_data.real_tar(self.folder, self.size)
        bench_data.read_into_cache(path)
        return str(path)

    def made(self, name: str, *stages: Command) -> str:
        """The output of a pipeline, kept for this run."""
        path = str(self.work / name)
        run(self.pipeline(*stages, stdout=path))
        return path

    def spared(self, name: str) -> None:
        (self.work / name).unlink(missing_ok=True)
