#!/usr/bin/env python3
"""Writes the tables of high precision beside this file, against which libflowline and the Java side
are tested: needs mpmath (Debian: python3-mpmath), takes about a minute.

log10-chi-square-tail.csv: the tail is a finite sum of positive terms, which loses no digit,
    Q(a, x) = e^-x sum of x^k / Gamma(k + 1) over k = a - 1, a - 2, ... >= 0      C = 2 a even
    Q(a, x) = erfc(sqrt x) + the same sum over k = a - 1, ..., 1/2                 C = 2 a odd
and where Q is near 1, log10 Q = log1p(-P) / ln 10 with P by its series of positive terms. Where both
hold they are compared.

log10-number-of-tests.csv: the sum over r = 1..n, its smaller terms left out where they are below
10^-120 of the whole.
"""

import pathlib

from mpmath import erfc, exp, gamma, log, log10, log1p, mp, mpf, sqrt

DIGITS = 60
mp.dps = DIGITS + 20
HERE = pathlib.Path(__file__).parent

CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 96, 127, 128, 160]
CHANNELS += [192, 255, 256, 304, 384, 512, 513, 768, 816, 1023, 1024, 1536, 2047, 2048, 3072, 4095]
CHANNELS += [4096]
RATIOS = ["1e-8", "1e-4", "0.01", "0.1", "0.25", "0.5", "0.7", "0.9", "0.98", "0.999999", "1"]
RATIOS += ["1.000001", "1.02", "1.1", "1.2", "1.35", "1.5", "1.75", "2", "2.5", "3", "4", "6", "10"]
RATIOS += ["30", "100", "1000", "1e5"]
TAILS = [1, 3, 10, 30, 100, 300, 308, 324, 1000, 3000, 4000]  # log10 Q is about minus that


def upper(a, x):
    """Q(a, x)."""
    k = a - 1
    term = exp(k * log(x) - x) / gamma(k + 1)
    total = mpf(0)
    while k >= 0:
        total += term
        term *= k / x
        k -= 1
    return total + erfc(sqrt(x)) if (2 * a) % 2 == 1 else total


def lower(a, x):
    """P(a, x)."""
    term = exp(a * log(x) - x) / gamma(a + 1)
    total, n = mpf(0), 0
    while term > total * mpf(10) ** -mp.dps:
        total += term
        n += 1
        term *= x / (a + n)
    return total


def log10_tail(channels, energy):
    a, x = mpf(channels) / 2, mpf(energy) / 2  # a double, taken as it is
    if x > 2 * a + 50:
        return log10(upper(a, x))
    p = lower(a, x)
    by_lower = log1p(-p) / log(10)
    if x <= a:
        if p > mpf(10) ** -15:
            assert abs(log10(upper(a, x)) / by_lower - 1) < mpf(10) ** -DIGITS, (channels, energy)
        return by_lower
    q = upper(a, x)
    if q > mpf(10) ** -15:
        assert abs(by_lower / log10(q) - 1) < mpf(10) ** -DIGITS, (channels, energy)
    return log10(q)


def short(value):
    return float(f"{float(value):.6g}")


def energy_of_tail(channels, digits):
    """About where log10 Q = -digits: bisection of Chernoff's bound."""
    low, high = 0.0, 1e6
    for _ in range(60):
        d = (low + high) / 2
        reached = channels / 2 * (d - float(log1p(d))) / 2.302585
        low, high = (low, d) if reached > digits else (d, high)
    return channels * (1 + low)


def write(name, header, rows):
    with open(HERE / name, "w", encoding="ascii") as file:
        file.write(f"# {header}; written by high-precision-tables.py\n")
        file.writelines(",".join(row) + "\n" for row in rows)
    print(len(rows), "rows in", name)


def tail_rows():
    for channels in CHANNELS:
        energies = {short(channels * float(ratio)) for ratio in RATIOS}
        energies |= {short(energy_of_tail(channels, digits)) for digits in TAILS}
        for energy in sorted(energies):
            value = log10_tail(channels, energy)
            if abs(value) > mpf(10) ** -290:  # what a double can hold to full precision
                yield str(channels), repr(energy), mp.nstr(value, 20)


ALPHA, BETA = mpf("0.316915"), mpf("4.062570")


def tests_of_scale(n):
    """n sum over r = 1..n of alpha beta^r / r, as (mantissa, exponent of beta)."""
    return ALPHA * n * sum(BETA ** -j / mpf(n - j) for j in range(min(n, 200))), n


def log10_tests(pixels):
    most = max(pixels)
    total = sum(m * BETA ** (n - most) for m, n in map(tests_of_scale, pixels))
    return log10(total) + most * log10(BETA)


def tests_rows():
    sides = [1, 2, 3, 5, 7, 8, 13, 14, 27, 28, 32, 33, 56, 64, 100, 112, 224, 448, 512, 1000, 1024]
    sides += [2048, 3000, 4096]
    single = sorted({s * s for s in sides} | {2, 3, 6, 47, 48, 49, 50, 783, 785, 10**6, 2**24, 2**24 - 1})
    shapes = [(n,) for n in single]
    for s in sides:
        n = s * s
        shapes += [(n, max(1, n // 4)), (n, n), (1, n)]
        shapes += [(n, max(1, n // 4), max(1, n // 16)), (n, 1, n + 1)]
        shapes += [(n, max(1, n // 4), max(1, n // 16), max(1, n // 64)), (1, 2, 3, n), (n, n, n, n)]
    for shape in sorted(set(shapes), key=lambda shape: (len(shape), shape)):
        if max(shape) <= 2**24:
            yield " ".join(map(str, shape)), mp.nstr(log10_tests(shape), 20)


def by_size_rows():
    for n in [1, 2, 5, 49, 196, 784, 3136, 12544, 200704, 2**20, 2**24]:
        for total in sorted({n, n + 1, n + n // 4, 4 * n}):
            for r in sorted({1, min(2, n), min(7, n), (n + 1) // 2, n}):
                value = log10(ALPHA * total * n / r) + r * log10(BETA)
                yield str(n), str(total), str(r), mp.nstr(value, 20)


write("log10-chi-square-tail.csv",
      "channels,energy,log10 of the chi-square's upper tail: log10 Q(channels/2, energy/2)",
      list(tail_rows()))
write("log10-number-of-tests.csv", "positions of each scale,log10 N_T as published",
      list(tests_rows()))
write("log10-number-of-tests-by-size.csv",
      "positions of the scale,of all scales,of the region,log10 N_T(l, r)", list(by_size_rows()))
