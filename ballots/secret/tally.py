"""The sum of all ballots, its opening by the key holders, and the totals inside.

Nothing but this sum is ever decrypted. What is passed around are the exact bytes of an archive's objects.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from ballots.secret import ballot, election, form
from ballots.secret.elgamal import Ciphertext, Written, product
from ballots.secret.form import Count, FormError
from ballots.secret.group import GROUP, Random
from ballots.secret.proofs import Proof, check, prove
from ballots.secret.trustees import Trustees
from ballots.secret.trustees import decode as read_trustees

Sums = tuple[tuple[Ciphertext, ...], ...]
"""For each question, for each answer (blank first), the ciphertext of a total."""
Factors = tuple[tuple[int, ...], ...]
"""What a key makes of the α of every total; of all keys together β / g^total."""
Totals = tuple[tuple[int, ...], ...]
"""For each question, for each answer (blank first), how many votes."""


class Sized(Struct, frozen=True, forbid_unknown_fields=True):
    """How many ballots a tally sums, and what they weigh together."""

    num_tallied: int
    total_weight: Count
    encrypted_tally: str


class Decryption(Struct, frozen=True, forbid_unknown_fields=True):
    """What one key holder makes of a tally, with a proof for each factor."""

    decryption_factors: tuple[tuple[str, ...], ...]
    decryption_proofs: tuple[tuple[Proof, ...], ...]


class Outcome(Struct, frozen=True, forbid_unknown_fields=True):
    """The totals, as they are written."""

    result: tuple[tuple[Count, ...], ...]


def add(asked: bytes, ballots: Iterable[bytes], weights: Mapping[str, int] | None = None) -> bytes:
    """The encrypted tally of ballots that were checked before; of each credential the last one counts.

    Args:
        asked: the exact bytes of the election.
        ballots: the exact bytes of the ballots, in the order in which they came.
        weights: by credential, where they are not all 1.
    """
    last = {read.credential: read.answers for read in map(ballot.decode, ballots)}
    return encode(
        total(
            asked,
            (
                (
                    tuple(tuple(one.numbers() for one in answer.choices) for answer in answers),
                    1 if weights is None else weights[credential],
                )
                for credential, answers in last.items()
            ),
        )
    )


def total(asked: bytes, answers: Iterable[tuple[Sums, int]]) -> Sums:
    """The sum of answers, each times its weight."""
    weighted = [(answer, weight) for answer, weight in answers if weight]
    return tuple(
        tuple(
            product(answer[q][c].power(weight) for answer, weight in weighted) for c in range(question.size)
        )
        for q, question in enumerate(election.decode(asked).questions)
    )


def encode(sums: Sums) -> bytes:
    """The bytes of an encrypted tally."""
    return form.encode([[one.written() for one in row] for row in sums])


def decode(asked: bytes, raw: bytes) -> Sums:
    """The encrypted tally that was written so.

    Raises:
        FormError: `malformed`, `not-canonical`, `wrong-shape`, or what is wrong with a number.
    """
    rows = form.decode(raw, tuple[tuple[Written, ...], ...])
    _check_shape([len(row) for row in rows], [one.size for one in election.decode(asked).questions], "$")
    sums = []
    for q, row in enumerate(rows):
        with form.at(f"$[{q}]"):
            sums.append(tuple(one.read() for one in row))
    return tuple(sums)


def sized(tallied: int, weight: int, summed: bytes) -> bytes:
    """The object that says what an encrypted tally sums."""
    return form.encode(Sized(tallied, form.count(weight), form.digest(summed)))


def decrypt(asked: bytes, summed: bytes, secret: int, random: Random = secrets.randbelow) -> bytes:
    """What the holder of a secret key makes of a tally. Raises FormError like `decode`."""
    said = f"decrypt|{form.fingerprint(asked)}|{GROUP.secret_power(GROUP.g, secret)}"
    factors, proofs = [], []
    for row in decode(asked, summed):
        factors.append(tuple(str(GROUP.secret_power(one.alpha, secret)) for one in row))
        proofs.append(tuple(prove(said, secret, (GROUP.g, one.alpha), random) for one in row))
    return form.encode(Decryption(tuple(factors), tuple(proofs)))


def check_decryption(asked: bytes, public: int, summed: bytes, raw: bytes) -> Factors:
    """The factors that a key holder has made of a tally, once they are proved.

    Args:
        asked: the exact bytes of the election.
        public: the holder's public key.
        summed: the tally.
        raw: what the holder has made of it.

    Raises:
        FormError: `malformed`, `not-canonical`, `wrong-shape`, `bad-proof`, or what is wrong with a number.
    """
    sums, read = decode(asked, summed), form.decode(raw, Decryption)
    due = [len(row) for row in sums]
    _check_shape([len(row) for row in read.decryption_factors], due, "$.decryption_factors")
    _check_shape([len(row) for row in read.decryption_proofs], due, "$.decryption_proofs")
    said = f"decrypt|{form.fingerprint(asked)}|{public}"
    factors: list[tuple[int, ...]] = []
    for q, row in enumerate(sums):
        made = []
        for c, one in enumerate(row):
            with form.at(f"$.decryption_factors[{q}][{c}]"):
                made.append(factor := GROUP.element(read.decryption_factors[q][c]))
            with form.at(f"$.decryption_proofs[{q}][{c}]"):
                check(said, read.decryption_proofs[q][c], (GROUP.g, public), (one.alpha, factor))
        factors.append(tuple(made))
    return tuple(factors)


def combine(keys: Trustees, factors: Mapping[int, Factors]) -> Factors:
    """The factors of all keys together, from those of each owner.

    Raises:
        NotEnough: the owners do not suffice.
    """
    exponents = keys.combination(factors)
    one = factors[next(iter(exponents))]
    return tuple(
        tuple(
            GROUP.product(
                *(GROUP.power(factors[owner][q][c], exponent) for owner, exponent in exponents.items())
            )
            for c in range(len(row))
        )
        for q, row in enumerate(one)
    )


def totals(asked: bytes, keys: bytes, summed: bytes, decryptions: Mapping[int, bytes], votes: int) -> Totals:
    """The totals inside a tally, opened by enough decryptions.

    Args:
        asked: the exact bytes of the election.
        keys: of its trustees.
        summed: of the tally.
        decryptions: of what the owners have made of it, by number from 1.
        votes: what all ballots weigh together: no total is larger.

    Raises:
        NotEnough: the owners do not suffice.
        FormError: like `check_decryption`, and `no-total`: a ciphertext holds no number up to `votes`.
    """
    trustees = read_trustees(keys)
    factors = {
        owner: check_decryption(asked, trustees.keys[owner - 1], summed, raw)
        for owner, raw in decryptions.items()
        if 1 <= owner <= len(trustees.keys)
    }
    combined = combine(trustees, factors)
    powers = {
        (q, c): GROUP.product(one.beta, GROUP.inverse(combined[q][c]))
        for q, row in enumerate(decode(asked, summed))
        for c, one in enumerate(row)
    }
    try:
        found = GROUP.modulus.logarithms(GROUP.g, powers.values(), votes)
    except ValueError:
        raise FormError("no-total", "$", "a total that is larger than all votes together") from None
    numbers = dict(zip(powers, found, strict=True))
    return tuple(tuple(numbers[q, c] for c in range(len(row))) for q, row in enumerate(combined))


def holds(summed: Sums, combined: Factors, said: Totals) -> bool:
    """Whether a tally of this shape holds these totals: β = F · g^total, which needs no search."""
    return all(
        one.beta == GROUP.product(factor, GROUP.raised(number))
        for row in zip(summed, combined, said, strict=True)
        for one, factor, number in zip(*row, strict=True)
    )


def encode_result(found: Totals) -> bytes:
    """The bytes of the totals."""
    return form.encode(Outcome(tuple(tuple(form.count(number) for number in row) for row in found)))


def decode_result(asked: bytes, raw: bytes) -> Totals:
    """The totals that were written so.

    Raises:
        FormError: `malformed`, `not-canonical`, `wrong-shape`, `bad-count`.
    """
    rows = form.decode(raw, Outcome).result
    _check_shape(
        [len(row) for row in rows], [one.size for one in election.decode(asked).questions], "$.result"
    )
    return tuple(
        tuple(form.read_count(number, f"$.result[{q}][{c}]") for c, number in enumerate(row))
        for q, row in enumerate(rows)
    )


def _check_shape(found: Sequence[int], due: Sequence[int], where: str) -> None:
    if list(found) != list(due):
        raise FormError("wrong-shape", where, "not one for each answer to each question")
