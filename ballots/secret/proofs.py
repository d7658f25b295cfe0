"""Proofs of knowledge made non-interactive by hashing: of one exponent, and of one claim among several.

Every proof is a challenge and a response; every commitment is base^response · public^challenge.
What is hashed begins with what is said (`said`), which binds the proof to its purpose and place.
"""

import secrets
from collections.abc import Iterable, Sequence

from msgspec import Struct

from ballots.secret.arithmetic import Table
from ballots.secret.elgamal import Ciphertext, Opening
from ballots.secret.group import GROUP, Random


class ProofError(ValueError):
    """A proof that does not hold."""

    code = "bad-proof"


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """A proof as it is written: two exponents in decimal."""

    challenge: str
    response: str

    def read(self) -> tuple[int, int]:
        """Challenge and response. Raises GroupError."""
        return GROUP.exponent(self.challenge), GROUP.exponent(self.response)


def prove(
    said: str, secret: int, bases: Sequence[int] = (GROUP.g,), random: Random = secrets.randbelow
) -> Proof:
    """Prove to know the secret of `base^secret` for all the bases alike.

    With one base, g, this is Schnorr's proof: `said` is `pok|GROUP|X`, `sigmsg|M` or `sig|h`.
    With g and α it is Chaum and Pedersen's: `said` is `decrypt|φ|X`.
    """
    w = GROUP.secret(random)
    commitments = (GROUP.secret_power(base, w) for base in bases)
    challenge = GROUP.hashed(f"{said}|{_listed(commitments)}")
    return Proof(str(challenge), str((w - secret * challenge) % GROUP.q))


def check(said: str, proof: Proof, *claims: tuple[int, int]) -> None:
    """Check what `prove` gives; each claim is a base and its power, elements of the group.

    Raises:
        GroupError: challenge or response is no exponent.
        ProofError: the proof does not hold.
    """
    challenge, response = proof.read()
    commitments = (
        GROUP.product(
            GROUP.raised(response) if base == GROUP.g else GROUP.power(base, response),
            GROUP.power(public, challenge),
        )
        for base, public in claims
    )
    if GROUP.hashed(f"{said}|{_listed(commitments)}") != challenge:
        raise ProofError("the proof does not hold")


def prove_one(
    said: str, y: Table, claims: Sequence[tuple[Opening, int]], true: int, random: Random = secrets.randbelow
) -> list[Proof]:
    """Prove that one of the claims "this ciphertext holds that number" is true, without showing which.

    Args:
        said: what is hashed before the commitments.
        y: the election's key.
        claims: ciphertexts with the number that each is said to hold.
        true: the index of the claim that is true.
        random: where random numbers come from.
    """
    q = GROUP.q
    drawn = [(GROUP.secret(random), GROUP.secret(random)) for _ in claims]
    commitments: list[int] = []
    for index, ((opening, number), (challenge, response)) in enumerate(zip(claims, drawn, strict=True)):
        if index == true:
            commitments += GROUP.raised(response), y.power(response)
        else:  # g^response α^challenge and y^response (β/g^number)^challenge, all by tables
            e = (response + opening.r * challenge) % q
            shift = GROUP.raised((opening.m - number) * challenge % q)
            commitments += GROUP.raised(e), GROUP.product(y.power(e), shift)
    others = sum(challenge for index, (challenge, _) in enumerate(drawn) if index != true)
    challenge = (GROUP.hashed(f"{said}|{_listed(commitments)}") - others) % q
    drawn[true] = challenge, (drawn[true][1] - claims[true][0].r * challenge) % q
    return [Proof(str(challenge), str(response)) for challenge, response in drawn]


def check_one(said: str, y: Table, claims: Sequence[tuple[Ciphertext, int]], proofs: Sequence[Proof]) -> None:
    """Check what `prove_one` gives; it means nothing unless the ciphertexts are in the group.

    Raises:
        GroupError: a challenge or response is no exponent.
        ProofError: the proof does not hold, or has not one part for each claim.
    """
    if len(proofs) != len(claims):
        raise ProofError(f"{len(proofs)} proofs where {len(claims)} belong")
    read = [proof.read() for proof in proofs]
    commitments: list[int] = []
    for (ciphertext, number), (challenge, response) in zip(claims, read, strict=True):
        beta = ciphertext.beta
        if number:
            beta = GROUP.product(beta, GROUP.inverse(GROUP.raised(number)))
        commitments += (
            GROUP.product(GROUP.raised(response), GROUP.power(ciphertext.alpha, challenge)),
            GROUP.product(y.power(response), GROUP.power(beta, challenge)),
        )
    if GROUP.hashed(f"{said}|{_listed(commitments)}") != sum(challenge for challenge, _ in read) % GROUP.q:
        raise ProofError("the proof does not hold")


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
