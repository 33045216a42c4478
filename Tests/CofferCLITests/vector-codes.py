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
