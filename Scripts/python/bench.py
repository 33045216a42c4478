"""The benchmark: us beside the others in one run, every row of the speed table with its goal."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import bench_archive
import bench_keys
import bench_service
import bench_streams
import bench_trees
from bench_bed import Bench
from measure import Failed

GROUPS = {
    "encrypt": [bench_streams.encrypt],
    "decrypt": [bench_streams.decrypt],
    "pipes": [bench_streams.pipes],
    "files": [bench_streams.files],
    "startup": [bench_streams.startup],
    "memory": [bench_streams.memory],
    "keys": [bench_keys.data_keys, bench_keys.keys_elsewhere, bench_trees.trees],
    "small": [bench_trees.small],
    "archive": [bench_archive.archive],
    "service": [bench_service.measure],
}


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
    chosen = list(GROUPS) if not args.groups or "all" in args.groups else args.groups
    base = Path(os.environ["COFFER_BENCH_DIR"])
    base.mkdir(parents=True, exist_ok=True)
    # Beside the data, which may be larger than /tmp.
    work = Path(tempfile.mkdtemp(prefix="run-", dir=base))
    try:
        bench = Bench(args, work)
        for group in chosen:
            try:
                for rows in GROUPS[group]:
                    rows(bench)
            except Failed as failure:
                bench.report.fail(group, str(failure))
        return bench.report.conclude(args.json)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
