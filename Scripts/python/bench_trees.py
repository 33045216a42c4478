"""The rows of trees: keys changed and counted over many containers, and many small files."""

from __future__ import annotations

import collections
import json
import os
import shutil
from pathlib import Path

from bench_bed import Bench
from bench_report import Goal, Series
from measure import run

REWRAPS = 1_000
INVENTORY = 100_000
SMALL = 10_000
MANY_SMALL = 100_000
#: age takes one process a file, so it gets fewer.
SMALL_FOR_AGE = 1_000
#: A header with room to grow, and the parameters behind it.
HEAD_BYTES = 4096 + 72
#: Of one directory.
FILES = 500


def trees(bench: Bench) -> None:
    """Keys changed over a tree, and the inventory of one.

    Neither reads more of a container than header and parameters, so the first 4,168 bytes of a
    real one and a hole behind them stand for the whole.
    """
    head = container_head(bench)
    tree = sparse_containers(bench.work / "rewrap", head, REWRAPS, 1 << 30)
    run(bench.pipeline([bench.coffer, "key", "create", "-q", "alias/tree"]))
    rewrap = [bench.coffer, "rewrap", "-R", "-q", str(tree)]
    # In turns, so that each finds what the other left.
    found = bench.interleave({
        "add a key of the keystore": bench.pipeline([*rewrap, "--add-key", "alias/tree"]),
        "remove it again": bench.pipeline([*rewrap, "--remove-key", "alias/tree"]),
    })
    run(bench.pipeline([*rewrap, "--add-key", "alias/tree", "--json"],
                       stdout=str(bench.work / "report")))
    counts = methods(bench.work / "report")
    adding = found["add a key of the keystore"]
    adding.note = ", ".join(f"{count} {name}" for name, count in counts.items())
    if counts != {"in_place": REWRAPS}:
        print("    not all in place: this file system makes clones, or something failed")
    bench.report.show(
        f"rewrap -R over {REWRAPS:,} sparse containers of 1 GiB, each fsynced four times",
        list(found.values()),
        [Goal(f"{REWRAPS:,} rewraps with the embedded key service", adding.best(),
              adding.median(), 5, " s", at_least=False)])
    shutil.rmtree(tree)
    tree = sparse_containers(bench.work / "inventory", head, INVENTORY, 1 << 20)
    found = bench.interleave({
        "coffer inspect -R": bench.pipeline([bench.coffer, "inspect", "-R", str(tree)])})
    shutil.rmtree(tree)
    ours, = found.values()
    bench.report.show(
        f"inspect -R over {INVENTORY:,} containers, names and headers in the cache",
        [ours],
        [Goal(f"inventory of {INVENTORY:,} containers", ours.best(), ours.median(), 10, " s",
              at_least=False)])


def small(bench: Bench) -> None:
    """Many small files, each a container of its own, all on the disk at the end.

    Every run has a new folder for its output, and none is removed before all have run: ext4 is
    slow to reuse what was deleted in the last seconds.
    """
    tree = small_files(bench.work / "small", Path(bench.tar()), SMALL, 4096)
    few = small_files(bench.work / "few", Path(bench.tar()), SMALL_FOR_AGE, 4096)
    outputs = bench.work / "outputs"
    outputs.mkdir()
    anew = 'out="$(mktemp -d "$0/XXXXXX")" && '
    ours = anew + 'exec "$@" --output-dir "$out"'
    many = ["sh", "-c", ours, str(outputs), bench.coffer]
    run(bench.pipeline([bench.coffer, "key", "create", "-q", "alias/small"]))
    encrypt = ["encrypt", "-q", "-R", "-k", "alias/small"]
    calls = key_calls(bench)
    sealed = bench.work / "sealed"
    run(bench.pipeline([bench.coffer, *encrypt, str(tree), "--output-dir", str(sealed)]))
    calls = key_calls(bench) - calls
    age = anew + ('find "$1" -type f -print0 | xargs -0 -n 1 -P "$(nproc)" '
                  'sh -c \'age -r "$1" -o "$0/$(basename "$2")" "$2"\' "$out" "$2" '
                  '&& sync -f "$out"')
    found = bench.interleave({
        f"coffer encrypt -R, {SMALL:,} files": bench.pipeline([*many, *encrypt, str(tree)]),
        f"age for each, {SMALL_FOR_AGE:,} files":
            bench.pipeline(["sh", "-c", age, str(outputs), str(few), bench.recipient]),
        f"coffer decrypt -R, {SMALL:,} files":
            bench.pipeline([*many, "decrypt", "-q", "-R", str(sealed)]),
    })
    encrypting, _, decrypting = found.values()
    large = small_files(bench.work / "large", Path(bench.tar()), MANY_SMALL, 4096)
    factor = MANY_SMALL // SMALL
    lots = Series(f"coffer encrypt -R, {MANY_SMALL:,} files")
    lots.samples.append(run(bench.pipeline([*many, *encrypt, str(large)])))
    growth = lots.best() / factor
    bench.report.show(
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


def key_calls(bench: Bench) -> int:
    log = bench.work / "keystore" / "audit" / "log.jsonl"
    with open(log, "rb") as lines:
        return sum(1 for line in lines if b"GenerateDataKey" in line or b"Encrypt" in line)


def container_head(bench: Bench) -> bytes:
    """Of a container of several chunks, as any that large has it."""
    plain = bench.work / "plain"
    plain.write_bytes(os.urandom(3 << 20))
    sealed = Path(bench.made(
        "plain.coffer", [bench.coffer, "encrypt", "-q", "-k", "alias/default", "-o", "-",
                         "--compress", "none", str(plain)]))
    head = sealed.read_bytes()[:HEAD_BYTES]
    plain.unlink()
    sealed.unlink()
    return head


def sparse_containers(folder: Path, head: bytes, count: int, byte_count: int) -> Path:
    """So many files of so many bytes, on the disk when this returns."""
    print(f"making {count:,} containers in {folder}")
    for number in range(count):
        directory = folder / str(number // FILES)
        if number % FILES == 0:
            directory.mkdir(parents=True)
        file = os.open(directory / f"{number}.coffer", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(file, head)
        os.ftruncate(file, byte_count)
        os.close(file)
    os.sync()
    return folder


def small_files(folder: Path, data: Path, count: int, byte_count: int) -> Path:
    """So many files, each a piece of `data`, on the disk when this returns."""
    print(f"making {count:,} files of {byte_count:,} bytes in {folder}")
    with open(data, "rb") as source:
        for number in range(count):
            directory = folder / str(number // FILES)
            if number % FILES == 0:
                directory.mkdir(parents=True)
            piece = source.read(byte_count)
            if len(piece) < byte_count:
                source.seek(0)
                piece = source.read(byte_count)
            (directory / str(number)).write_bytes(piece)
    os.sync()
    return folder


def methods(report: Path) -> dict[str, int]:
    """How many containers were rewrapped in which way, by what rewrap --json said."""
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return dict(collections.Counter(line["method"] for line in lines if "method" in line))
