"""The scratch folder of the torture: keys, data, a keystore, and what must hold at all times."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Optional

TIMEOUT = 120
ALIAS = "alias/default"


class Broken(Exception):
    """Something that must hold does not."""


def expect(holds: bool, message: str) -> None:
    if not holds:
        raise Broken(message)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inject(call: str, action: str) -> tuple[str, ...]:
    return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:{action}")


class Bed:
    def __init__(self, coffer: str, folder: Path, rng: random.Random, keystore: bool) -> None:
        self.program, self.folder, self.rng, self.keystore = coffer, folder, rng, keystore
        self.area = folder / "area"
        self.notes: dict[str, int] = {}
        for name in ("area", "home", "data"):
            (folder / name).mkdir()
        self.environment = {
            "HOME": str(folder / "home"), "COFFER_HOME": str(folder / "keystore"),
            "XDG_CONFIG_HOME": str(folder / "home/config"), "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8", "TERM": "xterm", "SWIFT_BACKTRACE": "enable=no"}
        self.key, self.other_key, self.wrong_key = (self.make_key(name) for name in "abw")
        #: Old and new content: large enough for some hundred milliseconds, half compressible.
        self.old, self.new = (self.make_data(name) for name in ("old", "new"))
        self.keys = ["-k", self.key] + (["-k", ALIAS] if keystore else [])
        self.sealed_old, self.sealed_new = (self.seal(path) for path in (self.old, self.new))
        self.nameless = self.has_nameless_files()

    def make_key(self, name: str) -> str:
        path = self.folder / f"data/key-{name}"
        path.write_text(self.rng.randbytes(32).hex() + "\n")
        path.chmod(0o600)
        return f"keyfile:{path}"

    def make_data(self, name: str) -> Path:
        path = self.folder / "data" / name
        line = f"{name}: {self.rng.random()}\n".encode()
        with open(path, "wb") as file:
            for _ in range(3):
                file.write(self.rng.randbytes((5 << 20) + self.rng.randrange(1 << 16)))
                file.write(line * ((6 << 20) // len(line)))
        return path

    def seal(self, path: Path) -> Path:
        sealed = path.with_suffix(".coffer")
        self.expect_ok("encrypt", "-q", *self.keys, "-o", str(sealed), str(path))
        return sealed

    def has_nameless_files(self) -> bool:
        try:
            os.close(os.open(self.area, os.O_TMPFILE | os.O_RDWR))
            return True
        except OSError:
            self.note("no O_TMPFILE here: leftovers of kill -9 are allowed")
            return False

    def note(self, text: str) -> None:
        self.notes[text] = self.notes.get(text, 0) + 1

    # --- Running --------------------------------------------------------------------------------

    def start(self, *arguments: str, wrap: tuple[str, ...] = (), **options) -> subprocess.Popen:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                   "stderr": subprocess.PIPE, "env": self.environment, "cwd": self.area} | options
        return subprocess.Popen([*wrap, self.program, *arguments], **options)

    def run(self, *arguments: str, wrap: tuple[str, ...] = (), **options
            ) -> subprocess.CompletedProcess:
        with self.start(*arguments, wrap=wrap, **options) as process:
            try:
                output, errors = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Broken(f"hangs: coffer {' '.join(arguments)}") from None
        return subprocess.CompletedProcess(
            list(arguments), process.returncode, output, errors)

    def expect_ok(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        done = self.run(*arguments, **options)
        self.expect_code(done, 0)
        return done

    def expect_code(self, done: subprocess.CompletedProcess, *codes: int) -> None:
        expect(done.returncode in codes,
               f"coffer {' '.join(done.args)}: ended with {done.returncode} instead of "
               f"{'/'.join(map(str, codes))}: {(done.stderr or b'').decode(errors='replace')}")

    def kill_somewhere(self, *arguments: str, number: int = signal.SIGKILL, **options) -> int:
        """Starts it, and sends the signal at a random moment of its life. Its exit code."""
        start = time.monotonic()
        span = self.spans.get(arguments[0], 0.3)
        with self.start(*arguments, **options) as process:
            delay = self.rng.random() * span * 1.2
            try:
                process.wait(delay)
                # Too late: the next time sooner.
                self.spans[arguments[0]] = time.monotonic() - start
                self.note(f"{arguments[0]} was faster than the blow")
            except subprocess.TimeoutExpired:
                process.send_signal(number)
                self.note(f"{arguments[0]} was hit")
                self.spans[arguments[0]] = max(span, delay)
            try:
                process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Broken(f"hangs after the blow: coffer {' '.join(arguments)}") from None
        return process.returncode

    spans: dict[str, float] = {}

    def kill_at(self, calls: dict[str, int], *arguments: str, **options) -> None:
        """Kills it on entering a system call: one of `calls`, the first to so-many-th of its kind."""
        call = self.rng.choice(list(calls))
        when = self.rng.randrange(1, calls[call] + 1)
        done = self.run(*arguments, wrap=inject(call, f"signal=KILL:when={when}"), **options)
        hit = done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        self.note(f"{arguments[0]} was hit at {call}" if hit
                  else f"{arguments[0]} did not come to a chosen call")

    # --- What must hold -------------------------------------------------------------------------

    def clear_area(self) -> None:
        shutil.rmtree(self.area)
        self.area.mkdir()

    def expect_names(self, *allowed: str, replaced: bool = False) -> None:
        """No other file lies in the area.

        A complete file that replaces another has a name of its own for an instant (Linux cannot
        link over a name): kill -9 may meet it there, and only there.
        """
        for path in self.area.iterdir():
            if path.name in allowed:
                continue
            temporary = path.name.startswith(".") and path.name.endswith(".coffer-tmp")
            if temporary and (replaced or not self.nameless):
                self.note("killed between link and rename: one temporary name left")
                continue
            raise Broken(f"left behind: {path.name}, {path.stat().st_size} bytes")

    def plaintext_of(self, sealed: Path, key: Optional[str] = None) -> str:
        """The digest of what it decrypts to."""
        out = self.folder / "data/out"
        out.unlink(missing_ok=True)
        self.expect_ok("decrypt", "-q", "-k", key or self.key, "-o", str(out), str(sealed))
        found = digest(out)
        out.unlink()
        return found

    def expect_plaintext(self, sealed: Path, *allowed: Path) -> None:
        found = self.plaintext_of(sealed)
        expect(found in [digest(path) for path in allowed],
               f"{sealed.name} decrypts to something else")
        if self.keystore:
            expect(self.plaintext_of(sealed, ALIAS) == found, "keystore and key file disagree")

    def expect_file(self, path: Path, *allowed: Optional[Path]) -> None:
        """The file is one of these, whole; None allows that it is not there."""
        if not path.exists():
            expect(None in allowed, f"{path.name} has gone")
            return
        found = digest(path)
        expect(found in [digest(one) for one in allowed if one], f"{path.name} is incomplete")

    def expect_keystore(self) -> None:
        self.expect_ok("key", "list")
        expect(self.plaintext_of(self.sealed_old, ALIAS) == digest(self.old),
               "a container of before no longer opens")
