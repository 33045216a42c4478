"""ML-KEM-768 encapsulation (FIPS 203) with chosen randomness, which libraries do not offer: vectors
have to come out the same each time. For vectors only; slow, and not in constant time."""

from __future__ import annotations

import hashlib

Q, N, K = 3329, 256, 3
Polynomial = list[int]


def bit_reversed(i: int) -> int:
    return int(f"{i:07b}"[::-1], 2)


ZETAS = [pow(17, bit_reversed(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * bit_reversed(i) + 1, Q) for i in range(128)]


def ntt(f: Polynomial) -> Polynomial:
    f, at, length = list(f), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta, at = ZETAS[at], at + 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
        length //= 2
    return f


def inverse_ntt(f: Polynomial) -> Polynomial:
    f, at, length = list(f), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta, at = ZETAS[at], at - 1
            for j in range(start, start + length):
                t = f[j]
                f[j], f[j + length] = (t + f[j + length]) % Q, zeta * (f[j + length] - t) % Q
        length *= 2
    return [x * 3303 % Q for x in f]


def multiply(f: Polynomial, g: Polynomial) -> Polynomial:
    product: Polynomial = []
    for i, gamma in enumerate(GAMMAS):
        (a0, a1), (b0, b1) = f[2 * i:2 * i + 2], g[2 * i:2 * i + 2]
        product += [(a0 * b0 + a1 * b1 * gamma) % Q, (a0 * b1 + a1 * b0) % Q]
    return product


def add(*polynomials: Polynomial) -> Polynomial:
    return [sum(values) % Q for values in zip(*polynomials)]


def dot(left: list[Polynomial], right: list[Polynomial]) -> Polynomial:
    return add(*(multiply(f, g) for f, g in zip(left, right)))


def uniform(seed: bytes) -> Polynomial:
    """SampleNTT: numbers below q from 12-bit pieces."""
    stream, values = hashlib.shake_128(seed).digest(1344), []
    for a, b, c in zip(stream[0::3], stream[1::3], stream[2::3]):
        values += [d for d in (a | (b & 15) << 8, b >> 4 | c << 4) if d < Q]
    assert len(values) >= N
    return values[:N]


def small(seed: bytes, counter: int) -> Polynomial:
    """SamplePolyCBD with eta = 2."""
    stream = hashlib.shake_256(seed + bytes([counter])).digest(128)
    bits = [byte >> i & 1 for byte in stream for i in range(8)]
    return [(bits[i] + bits[i + 1] - bits[i + 2] - bits[i + 3]) % Q for i in range(0, 4 * N, 4)]


def packed(values: list[int], width: int) -> bytes:
    total = sum(value << width * i for i, value in enumerate(values))
    return total.to_bytes(len(values) * width // 8, "little")


def unpacked(data: bytes, width: int) -> list[int]:
    total, mask = int.from_bytes(data, "little"), (1 << width) - 1
    return [total >> width * i & mask for i in range(8 * len(data) // width)]


def compressed(f: Polynomial, width: int) -> bytes:
    return packed([((x << width) + Q // 2) // Q % (1 << width) for x in f], width)


def encapsulate(public_key: bytes, message: bytes) -> tuple[bytes, bytes]:
    """(shared secret, 1,088 bytes of ciphertext) for 1,184 bytes of key and 32 of randomness."""
    secret_and_coins = hashlib.sha3_512(message + hashlib.sha3_256(public_key).digest()).digest()
    secret, coins = secret_and_coins[:32], secret_and_coins[32:]
    t = [unpacked(public_key[384 * i:384 * (i + 1)], 12) for i in range(K)]
    seed = public_key[384 * K:]
    y = [ntt(small(coins, i)) for i in range(K)]
    ciphertext = b""
    for i in range(K):
        column = [uniform(seed + bytes([i, j])) for j in range(K)]
        ciphertext += compressed(add(inverse_ntt(dot(column, y)), small(coins, K + i)), 10)
    bits = [(Q + 1) // 2 * bit for bit in unpacked(message, 1)]
    v = add(inverse_ntt(dot(t, y)), small(coins, 2 * K), bits)
    return secret, ciphertext + compressed(v, 4)
