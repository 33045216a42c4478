"""Torture: rounds of blows, and after each one the check that nothing is lost or left."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

import torture_faults as faults
import torture_kills as kills
from torture_bed import Bed, Broken
from torture_stream import stream

Way = Callable[[Bed], None]

WAYS: dict[str, Way] = {way.__name__.replace("_", "-"): way for way in (
    kills.kill_encrypt, kills.kill_at_call, kills.kill_decrypt, kills.signal_encrypt,
    kills.interrupt_prompt, kills.kill_rewrap, kills.kill_rewrap_at_call, kills.kill_tree,
    kills.kill_tree_at_call, kills.signal_tree, faults.failing_call,
    faults.full_device, faults.broken_reader, faults.broken_writer, faults.damaged_file,
    faults.wrong_key)}
KEYSTORE_WAYS: dict[str, Way] = {way.__name__.replace("_", "-"): way for way in (
    kills.kill_key, kills.kill_key_at_call, kills.kill_first_use)}
DISK_WAYS: dict[str, Way] = {"full-disk": faults.full_disk}
DISK_KEYSTORE_WAYS: dict[str, Way] = {"full-keystore": faults.full_keystore}


def chosen_ways(bed: Bed, only: list[str]) -> dict[str, Way]:
    ways = dict(WAYS)
    if bed.keystore:
        ways |= KEYSTORE_WAYS
    if faults.can_mount(bed.folder):
        ways |= DISK_WAYS | (DISK_KEYSTORE_WAYS if bed.keystore else {})
    else:
        print("left out: full disks, because mounting a small tmpfs needs root")
    return {name: way for name, way in ways.items() if not only or name in only}


def rounds(bed: Bed, count: int, ways: dict[str, Way]) -> int:
    failures = 0
    names = list(ways)
    done = dict.fromkeys(names, 0)
    start = time.monotonic()
    for number in range(count):
        # All in turn, so that few rounds meet each of them.
        name = names[number % len(names)]
        try:
            ways[name](bed)
        except Broken as problem:
            failures += 1
            print(f"round {number}, {name}: {problem}", flush=True)
            kept = bed.folder.parent / f"coffer-torture-failed-{number}"
            shutil.copytree(bed.area, kept, symlinks=True, dirs_exist_ok=True)
            print(f"    files as they were: {kept}", flush=True)
        done[name] += 1
        if (number + 1) % 50 == 0:
            print(f"{number + 1} rounds, {failures} failures, {time.monotonic() - start:.0f} s",
                  flush=True)
    for name, times in done.items():
        print(f"    {times:5}  {name}")
    for note, times in sorted(bed.notes.items()):
        print(f"    {times:5}  ({note})")
    print(f"torture: {count} rounds, {failures} failures")
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(prog="Scripts/torture", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=200)
    parser.add_argument("--coffer", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--list", action="store_true", help="the ways to hurt it")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--stream", type=float, metavar="GiB")
    parser.add_argument("--without-keystore", action="store_true",
                        help="leave the embedded key service alone")
    args = parser.parse_args()
    known = WAYS | KEYSTORE_WAYS | DISK_WAYS | DISK_KEYSTORE_WAYS
    if args.list:
        print("\n".join(known))
        return 0
    for name in args.only:
        if name not in known:
            parser.error(f"no such way: {name}")
    folder = Path(tempfile.mkdtemp(
        prefix="coffer-torture-", dir=os.environ.get("COFFER_TORTURE_DIR")))
    try:
        bed = Bed(args.coffer, folder, random.Random(args.seed),
                  keystore=not args.without_keystore and args.stream is None)
        if args.stream is not None:
            stream(bed, args.stream)
            return 0
        print(f"seed {args.seed}, in {folder}")
        return 1 if rounds(bed, args.rounds, chosen_ways(bed, args.only)) else 0
    except Broken as problem:
        print(f"error: {problem}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
