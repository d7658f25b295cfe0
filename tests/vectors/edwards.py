"""Ed25519 by the textbook (RFC 8032 §5.1), slow and plain: to make what no library makes."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)  # noqa: E741 - the field's square root of -1

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def recover_x(y: int) -> int | None:
    """The even x of the points with this y, or None where there are none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * I % P
    if (x * x - square) % P:
        return None
    return x if x % 2 == 0 else P - x


def add(a: Point, b: Point) -> Point:
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P,
    )


def times(n: int, point: Point) -> Point:
    total = IDENTITY
    while n:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def raw(y: int, sign: int) -> bytes:
    """32 bytes with any y below 2^255 and any sign, meaningful or not."""
    return (y | sign << 255).to_bytes(32, "little")


def number(data: bytes) -> int:
    return int.from_bytes(data, "little")


BASE: Point = (P - x if (x := recover_x(4 * pow(5, -1, P) % P) or 0) % 2 else x, 4 * pow(5, -1, P) % P)


def _eighth() -> Point:
    """A point of order 8: ℓ times the first point that leaves one."""
    y = 2
    while True:
        x = recover_x(y)
        if x is not None:
            point = times(L, (x, y))
            if times(4, point) != IDENTITY:
                return point
        y += 1


EIGHTH = _eighth()
TORSION = [times(n, EIGHTH) for n in range(8)]
"""The eight points of small order; number n is n times a point of order 8."""


def expand(seed: bytes) -> tuple[int, Point]:
    """The secret scalar of a seed, and its public point."""
    digest = hashlib.sha512(seed).digest()
    scalar = number(digest[:32]) & (2**254 - 8) | 2**254
    return scalar, times(scalar, BASE)


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return number(hashlib.sha512(r + public + message).digest()) % L
