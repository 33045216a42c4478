"""The benchmark: us beside the others in one run, every row of the speed table with its goal."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Optional

import bench_archive
import bench_data
import bench_keys
import bench_service
import bench_trees
from bench_report import Goal, Report, Series, engine_in_use, share_of, times_as_fast
from measure import Command, Failed, Pipeline, Sample, run

GROUPS = ("encrypt", "decrypt", "pipes", "files", "startup", "memory", "keys", "small", "archive",
          "service")
BATCH = 25
DATA_KEYS = 200_000
REWRAPS = 1_000
INVENTORY = 100_000
SMALL = 10_000
MANY_SMALL = 100_000
#: age takes one process a file, so it gets fewer.
SMALL_FOR_AGE = 1_000


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

    # --- The rows -------------------------------------------------------------------------------

    def encrypt(self) -> None:
        path = self.incompressible()
        found = self.interleave({
            "coffer --compress none": self.pipeline(self.seal("--compress", "none", "-o", "-", path)),
            "age": self.pipeline(self.age(path)),
            "coffer (auto)": self.pipeline(self.seal("-o", "-", path)),
            "openssl enc -aes-256-ctr": self.pipeline(self.openssl(path)),
            "gpg --symmetric, no compression": self.pipeline(self.gpg_seal(path)),
        })
        self.stop_gpg()
        age = found["age"]
        self.report.show(
            f"encrypt {self.label} incompressible, file to /dev/null", list(found.values()),
            [times_as_fast("encrypt incompressible, --compress none, against age",
                           found["coffer --compress none"], age, 4),
             times_as_fast("encrypt incompressible, auto, against age",
                           found["coffer (auto)"], age, 4)])
        self.encrypt_tar()

    def encrypt_tar(self) -> None:
        path = self.tar()
        found = self.interleave({
            "coffer (auto)": self.pipeline(self.seal("-o", "-", path)),
            "zstd -3 -T2 | age": self.pipeline(["zstd", "-q", "-3", "-T2", "-c", path], self.age()),
            "zstd -3 -T2": self.pipeline(["zstd", "-q", "-3", "-T2", "-c", path]),
        })
        ours, piped, alone = found.values()
        size = Path(path).stat().st_size
        sealed = self.made("tar.coffer", self.seal("-o", "-", path))
        stream = self.made("tar.zst", ["zstd", "-q", "-3", "--single-thread", "-c", path])
        sizes = [Path(name).stat().st_size for name in (sealed, stream)]
        ours.note, alone.note = (f"{count / size:.4f} of the input" for count in sizes)
        self.spared("tar.coffer")
        self.spared("tar.zst")
        growth = sizes[0] / sizes[1]
        self.report.show(
            f"encrypt {size / 2**30:.2f} GiB tar of real files, file to /dev/null",
            list(found.values()),
            [times_as_fast("encrypt tar, against zstd -3 -T2 alone", ours, alone, 1),
             times_as_fast("encrypt tar, against zstd -3 -T2 | age", ours, piped, 1.3),
             share_of("encrypt tar, CPU of zstd -3 -T2 | age", ours, piped, 0.8, "cpu"),
             Goal("encrypt tar, size beside one zstd -3 stream", growth, growth, 1.02, " ×",
                  at_least=False)])

    def decrypt(self) -> None:
        path = self.incompressible()
        sealed = self.made("random.coffer", self.seal("--compress", "none", "-o", "-", path))
        aged = self.made("random.age", self.age(path))
        ctr = self.made("random.ctr", self.openssl(path))
        gpg = self.made("random.gpg", self.gpg_seal(path))
        found = self.interleave({
            "coffer": self.pipeline(self.open("-o", "-", sealed)),
            "age -d": self.pipeline(self.age_open(aged)),
            "openssl enc -d -aes-256-ctr": self.pipeline(self.openssl(ctr, decrypt=True)),
            "gpg --decrypt": self.pipeline(self.gpg("--decrypt", gpg)),
        })
        self.stop_gpg()
        for name in ("random.coffer", "random.age", "random.ctr", "random.gpg"):
            self.spared(name)
        self.report.show(
            f"decrypt {self.label} incompressible, file to /dev/null", list(found.values()),
            [times_as_fast("decrypt incompressible, against age", found["coffer"],
                           found["age -d"], 7)])
        self.decrypt_tar()

    def decrypt_tar(self) -> None:
        path = self.tar()
        sealed = self.made("tar.coffer", self.seal("-o", "-", path))
        aged = self.made("tar.age", ["zstd", "-q", "-3", "-T2", "-c", path], self.age())
        found = self.interleave({
            "coffer": self.pipeline(self.open("-o", "-", sealed)),
            "age -d | zstd -d": self.pipeline(self.age_open(aged), ["zstd", "-q", "-d", "-c"]),
        })
        self.spared("tar.coffer")
        self.spared("tar.age")
        self.report.show(
            "decrypt the tar, file to /dev/null", list(found.values()),
            [times_as_fast("decrypt tar, against age -d | zstd -d", *found.values(), 2.3)])

    def pipes(self) -> None:
        path = self.incompressible()
        found = self.interleave({
            "cat | coffer (auto) | cat": self.pipeline(["cat", path], self.seal(), ["cat"]),
            "cat | age | cat": self.pipeline(["cat", path], self.age(), ["cat"]),
            "cat | coffer --compress none | cat": self.pipeline(
                ["cat", path], self.seal("--compress", "none"), ["cat"]),
        })
        self.report.show(
            f"pipe to pipe, {self.label} incompressible", list(found.values()),
            [times_as_fast("pipe to pipe, against age", *list(found.values())[:2], 3)])
        sealed = self.made("random.coffer", self.seal("--compress", "none", "-o", "-", path))
        aged = self.made("random.age", self.age(path))
        found = self.interleave({
            "cat | coffer decrypt | cat": self.pipeline(["cat", sealed], self.open(), ["cat"]),
            "cat | age -d | cat": self.pipeline(["cat", aged], self.age_open(), ["cat"]),
        })
        self.spared("random.coffer")
        self.spared("random.age")
        self.report.show("the same, decrypting (no goal)", list(found.values()), [])

    def files(self) -> None:
        path, new = self.incompressible(), str(self.folder / "new")

        def clean() -> None:
            Path(new).unlink(missing_ok=True)
            os.sync()

        copy = ["sh", "-c", 'cp "$0" "$1" && sync "$1" "${1%/*}"', path, new]
        age = ["sh", "-c", 'age -r "$2" -o "$1" "$0" && sync "$1" "${1%/*}"', path, new,
               self.recipient]
        found = self.interleave({
            "coffer (auto)": self.pipeline(self.seal("-o", new, path)),
            "cp && sync": self.pipeline(copy),
            "coffer --compress none": self.pipeline(self.seal("--compress", "none", "-o", new, path)),
            "age && sync": self.pipeline(age),
        }, before=clean)
        clean()
        self.report.show(
            f"new file to new file, {self.label} incompressible, file and directory fsynced",
            list(found.values()),
            [share_of("new file, auto, against cp", found["coffer (auto)"], found["cp && sync"],
                      1.1)])

    def startup(self) -> None:
        rounds = max(self.pairs, 5)
        found = self.batches(rounds, {
            "coffer version": self.pipeline([self.coffer, "version"]),
            "age --version": self.pipeline(["age", "--version"]),
        })
        self.report.show(
            f"start-up, medians of {BATCH} runs", list(found.values()),
            [share_of("start-up, against age", *found.values(), 1)], "ms")
        small = self.work / "1k"
        small.write_bytes(os.urandom(1024))
        embedded = [self.coffer, "encrypt", "-q", "-k", "alias/default"]
        run(self.pipeline([*embedded, "-o", "-", str(small)]))
        found = self.batches(rounds, {
            "coffer, embedded key service": self.pipeline([*embedded, "-o", "-", str(small)]),
            "coffer, key file": self.pipeline(self.seal("-o", "-", str(small))),
            "age": self.pipeline(self.age(str(small))),
            "coffer, embedded, to a new file": self.pipeline(
                [*embedded, "-f", "-o", str(self.work / "1k.coffer"), str(small)]),
        })
        ours = found["coffer, embedded key service"]
        self.report.show(
            f"encrypt 1 KiB, medians of {BATCH} runs", list(found.values()),
            [Goal("encrypt 1 KiB with the embedded key service", ours.best() * 1000,
                  ours.median() * 1000, 10, " ms", at_least=False)], "ms")

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

    def memory(self) -> None:
        plain, tar = self.incompressible(), self.tar()
        sealed = self.made("random.coffer", self.seal("-o", "-", plain))
        packed = self.made("tar.coffer", self.seal("-o", "-", tar))
        new = str(self.work / "new")
        for engine, limit in (("openssl", 64), ("swift-crypto", 96)):
            chosen = {"COFFER_AES_ENGINE": engine}
            if engine_in_use(self.coffer, chosen) != engine:
                raise Failed(f"COFFER_AES_ENGINE={engine} is not what coffer then uses")
            series = []
            for name, command, stdin in (
                    ("encrypt incompressible", self.seal("-f", "-o", new, plain), None),
                    ("encrypt incompressible, pipe", self.seal(), plain),
                    ("encrypt incompressible, --compress none",
                     self.seal("--compress", "none", "-o", "-", plain), None),
                    ("encrypt tar", self.seal("-f", "-o", new, tar), None),
                    ("encrypt tar, pipe", self.seal(), tar),
                    ("decrypt incompressible", self.open("-f", "-o", new, sealed), None),
                    ("decrypt tar", self.open("-f", "-o", new, packed), None),
                    ("decrypt tar, pipe", self.open(), packed)):
                stages = [["cat", stdin], command, ["cat"]] if stdin else [command]
                sample = run(self.pipeline(*stages, **chosen), watch_memory=True)
                series.append(Series(name, [sample], peak=sample.peaks[1 if stdin else 0]))
            peak = max(one.peak for one in series) / 2**20
            self.report.show(
                f"peak memory (VmHWM) at -T2 with {engine}", series,
                [Goal(f"peak memory with {engine}", peak, peak, limit, " MiB", at_least=False)])
        for name in ("random.coffer", "tar.coffer", "new"):
            self.spared(name)

    def keys(self) -> None:
        """GenerateDataKey in one process on one core: what more calls cost, not the start."""
        def pinned(count: int) -> Pipeline:
            return self.pipeline(
                ["taskset", "-c", str(min(os.sched_getaffinity(0))), self.coffer, "bench-keys",
                 "--count", str(count)])
        run(pinned(1))
        found = self.interleave({f"{DATA_KEYS} data keys": pinned(DATA_KEYS),
                                 "1 data key": pinned(1)})
        many, one = found.values()
        rates = [(DATA_KEYS - 1) / (a - b)
                 for a, b in zip(many.values("wall"), one.values("wall"))]
        self.report.show(
            "embedded GenerateDataKey, audit on, one core", list(found.values()),
            [Goal("embedded GenerateDataKey", max(rates), statistics.median(rates), 50_000, " /s")])
        bench_keys.measure(self)
        self.trees()

    def trees(self) -> None:
        """Keys changed over a tree, and the inventory of one.

        Neither reads more of a container than header and parameters, so the first 4,168 bytes of a
        real one and a hole behind them stand for the whole: bench_trees.py.
        """
        head = self.container_head()
        tree = bench_trees.sparse(self.work / "rewrap", head, REWRAPS, 1 << 30)
        run(self.pipeline([self.coffer, "key", "create", "-q", "alias/tree"]))
        rewrap = [self.coffer, "rewrap", "-R", "-q", str(tree)]
        # In turns, so that each finds what the other left.
        found = self.interleave({
            "add a key of the keystore": self.pipeline([*rewrap, "--add-key", "alias/tree"]),
            "remove it again": self.pipeline([*rewrap, "--remove-key", "alias/tree"]),
        })
        run(self.pipeline([*rewrap, "--add-key", "alias/tree", "--json"],
                          stdout=str(self.work / "report")))
        methods = bench_trees.methods(self.work / "report")
        adding = found["add a key of the keystore"]
        adding.note = ", ".join(f"{count} {name}" for name, count in methods.items())
        if methods != {"in_place": REWRAPS}:
            print("    not all in place: this file system makes clones, or something failed")
        self.report.show(
            f"rewrap -R over {REWRAPS:,} sparse containers of 1 GiB, each fsynced four times",
            list(found.values()),
            [Goal(f"{REWRAPS:,} rewraps with the embedded key service", adding.best(),
                  adding.median(), 5, " s", at_least=False)])
        shutil.rmtree(tree)
        tree = bench_trees.sparse(self.work / "inventory", head, INVENTORY, 1 << 20)
        found = self.interleave({
            "coffer inspect -R": self.pipeline([self.coffer, "inspect", "-R", str(tree)])})
        shutil.rmtree(tree)
        ours, = found.values()
        self.report.show(
            f"inspect -R over {INVENTORY:,} containers, names and headers in the cache",
            [ours],
            [Goal(f"inventory of {INVENTORY:,} containers", ours.best(), ours.median(), 10, " s",
                  at_least=False)])

    def small(self) -> None:
        """Many small files, each a container of its own, all on the disk at the end.

        Every run has a new folder for its output, and none is removed before all have run: ext4 is
        slow to reuse what was deleted in the last seconds.
        """
        tree = bench_trees.small(self.work / "small", Path(self.tar()), SMALL, 4096)
        few = bench_trees.small(self.work / "few", Path(self.tar()), SMALL_FOR_AGE, 4096)
        outputs = self.work / "outputs"
        outputs.mkdir()
        anew = 'out="$(mktemp -d "$0/XXXXXX")" && '
        ours = anew + 'exec "$@" --output-dir "$out"'
        many = ["sh", "-c", ours, str(outputs), self.coffer]
        run(self.pipeline([self.coffer, "key", "create", "-q", "alias/small"]))
        encrypt = ["encrypt", "-q", "-R", "-k", "alias/small"]
        calls = self.key_calls()
        sealed = self.work / "sealed"
        run(self.pipeline([self.coffer, *encrypt, str(tree), "--output-dir", str(sealed)]))
        calls = self.key_calls() - calls
        age = anew + ('find "$1" -type f -print0 | xargs -0 -n 1 -P "$(nproc)" '
                      'sh -c \'age -r "$1" -o "$0/$(basename "$2")" "$2"\' "$out" "$2" '
                      '&& sync -f "$out"')
        found = self.interleave({
            f"coffer encrypt -R, {SMALL:,} files": self.pipeline([*many, *encrypt, str(tree)]),
            f"age for each, {SMALL_FOR_AGE:,} files":
                self.pipeline(["sh", "-c", age, str(outputs), str(few), self.recipient]),
            f"coffer decrypt -R, {SMALL:,} files":
                self.pipeline([*many, "decrypt", "-q", "-R", str(sealed)]),
        })
        encrypting, _, decrypting = found.values()
        large = bench_trees.small(self.work / "large", Path(self.tar()), MANY_SMALL, 4096)
        factor = MANY_SMALL // SMALL
        lots = Series(f"coffer encrypt -R, {MANY_SMALL:,} files")
        lots.samples.append(run(self.pipeline([*many, *encrypt, str(large)])))
        growth = lots.best() / factor
        self.report.show(
            "many files of 4 KiB, a container each, durable", [*found.values(), lots],
            [Goal(f"encrypt {SMALL:,} files of 4 KiB", encrypting.best(), encrypting.median(), 2,
                  " s", at_least=False),
             Goal("its calls of the key service", calls, calls, 1, "", at_least=False),
             Goal("decrypt them", decrypting.best(), decrypting.median(), 2, " s",
                  at_least=False),
             Goal(f"encrypt {MANY_SMALL:,} files, a {factor}th of the time, against that",
                  growth / encrypting.best(), growth / encrypting.median(), 1.25, " ×",
                  at_least=False)])
        for folder in (tree, few, outputs, sealed, large):
            shutil.rmtree(folder)

    def key_calls(self) -> int:
        log = self.work / "keystore" / "audit" / "log.jsonl"
        with open(log, "rb") as lines:
            return sum(1 for line in lines if b"GenerateDataKey" in line or b"Encrypt" in line)

    def archive(self) -> None:
        bench_archive.archive(self)

    def service(self) -> None:
        bench_service.measure(self)

    def container_head(self) -> bytes:
        """Of a container of several chunks, as any that large has it."""
        plain = self.work / "plain"
        plain.write_bytes(os.urandom(3 << 20))
        sealed = Path(self.made(
            "plain.coffer", [self.coffer, "encrypt", "-q", "-k", "alias/default", "-o", "-",
                             "--compress", "none", str(plain)]))
        head = sealed.read_bytes()[:bench_trees.HEAD_BYTES]
        plain.unlink()
        sealed.unlink()
        return head


def main() -> int:
    parser = argparse.ArgumentParser(prog="Scripts/bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="all|" + "|".join(GROUPS))
    parser.add_argument("--coffer", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=int, default=5, help="rounds of every contender (5)")
    parser.add_argument("--size", type=int, default=1024, metavar="MiB")
    parser.add_argument("--json", metavar="FILE")
    args = parser.parse_args()
    unknown = set(args.groups) - set(GROUPS) - {"all"}
    if unknown:
        parser.error(f"no such group: {' '.join(sorted(unknown))}")
    chosen = GROUPS if not args.groups or "all" in args.groups else args.groups
    base = Path(os.environ["COFFER_BENCH_DIR"])
    base.mkdir(parents=True, exist_ok=True)
    # Beside the data, which may be larger than /tmp.
    work = Path(tempfile.mkdtemp(prefix="run-", dir=base))
    try:
        bench = Bench(args, work)
        for group in chosen:
            try:
                getattr(bench, group)()
            except Failed as failure:
                bench.report.fail(group, str(failure))
        return bench.report.conclude(args.json)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
