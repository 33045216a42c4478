"""The rows of single files and streams: both ways, through pipes, to files, start-up and memory."""

from __future__ import annotations

import os
from pathlib import Path

from bench_bed import BATCH, Bench
from bench_report import Goal, Series, engine_in_use, share_of, times_as_fast
from measure import Failed, run


def encrypt(bench: Bench) -> None:
    path = bench.incompressible()
    found = bench.interleave({
        "coffer --compress none": bench.pipeline(bench.seal("--compress", "none", "-o", "-", path)),
        "age": bench.pipeline(bench.age(path)),
        "coffer (auto)": bench.pipeline(bench.seal("-o", "-", path)),
        "openssl enc -aes-256-ctr": bench.pipeline(bench.openssl(path)),
        "gpg --symmetric, no compression": bench.pipeline(bench.gpg_seal(path)),
    })
    bench.stop_gpg()
    age = found["age"]
    bench.report.show(
        f"encrypt {bench.label} incompressible, file to /dev/null", list(found.values()),
        [times_as_fast("encrypt incompressible, --compress none, against age",
                       found["coffer --compress none"], age, 4),
         times_as_fast("encrypt incompressible, auto, against age",
                       found["coffer (auto)"], age, 4)])
    encrypt_tar(bench)


def encrypt_tar(bench: Bench) -> None:
    path = bench.tar()
    found = bench.interleave({
        "coffer (auto)": bench.pipeline(bench.seal("-o", "-", path)),
        "zstd -3 -T2 | age": bench.pipeline(["zstd", "-q", "-3", "-T2", "-c", path], bench.age()),
        "zstd -3 -T2": bench.pipeline(["zstd", "-q", "-3", "-T2", "-c", path]),
    })
    ours, piped, alone = found.values()
    size = Path(path).stat().st_size
    sealed = bench.made("tar.coffer", bench.seal("-o", "-", path))
    stream = bench.made("tar.zst", ["zstd", "-q", "-3", "--single-thread", "-c", path])
    sizes = [Path(name).stat().st_size for name in (sealed, stream)]
    ours.note, alone.note = (f"{count / size:.4f} of the input" for count in sizes)
    bench.spared("tar.coffer")
    bench.spared("tar.zst")
    growth = sizes[0] / sizes[1]
    bench.report.show(
        f"encrypt {size / 2**30:.2f} GiB tar of real files, file to /dev/null",
        list(found.values()),
        [times_as_fast("encrypt tar, against zstd -3 -T2 alone", ours, alone, 1),
         times_as_fast("encrypt tar, against zstd -3 -T2 | age", ours, piped, 1.3),
         share_of("encrypt tar, CPU of zstd -3 -T2 | age", ours, piped, 0.8, "cpu"),
         Goal("encrypt tar, size beside one zstd -3 stream", growth, growth, 1.02, " ×",
              at_least=False)])


def decrypt(bench: Bench) -> None:
    path = bench.incompressible()
    sealed = bench.made("random.coffer", bench.seal("--compress", "none", "-o", "-", path))
    aged = bench.made("random.age", bench.age(path))
    ctr = bench.made("random.ctr", bench.openssl(path))
    gpg = bench.made("random.gpg", bench.gpg_seal(path))
    found = bench.interleave({
        "coffer": bench.pipeline(bench.open("-o", "-", sealed)),
        "age -d": bench.pipeline(bench.age_open(aged)),
        "openssl enc -d -aes-256-ctr": bench.pipeline(bench.openssl(ctr, decrypt=True)),
        "gpg --decrypt": bench.pipeline(bench.gpg("--decrypt", gpg)),
    })
    bench.stop_gpg()
    for name in ("random.coffer", "random.age", "random.ctr", "random.gpg"):
        bench.spared(name)
    bench.report.show(
        f"decrypt {bench.label} incompressible, file to /dev/null", list(found.values()),
        [times_as_fast("decrypt incompressible, against age", found["coffer"],
                       found["age -d"], 7)])
    decrypt_tar(bench)


def decrypt_tar(bench: Bench) -> None:
    path = bench.tar()
    sealed = bench.made("tar.coffer", bench.seal("-o", "-", path))
    aged = bench.made("tar.age", ["zstd", "-q", "-3", "-T2", "-c", path], bench.age())
    found = bench.interleave({
        "coffer": bench.pipeline(bench.open("-o", "-", sealed)),
        "age -d | zstd -d": bench.pipeline(bench.age_open(aged), ["zstd", "-q", "-d", "-c"]),
    })
    bench.spared("tar.coffer")
    bench.spared("tar.age")
    bench.report.show(
        "decrypt the tar, file to /dev/null", list(found.values()),
        [times_as_fast("decrypt tar, against age -d | zstd -d", *found.values(), 2.3)])


