"""Makes what is measured on: incompressible bytes, and a tar of this machine's real files."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import tarfile
from pathlib import Path
from typing import Iterator

#: Trees that every Debian machine has, text and programs in turn.
TREES = ("/usr/share", "/usr/include", "/usr/lib", "/usr/bin", "/opt", "/usr/libexec", "/usr/local",
         "/var/lib", "/home", "/root")


def incompressible(folder: Path, byte_count: int) -> Path:
    path = folder / f"random-{byte_count >> 20}"
    if not (path.exists() and path.stat().st_size == byte_count):
        print(f"making {path}")
        new = path.with_suffix(".new")
        with open(new, "wb") as output:
            make = subprocess.Popen(
                ["openssl", "enc", "-aes-256-ctr", "-K", secrets.token_hex(32), "-iv",
                 secrets.token_hex(16), "-in", "/dev/zero"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            subprocess.run(["head", "-c", str(byte_count)], stdin=make.stdout, stdout=output,
                           check=True)
            make.terminate()
            make.wait()
        new.replace(path)
    return path


def real_files(skipped: Path) -> Iterator[Path]:
    for tree in TREES:
        for folder, names, files in os.walk(tree):
            names[:] = sorted(name for name in names if Path(folder, name) != skipped)
            for name in sorted(files):
                yield Path(folder, name)


def real_tar(folder: Path, byte_count: int) -> Path:
    """At least so many bytes, no file twice; less only where the machine has not so many."""
    path = folder / f"files-{byte_count >> 20}.tar"
    if path.exists():
        return path
    print(f"making {path}")
    new = path.with_suffix(".new")
    seen: set[tuple[int, int]] = set()
    with tarfile.open(new, "w", format=tarfile.GNU_FORMAT) as archive:
        for file in real_files(folder):
            try:
                status = file.lstat()
                identity = (status.st_dev, status.st_ino)
                # No file so large that it alone would decide the figure.
                if not stat.S_ISREG(status.st_mode) or identity in seen \
                        or status.st_size > byte_count // 8:
                    continue
                seen.add(identity)
                archive.add(file, recursive=False)
            except OSError:
                continue
            if archive.offset >= byte_count:
                break
    new.replace(path)
    if path.stat().st_size < byte_count:
        print(f"this machine has only {path.stat().st_size >> 20} MiB of real files")
    return path


def read_into_cache(path: Path) -> None:
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass
