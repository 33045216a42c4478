"""The rows of archives: a tree of many files into a container and back, and single members."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

from bench_bed import Bench
from bench_report import Goal, Series, share_of, times_as_fast
from measure import Sample, run

FILES = 20_000
#: Of one directory.
FOLDER = 100
MEMBER = 1 << 20
MEMBER_GIB = 10


def tree(source: Path, folder: Path, byte_count: int, count: int) -> Path:
    """So many files with the bytes of `source` one after another, of lengths as in real trees: many
    small ones, few large ones. Beside `source`, kept."""
    if folder.exists():
        return folder
    print(f"making {count:,} files in {folder}")
    new = folder.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    lengths = random.Random(1)
    with open(source, "rb") as data:
        for number in range(count):
            inner = new / f"{number // FOLDER // 20}" / f"{number // FOLDER}"
            if number % FOLDER == 0:
                inner.mkdir(parents=True)
            length = int(lengths.expovariate(count / byte_count))
            (inner / f"file-{number}.dat").write_bytes(data.read(length))
    new.rename(folder)
    return folder


def archive(bench: Bench) -> None:
    source = Path(bench.tar())
    folder = tree(source, bench.folder / f"tree-{bench.size >> 20}", bench.size, FILES)
    parent, name = str(folder.parent), folder.name
    run(bench.pipeline(["tar", "-C", parent, "-c", name]))
    found = bench.interleave({
        "coffer encrypt DIR": bench.pipeline(
            bench.seal("-o", "-", "-C", parent, name)),
        "tar | zstd -3 -T2 | age": bench.pipeline(
            ["tar", "-C", parent, "-c", name], ["zstd", "-q", "-3", "-T2", "-c"], bench.age()),
        "tar | coffer": bench.pipeline(["tar", "-C", parent, "-c", name], bench.seal()),
    })
    ours, theirs, _ = found.values()
    bench.report.show(
        f"archive {bench.label} in {FILES:,} files, to /dev/null", list(found.values()),
        [times_as_fast("archive, against tar | zstd -3 -T2 | age", ours, theirs, 1.2),
         share_of("archive, CPU of tar | zstd -3 -T2 | age", ours, theirs, 0.85, "cpu")])
    restore(bench, parent, name)


def restore(bench: Bench, parent: str, name: str) -> None:
    sealed = bench.made("tree.coffer", bench.seal("-o", "-", "-C", parent, name))
    aged = bench.made("tree.age", ["tar", "-C", parent, "-c", name],
                      ["zstd", "-q", "-3", "-T2", "-c"], bench.age())
    target = bench.work / "restored"
    done = bench.work / "done"
    done.mkdir()

    def put_away() -> None:
        """Not removed: ext4 gives inodes out again after seconds only, and until then looks at each
        of them for each new file, which would be most of what is measured."""
        if target.exists():
            target.rename(done / str(len(os.listdir(done))))
        os.sync()

    # tar does not wait for the disk; syncfs makes it as durable as we are.
    unpack = ["sh", "-c", 'mkdir "$0" && tar -x -C "$0" && sync -f "$0"', str(target)]
    found = bench.interleave({
        "coffer decrypt -C": bench.pipeline(bench.open("-C", str(target), sealed)),
        "age -d | zstd -d | tar x, synced": bench.pipeline(
            bench.age_open(aged), ["zstd", "-q", "-d", "-c"], unpack),
    }, before=put_away)
    shutil.rmtree(target)
    shutil.rmtree(done)
    bench.report.show(
        "restore it to a new folder, on the disk", list(found.values()),
        [times_as_fast("restore, against age -d | zstd -d | tar x", *found.values(), 1.2)])
    listing = batch(bench, {"coffer list": [bench.coffer, "list", "-k", bench.key, sealed]})
    ours, = listing
    bench.report.show(
        f"list {FILES:,} members", listing,
        [Goal(f"list of {FILES:,} members", ours.best() * 1000, ours.median() * 1000, 50, " ms",
              at_least=False)], "ms")
    bench.spared("tree.coffer")
    bench.spared("tree.age")
    members(bench)


def members(bench: Bench) -> None:
    """One member of a large archive of noise, which no compression makes cheaper to read."""
    source = Path(bench.incompressible())
    folder = bench.work / "members"
    count = MEMBER_GIB * bench.size // MEMBER
    print(f"making {count:,} members of 1 MiB")
    with open(source, "rb") as data:
        for number in range(count):
            inner = folder / str(number // FOLDER)
            inner.mkdir(parents=True, exist_ok=True)
            data.seek(number * 4099 * 513 % (bench.size - MEMBER))
            (inner / str(number)).write_bytes(data.read(MEMBER))
    sealed = bench.made("members.coffer",
                        bench.seal("-o", "-", "-C", str(bench.work), "members"))
    shutil.rmtree(folder)
    target = bench.work / "extracted"
    middle = f"members/{count // 2 // FOLDER}/{count // 2}"
    command = [bench.coffer, "extract", "-q", "-f", "-k", bench.key, sealed, middle,
               "-C", str(target)]
    found = batch(bench, {"coffer extract": command})
    read = bytes_read(bench, command, Path(sealed).name) / 2**20
    ours, = found
    ours.note = f"{read:.1f} MiB read"
    bench.report.show(
        f"extract one member of 1 MiB out of {count:,}", found,
        [Goal("extract one member of 1 MiB", ours.best() * 1000, ours.median() * 1000, 50, " ms",
              at_least=False),
         Goal("extract one member, bytes read", read, read, 12, " MiB", at_least=False)], "ms")
    bench.spared("members.coffer")
    shutil.rmtree(target)


def batch(bench: Bench, contenders: dict[str, list[str]]) -> list[Series]:
    series = []
    for name, command in contenders.items():
        samples = [run(bench.pipeline(command)) for _ in range(max(bench.pairs, 5) * 2)]
        series.append(Series(name, [Sample(one.wall, one.cpu, []) for one in samples[1:]]))
    return series


def bytes_read(bench: Bench, command: list[str], file: str) -> int:
    """What the kernel gave the program of one file."""
    trace = bench.work / "trace"
    subprocess.run(["strace", "-f", "-y", "-e", "trace=read,pread64", "-o", str(trace), *command],
                   check=True, env=os.environ | bench.environment)
    counts = re.findall(rf"/{re.escape(file)}>.* = (\d+)$", trace.read_text(errors="replace"),
                        re.MULTILINE)
    return sum(map(int, counts))