def pipes(bench: Bench) -> None:
    path = bench.incompressible()
    found = bench.interleave({
        "cat | coffer (auto) | cat": bench.pipeline(["cat", path], bench.seal(), ["cat"]),
        "cat | age | cat": bench.pipeline(["cat", path], bench.age(), ["cat"]),
        "cat | coffer --compress none | cat": bench.pipeline(
            ["cat", path], bench.seal("--compress", "none"), ["cat"]),
    })
    bench.report.show(
        f"pipe to pipe, {bench.label} incompressible", list(found.values()),
        [times_as_fast("pipe to pipe, against age", *list(found.values())[:2], 3)])
    sealed = bench.made("random.coffer", bench.seal("--compress", "none", "-o", "-", path))
    aged = bench.made("random.age", bench.age(path))
    found = bench.interleave({
        "cat | coffer decrypt | cat": bench.pipeline(["cat", sealed], bench.open(), ["cat"]),
        "cat | age -d | cat": bench.pipeline(["cat", aged], bench.age_open(), ["cat"]),
    })
    bench.spared("random.coffer")
    bench.spared("random.age")
    bench.report.show("the same, decrypting (no goal)", list(found.values()), [])


def files(bench: Bench) -> None:
    path, new = bench.incompressible(), str(bench.folder / "new")

    def clean() -> None:
        Path(new).unlink(missing_ok=True)
        os.sync()

    copy = ["sh", "-c", 'cp "$0" "$1" && sync "$1" "${1%/*}"', path, new]
    age = ["sh", "-c", 'age -r "$2" -o "$1" "$0" && sync "$1" "${1%/*}"', path, new,
           bench.recipient]
    found = bench.interleave({
        "coffer (auto)": bench.pipeline(bench.seal("-o", new, path)),
        "cp && sync": bench.pipeline(copy),
        "coffer --compress none": bench.pipeline(bench.seal("--compress", "none", "-o", new, path)),
        "age && sync": bench.pipeline(age),
    }, before=clean)
    clean()
    bench.report.show(
        f"new file to new file, {bench.label} incompressible, file and directory fsynced",
        list(found.values()),
        [share_of("new file, auto, against cp", found["coffer (auto)"], found["cp && sync"],
                  1.1)])


def startup(bench: Bench) -> None:
    rounds = max(bench.pairs, 5)
    found = bench.batches(rounds, {
        "coffer version": bench.pipeline([bench.coffer, "version"]),
        "age --version": bench.pipeline(["age", "--version"]),
    })
    bench.report.show(
        f"start-up, medians of {BATCH} runs", list(found.values()),
        [share_of("start-up, against age", *found.values(), 1)], "ms")
    small = bench.work / "1k"
    small.write_bytes(os.urandom(1024))
    embedded = [bench.coffer, "encrypt", "-q", "-k", "alias/default"]
    run(bench.pipeline([*embedded, "-o", "-", str(small)]))
    found = bench.batches(rounds, {
        "coffer, embedded key service": bench.pipeline([*embedded, "-o", "-", str(small)]),
        "coffer, key file": bench.pipeline(bench.seal("-o", "-", str(small))),
        "age": bench.pipeline(bench.age(str(small))),
        "coffer, embedded, to a new file": bench.pipeline(
            [*embedded, "-f", "-o", str(bench.work / "1k.coffer"), str(small)]),
    })
    ours = found["coffer, embedded key service"]
    bench.report.show(
        f"encrypt 1 KiB, medians of {BATCH} runs", list(found.values()),
        [Goal("encrypt 1 KiB with the embedded key service", ours.best() * 1000,
              ours.median() * 1000, 10, " ms", at_least=False)], "ms")


def memory(bench: Bench) -> None:
    plain, tar = bench.incompressible(), bench.tar()
    sealed = bench.made("random.coffer", bench.seal("-o", "-", plain))
    packed = bench.made("tar.coffer", bench.seal("-o", "-", tar))
    new = str(bench.work / "new")
    for engine, limit in (("openssl", 64), ("swift-crypto", 96)):
        chosen = {"COFFER_AES_ENGINE": engine}
        if engine_in_use(bench.coffer, chosen) != engine:
            raise Failed(f"COFFER_AES_ENGINE={engine} is not what coffer then uses")
        series = []
        for name, command, stdin in (
                ("encrypt incompressible", bench.seal("-f", "-o", new, plain), None),
                ("encrypt incompressible, pipe", bench.seal(), plain),
                ("encrypt incompressible, --compress none",
                 bench.seal("--compress", "none", "-o", "-", plain), None),
                ("encrypt tar", bench.seal("-f", "-o", new, tar), None),
                ("encrypt tar, pipe", bench.seal(), tar),
                ("decrypt incompressible", bench.open("-f", "-o", new, sealed), None),
                ("decrypt tar", bench.open("-f", "-o", new, packed), None),
                ("decrypt tar, pipe", bench.open(), packed)):
            stages = [["cat", stdin], command, ["cat"]] if stdin else [command]
            sample = run(bench.pipeline(*stages, **chosen), watch_memory=True)
            series.append(Series(name, [sample], peak=sample.peaks[1 if stdin else 0]))
        peak = max(one.peak for one in series) / 2**20
        bench.report.show(
            f"peak memory (VmHWM) at -T2 with {engine}", series,
            [Goal(f"peak memory with {engine}", peak, peak, limit, " MiB", at_least=False)])
    for name in ("random.coffer", "tar.coffer", "new"):
        bench.spared(name)
