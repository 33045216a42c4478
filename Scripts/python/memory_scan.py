"""Scans the memory of a running `coffer encrypt` or `decrypt` for secrets that should not be there.

With the keystore's root in a token (`token`): known keys are put into SoftHSM2, so that the root and all
key material are known here, and none of it may be anywhere in `coffer`. Nothing is claimed of its agent,
in which SoftHSM2 has its keys.

The program gets its input through a pipe that stays open. Once the header has come out, the file key
is wrapped, and once data has, it was unwrapped: the header is opened here with the key of the test,
which gives the file key, and all mappings of the still running process are searched. A canary among the arguments and one in the data
must be found, or the scan proves nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import json
import os
import re
import select
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

sys.path.insert(0, sys.argv[2])
import coffer_reference as reference  # noqa: E402

PASSPHRASE = b"correct horse battery staple 7f3a"
#: Half a key is as bad as a whole one, and half may be what an overwrite leaves.
HALF = 16


@dataclass
class Mapping:
    start: int
    end: int
    name: str
    #: VmFlags of smaps: lo locked, dd not dumped, wf wiped on fork.
    flags: set[str]

    @property
    def keeps_secrets(self) -> bool:
        return {"lo", "dd", "wf"} <= self.flags


@dataclass
class Found:
    address: int
    mapping: Mapping


def mappings(process: int) -> Iterator[Mapping]:
    current: tuple[int, int, str] | None = None
    for line in Path(f"/proc/{process}/smaps").read_text(encoding="utf-8").splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
        if head:
            readable = head[3].startswith("r")
            current = (int(head[1], 16), int(head[2], 16), head[4]) if readable else None
        elif line.startswith("VmFlags:") and current:
            yield Mapping(*current, set(line.split()[1:]))


def memory_of(process: int) -> list[tuple[Mapping, bytes]]:
    found = []
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for mapping in mappings(process):
            if mapping.name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            try:
                memory.seek(mapping.start)
                found.append((mapping, memory.read(mapping.end - mapping.start)))
            except OSError as error:
                print(f"  not readable: {mapping.name or hex(mapping.start)}: {error}")
    return found


def search(memory: list[tuple[Mapping, bytes]], wanted: bytes) -> list[Found]:
    found = []
    for mapping, data in memory:
        at = data.find(wanted)
        while at >= 0:
            found.append(Found(mapping.start + at, mapping))
            at = data.find(wanted, at + 1)
    return found


def search_key(memory: list[tuple[Mapping, bytes]], key: bytes) -> list[Found]:
    """The key, either half of it, and its hexadecimal text."""
    return [one for wanted in (key[:HALF], key[-HALF:], key.hex().encode()[:2 * HALF])
            for one in search(memory, wanted)]


class Run:
    """One `coffer encrypt` that waits for the rest of its input."""

    verb = "encrypt"
    variables: dict[str, str] = {}

    def __init__(self, program: str, folder: Path, name: str, arguments: list[str],
                 variables: dict[str, str] | None = None) -> None:
        self.variables = variables or {}
        self.canary = f"canary-{os.urandom(12).hex()}".encode()
        self.argument = f"canary={os.urandom(12).hex()}"
        self.start(program, folder, name, arguments)
        # More than one chunk, so that a worker has sealed something and another waits.
        self.feed((self.canary + b"\n") * ((6 << 20) // (len(self.canary) + 1)))
        self.container = self.output

    def start(self, program: str, folder: Path, name: str, arguments: list[str]) -> None:
        print(f"{name}: coffer {self.verb} {' '.join(arguments)}")
        environment = os.environ | {
            "HOME": str(folder), "COFFER_HOME": str(folder / "keystore"),
            "XDG_CONFIG_HOME": str(folder / "config")} | self.variables
        self.process = subprocess.Popen(
            [program, self.verb, "-q", "-c", self.argument, *arguments], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.output = b""

    def feed(self, data: bytes) -> None:
        rest, quiet = memoryview(data), time.monotonic()
        # Until the header has come out and everything was taken or nothing moves any more.
        while time.monotonic() - quiet < 1.0:
            writable = [self.process.stdin] if rest else []
            readers, writers, _ = select.select([self.process.stdout], writable, [], 0.05)
            if readers:
                block = os.read(self.process.stdout.fileno(), 1 << 20)
                if not block:
                    raise SystemExit(f"coffer {self.verb} ended with {self.process.wait()}")
                self.output += block
                quiet = time.monotonic()
            if writers:
                rest = rest[os.write(self.process.stdin.fileno(), rest[:1 << 16]):]
                quiet = time.monotonic()

    def file_key(self, local: "reference.LocalKeys") -> bytes:
        """Opens the header that came out, as any recipient can."""
        opened: list[bytes] = []
        derive = reference.derive_keys

        def remember(file_key: bytes, bind: bytes) -> "reference.Keys":
            opened.append(file_key)
            return derive(file_key, bind)

        reference.derive_keys = remember
        try:
            reference.open_container(
                reference.ByteSource(io.BytesIO(self.container)), local, reference.Requirements())
        finally:
            reference.derive_keys = derive
        return opened[-1]

    def finish(self) -> None:
        os.set_blocking(self.process.stdin.fileno(), True)
        self.process.stdin.close()
        while block := self.process.stdout.read(1 << 20):
            self.output += block
        code = self.process.wait()
        if code != 0:
            raise SystemExit(f"coffer {self.verb} ended with {code}")


class Opening(Run):
    """One `coffer decrypt` of what a finished run made, that waits for the rest of it."""

    verb = "decrypt"
    HELD_BACK = 1 << 20

    def __init__(self, program: str, folder: Path, name: str, arguments: list[str],
                 made: Run) -> None:
        self.canary, self.argument, self.container = made.canary, made.argument, made.output
        self.start(program, folder, name, arguments)
        self.feed(self.container[:-self.HELD_BACK])

    def finish(self) -> None:
        os.set_blocking(self.process.stdin.fileno(), True)
        self.process.stdin.write(self.container[-self.HELD_BACK:])
        super().finish()


class Verdict:
    def __init__(self) -> None:
        self.failures = 0

    def line(self, holds: bool, text: str, found: list[Found] | None = None) -> None:
        self.failures += not holds
        print(f"  {'ok    ' if holds else 'FAILED'}  {text}")
        for one in [] if holds else found or []:
            print(f"            {one.address:#x} in {one.mapping.name or 'anonymous memory'} "
                  f"({' '.join(sorted(one.mapping.flags))})")

    def canaries(self, run: Run, memory: list[tuple[Mapping, bytes]]) -> None:
        total = sum(len(data) for _, data in memory)
        print(f"  {len(memory)} mappings, {total >> 20} MiB")
        for name, wanted in (("in the data", run.canary),
                             ("among the arguments", run.argument.encode())):
            found = search(memory, wanted)
            self.line(bool(found), f"the canary {name} is found ({len(found)} times)")

    def nowhere(self, name: str, found: list[Found]) -> None:
        self.line(not found, f"{name}: nowhere", found)

    def only_locked(self, name: str, found: list[Found]) -> None:
        loose = [one for one in found if not one.mapping.keeps_secrets]
        self.line(not loose, f"{name}: only in locked pages ({len(found)} places)", loose)


def key_file(program: str, folder: Path, verdict: Verdict) -> None:
    key = os.urandom(32)
    path = folder / "key"
    path.write_text(key.hex() + "\n")
    path.chmod(0o600)
    run = Run(program, folder, "key file", ["-k", f"keyfile:{path}"])
    memory = memory_of(run.process.pid)
    local = reference.LocalKeys([(reference.keyfile_name(key), key)])
    verdict.canaries(run, memory)
    verdict.nowhere("file key", search_key(memory, run.file_key(local)))
    verdict.only_locked("key file's key", search_key(memory, key))
    run.finish()


def passphrase(program: str, folder: Path, verdict: Verdict) -> None:
    path = folder / "passphrase"
    path.write_bytes(PASSPHRASE + b"\n")
    path.chmod(0o600)
    run = Run(program, folder, "passphrase",
              ["-k", "passphrase:", "--passphrase-file", str(path)])
    memory = memory_of(run.process.pid)
    local = reference.LocalKeys([], [PASSPHRASE])
    verdict.canaries(run, memory)
    verdict.nowhere("file key", search_key(memory, run.file_key(local)))
    verdict.nowhere("passphrase", search(memory, PASSPHRASE) + search(memory, PASSPHRASE[:HALF])
                    + search(memory, PASSPHRASE[-HALF:]))
    run.finish()


def key_service(program: str, folder: Path, verdict: Verdict) -> None:
    """Together with a key file, which tells the file key that the key service made."""
    key = os.urandom(32)
    path = folder / "beside"
    path.write_bytes(key)
    path.chmod(0o600)
    run = Run(program, folder, "embedded key service",
              ["-k", "alias/default", "-k", f"keyfile:{path}"])
    memory = memory_of(run.process.pid)
    local = reference.LocalKeys([(reference.keyfile_name(key), key)])
    root = root_key(folder / "keystore")
    verdict.canaries(run, memory)
    verdict.nowhere("file key", search_key(memory, run.file_key(local)))
    verdict.only_locked("root key", search_key(memory, root))
    verdict.only_locked("key file's key", search_key(memory, key))
    run.finish()


def recovery(program: str, folder: Path, verdict: Verdict) -> None:
    """The seed of a recovery sheet, when it is only encrypted to and when it opens."""
    sheet = folder / "sheet.key"
    subprocess.run([program, "recovery", "new", "-q", "-o", str(sheet), "--public",
                    str(folder / "sheet.pub")], check=True)
    seed = reference.bech32_decoded(reference.load_lines(str(sheet))[0], reference.IDENTITY_PREFIX)
    local = reference.LocalKeys([], [], [reference.load_identity(str(sheet))])
    # What the seed becomes: both halves of ML-KEM's, and X25519's key.
    expanded = hashlib.shake_256(seed).digest(96)
    text = reference.load_lines(str(sheet))[0].encode()[-2 * HALF:]
    key = f"recovery:{sheet}"

    def check(run: Run) -> None:
        memory = memory_of(run.process.pid)
        verdict.canaries(run, memory)
        verdict.nowhere("file key", search_key(memory, run.file_key(local)))
        verdict.only_locked("seed", search_key(memory, seed) + search(memory, text))
        for name, start in (("ML-KEM's d", 0), ("ML-KEM's z", 32), ("X25519's key", 64)):
            verdict.only_locked(name, search_key(memory, expanded[start:start + 32]))
        run.finish()

    made = Run(program, folder, "recovery sheet", ["--compress", "none", "-k", key])
    check(made)
    check(Opening(program, folder, "recovery sheet", ["-k", key], made))


MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "7391-memory-scan"
#: CKK_AES, CKK_GENERIC_SECRET
AES, GENERIC = 0x1F, 0x10


def token(program: str, folder: Path, verdict: Verdict) -> None:
    """With --isolation token, beside a key file as above."""
    wrapping, mac, key = os.urandom(32), os.urandom(32), os.urandom(32)
    variables = soft_token(folder, {"root": (AES, wrapping), "root-mac": (GENERIC, mac)})
    environment = os.environ | variables | {
        "HOME": str(folder), "COFFER_HOME": str(folder / "keystore"),
        "XDG_CONFIG_HOME": str(folder / "config")}
    subprocess.run(
        [program, "key", "init", "-q", "--isolation", "token", "--root",
         "pkcs11:token=scan;object=root"], env=environment, check=True)
    material = material_of(folder / "keystore" / "keys.sqlite", wrapping)
    path = folder / "beside"
    path.write_bytes(key)
    path.chmod(0o600)
    run = Run(program, folder, "root and keys in a token",
              ["-k", "alias/default", "-k", f"keyfile:{path}"], variables)
    memory = memory_of(run.process.pid)
    local = reference.LocalKeys([(reference.keyfile_name(key), key)])
    verdict.canaries(run, memory)
    verdict.nowhere("file key", search_key(memory, run.file_key(local)))
    verdict.nowhere("the token's wrapping key", search_key(memory, wrapping))
    verdict.nowhere("the token's root key", search_key(memory, mac))
    for number, one in enumerate(material, 1):
        verdict.nowhere(f"key material {number} of {len(material)}", search_key(memory, one))
    verdict.only_locked("key file's key", search_key(memory, key))
    run.finish()


def soft_token(folder: Path, keys: dict[str, tuple[int, bytes]]) -> dict[str, str]:
    """A token `scan` of SoftHSM2 with these keys in it; the variables that lead there."""
    (folder / "tokens").mkdir(mode=0o700)
    settings = folder / "softhsm2.conf"
    settings.write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    configuration = folder / "config" / "coffer"
    configuration.mkdir(parents=True)
    (configuration / "config.json").write_text(
        json.dumps({"services": {"pkcs11:": {"module": MODULE}}}))
    variables = {"SOFTHSM2_CONF": str(settings)}
    done = subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "scan", "--so-pin", "12345678",
         "--pin", PIN], env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"softhsm2-util ended with {done.returncode}: {done.stdout}{done.stderr}")
    os.environ |= variables
    put_into_token(keys)
    return variables | {"COFFER_PIN": PIN}


class Attribute(ctypes.Structure):
    """CK_ATTRIBUTE of PKCS #11."""
    _fields_ = [("type", ctypes.c_ulong), ("value", ctypes.c_char_p), ("length", ctypes.c_ulong)]


