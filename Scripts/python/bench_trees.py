"""Trees of many files: small ones with data, and containers that are all head, as changes of keys and
inventories read no more of them."""

from __future__ import annotations

import collections
import json
import os
from pathlib import Path

#: A header with room to grow, and the parameters behind it.
HEAD_BYTES = 4096 + 72
#: Of one directory.
FILES = 500


def sparse(folder: Path, head: bytes, count: int, byte_count: int) -> Path:
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


def small(folder: Path, data: Path, count: int, byte_count: int) -> Path:
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
