#!/usr/bin/env python3
"""two-plaintexts.py KEYFILE OTHER [KMS-URL ARN]: makes a payload whose data opens under two file keys, to
two plaintexts, as AES-GCM alone cannot prevent ("invisible salamanders", eprint 2019/016), and
containers that lead to the one or the other:

    honest.coffer     the file key that the payload commits to, for KEYFILE
    replaced.coffer   the header in its place gives the other one, to KEYFILE
    added.coffer      the honest recipient and, for OTHER, one with the other file key
    before.coffer     both file keys for KEYFILE, the other one first

With KMS-URL each file key is wrapped by the key ARN of that service as well: honest-kms.coffer and
replaced-kms.coffer. Writes honest.data, and other.data, which nobody may ever see."""
import base64
import json
import os
import pathlib
import struct
import sys
import urllib.request

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Formats" / "reference"))
import coffer_reference as reference

BLOCKS = 4


def block(key: bytes, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def times(a: int, b: int) -> int:
    """In the field of GHASH."""
    product = 0
    for bit in range(127, -1, -1):
        if b >> bit & 1:
            product ^= a
        a = a >> 1 ^ (0xE1 << 120 if a & 1 else 0)
    return product


def power(a: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = times(result, a)
        a, exponent = times(a, a), exponent >> 1
    return result


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def frame_for_two(keys: list[bytes], texts: list[bytes]) -> bytes:
    """A final frame of four blocks: the first says texts[0] under keys[0], the second texts[1] under
    keys[1], the last makes the tag of the one the tag of the other."""
    word = struct.pack(">I", reference.FINAL << 28 | 16 * BLOCKS)
    nonce = reference.frame_nonce(reference.FINAL, 0)

    def stream(key: bytes, at: int) -> int:
        return number(block(key, nonce + struct.pack(">I", at + 2)))

    sealed = [number(texts[at]) ^ stream(keys[at], at) for at in (0, 1)]
    sealed += [number(os.urandom(16)), 0]
    # In GHASH the last block is multiplied by the square of the subkey, as one more follows.
    terms = [number(word + bytes(12)), *sealed, len(word) * 8 << 64 | 128 * BLOCKS]
    difference = weight = 0
    for key in keys:
        subkey = number(block(key, bytes(16)))
        total = 0
        for term in terms:
            total = times(total ^ term, subkey)
        difference ^= total ^ number(block(key, nonce + struct.pack(">I", 1)))
        weight ^= power(subkey, 2)
    sealed[-1] = times(difference, power(weight, 2**128 - 2))
    data = b"".join(one.to_bytes(16, "big") for one in sealed)
    encryptor = Cipher(algorithms.AES(keys[0]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(word)
    encryptor.update(bytes(a ^ b for a, b in zip(data, b"".join(
        stream(keys[0], at).to_bytes(16, "big") for at in range(BLOCKS)))))
    encryptor.finalize()
    return word + data + encryptor.tag


def wrapped_by_kms(url: str, arn: str, binder: bytes, secret: bytes) -> reference.Stanza:
    body = {"KeyId": arn, "Plaintext": base64.b64encode(secret).decode(),
            "EncryptionContext": {"coffer:bind": binder.hex()}}
    region = arn.split(":")[3]
    request = urllib.request.Request(url, json.dumps(body).encode(), {
        "X-Amz-Target": "TrentService.Encrypt", "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=A/20260101/{region}/kms/aws4_request"})
    with urllib.request.urlopen(request) as answer:
        blob = base64.b64decode(json.loads(answer.read())["CiphertextBlob"])
    return reference.Stanza("aws-kms", arn.encode(), blob)


def main() -> None:
    local = [reference.load_keyfile(path) for path in sys.argv[1:3]]
    start = b"COFP" + bytes([1, 12, 0, 0]) + os.urandom(32)
    bind = reference.binding(start, b"")
    binder = reference.wrap_context(bind)
    file_keys = [os.urandom(32) for _ in range(2)]
    keys = [reference.derive_keys(one, bind) for one in file_keys]
    frame = frame_for_two(
        [one.payload for one in keys], [b"the honest text\n", b"the evil text  \n"])
    # Without the commitment both would be taken for authentic.
    for name, one in zip(("honest.data", "other.data"), keys):
        pathlib.Path(name).write_bytes(reference.open_frame(one.payload, frame[:4], 0, frame[4:]))
    payload = start + keys[0].commit + frame + b"".join(reference.encode_index(
        keys[0].payload, [frame[:4]], [reference.PREAMBLE_SIZE], 16 * BLOCKS,
        reference.PREAMBLE_SIZE + len(frame)))

    def stanza(file_key: bytes, to: int) -> reference.Stanza:
        name, key = local[to]
        sealed = reference.seal(key, b"keyfile", binder, file_key, os.urandom(16))
        return reference.Stanza("keyfile", name, sealed)

    def write(name: str, stanzas: list[reference.Stanza], signer: int) -> None:
        header = reference.encode_header(b"", stanzas, keys[signer].header)
        pathlib.Path(name + ".coffer").write_bytes(header + payload)

    honest, other = file_keys
    write("honest", [stanza(honest, 0)], 0)
    write("replaced", [stanza(other, 0)], 1)
    write("added", [stanza(honest, 0), stanza(other, 1)], 0)
    write("before", [stanza(other, 0), stanza(honest, 0)], 0)
    if len(sys.argv) > 3:
        for name, file_key, signer in (("honest-kms", honest, 0), ("replaced-kms", other, 1)):
            write(name, [wrapped_by_kms(sys.argv[3], sys.argv[4], binder, file_key)], signer)


main()