def put_into_token(keys: dict[str, tuple[int, bytes]]) -> None:
    """Secret keys of known values, by their label, with their key type; no tool can do that."""
    module = ctypes.CDLL(MODULE)

    def call(name: str, *arguments: object) -> None:
        code = getattr(module, name)(*arguments)
        if code != 0:
            raise SystemExit(f"{name} failed with {code:#x}")

    call("C_Initialize", None)
    count, session = ctypes.c_ulong(8), ctypes.c_ulong()
    slots = (ctypes.c_ulong * 8)()
    call("C_GetSlotList", ctypes.c_ubyte(1), slots, ctypes.byref(count))
    # The last one is SoftHSM2's next token, which is not there yet.
    call("C_OpenSession", ctypes.c_ulong(slots[0]), ctypes.c_ulong(6), None, None,
         ctypes.byref(session))
    call("C_Login", session, ctypes.c_ulong(1), PIN.encode(), ctypes.c_ulong(len(PIN)))
    number = lambda value: value.to_bytes(8, sys.byteorder)  # noqa: E731
    for label, (kind, value) in keys.items():
        # CKA_CLASS, KEY_TYPE, TOKEN, PRIVATE, SENSITIVE, EXTRACTABLE, LABEL, ID, VALUE, and the uses:
        # ENCRYPT, DECRYPT, WRAP, UNWRAP for AES, SIGN and VERIFY for HMAC.
        uses = (0x104, 0x105, 0x106, 0x107) if kind == AES else (0x108, 0x10A)
        pairs = [(0x0, number(4)), (0x100, number(kind)), (0x1, b"\1"), (0x2, b"\1"),
                 (0x103, b"\1"), (0x162, b"\0"), (0x3, label.encode()),
                 (0x102, label.encode()), (0x11, value), *((use, b"\1") for use in uses)]
        template = (Attribute * len(pairs))(
            *(Attribute(kind, data, len(data)) for kind, data in pairs))
        call("C_CreateObject", session, template, ctypes.c_ulong(len(pairs)),
             ctypes.byref(ctypes.c_ulong()))
    call("C_Finalize", None)


def material_of(database: Path, wrapping: bytes) -> list[bytes]:
    """What the rows hold, unwrapped here (keystore.md, Isolation)."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = [row[0] for row in connection.execute("SELECT sealed_material FROM versions")]
    if not rows or any(len(row) != 72 for row in rows):
        raise SystemExit("the keystore's rows are not those of isolation")
    return [aes_key_unwrap(wrapping, row[:40]) for row in rows]


def root_key(folder: Path) -> bytes:
    data = (folder / "root.key").read_bytes()
    if len(data) == 32:
        return data
    return bytes.fromhex(data.decode().strip())


def main() -> int:
    program, verdict = sys.argv[1], Verdict()
    ways = {"keyfile": key_file, "passphrase": passphrase, "key-service": key_service,
            "recovery": recovery, "token": token}
    for name in sys.argv[3:] or ways:
        with tempfile.TemporaryDirectory(prefix="coffer-memory-") as folder:
            ways[name](program, Path(folder), verdict)
    print("memory scan: " + ("clean" if not verdict.failures else f"{verdict.failures} failures"))
    return 1 if verdict.failures else 0


if __name__ == "__main__":
    sys.exit(main())
