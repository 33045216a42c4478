#!/usr/bin/env python3
"""vector-codes.py: gives coffer one published vector for each family and expected code, and compares
the code that it reports, its exit code and what it released. Every vector is tried elsewhere, in the
decoder's own tests; here it is the program that has to say the same."""
import hashlib
import json
import os
import pathlib
import subprocess
import zlib

EXITS = dict.fromkeys(
    "truncated trailing auth frame index header header_mac preamble zstd armor metadata".split(), 65)
EXITS |= {"magic": 76, "version": 76, "unsupported": 76, "no_key": 67, "context": 77, "limit": 78}



def identity(seed):
    """A recovery key as age writes it: Bech32."""
    prefix, alphabet = "age-secret-key-pq-", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{byte:08b}" for byte in seed) + "0000"
    values = [int(bits[i:i + 5], 2) for i in range(0, 8 * len(seed), 5)]
    rest = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values + [0] * 6:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
        for i, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            rest ^= term if top >> i & 1 else 0
    values += [(rest ^ 1) >> 5 * (5 - i) & 31 for i in range(6)]
    return (prefix + "1" + "".join(alphabet[value] for value in values)).upper()


folder = pathlib.Path(__file__).resolve().parents[2] / "Formats" / "vectors"
seen, codes, wrong = set(), set(), 0
for path in sorted(folder.glob("[A-Z]-*")):
    head, body = path.read_bytes().split(b"\n\n", 1)
    lines = [line.split(": ", 1) for line in head.decode().split("\n")]
    keys = {key: (value[0] if value else "") for key, *value in lines}
    expected = keys["expect"].lower()
    if {"base", "kms"} & keys.keys() or (path.name[0], expected) in seen:
        continue
    seen.add((path.name[0], expected))
    if keys.get("compressed") == "zlib":
        body = zlib.decompress(body)
    pathlib.Path("container").write_bytes(body)
    command = ["coffer", "decrypt", "--json", "-o", "-", "container"]
    for number, (key, *value) in enumerate(lines):
        if key == "keyfile":
            name, digits = value[0].split(" ")
            with open(f"key{number}", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(digits)
            command += ["-k", f"keyfile:key{number}#{name}"]
        elif key == "recovery":
            with open(f"key{number}", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(identity(bytes.fromhex(value[0])) + "\n")
            command += ["-k", f"recovery:key{number}"]
        elif key == "passphrase":
            pathlib.Path("passphrase").write_text(value[0], newline="")
            command += ["--passphrase-file", "passphrase"]
        elif key == "max-output":
            command += ["--max-output", value[0]]
        elif key == "require-recipient":
            command += ["--require-recipient", value[0]]
        elif key == "context":
            for name, text in json.loads(value[0]).items():
                command += ["-c", f"{name}={text}"]
    run = subprocess.run(command, capture_output=True, check=False)
    report = json.loads(run.stderr.decode().strip().split("\n")[-1])
    found = report.get("code", "ok")
    codes.add(found)
    if (found, run.returncode, hashlib.sha256(run.stdout).hexdigest()) != (
            expected, EXITS.get(expected, 0), keys["plaintext-sha256"]):
        wrong += 1
        print(f"{path.name}: {found} with exit code {run.returncode}, expected {expected}")
print(f"{wrong} wrong; codes: {' '.join(sorted(codes))}")
