"""Encrypted ballots: made, opened again to test the machine that made them, and checked.

A ballot holds a ciphertext for every answer, each proved to hold 0 or 1; a proof for each question that their
sum is allowed; and a signature by the credential. All are bound to the election and the credential.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ballots.secret import credentials, election, form
from ballots.secret.arithmetic import Table
from ballots.secret.election import Election, Question
from ballots.secret.elgamal import Ciphertext, Opening, Written, key_table, product, total
from ballots.secret.form import FormError, fingerprint
from ballots.secret.group import GROUP, Random
from ballots.secret.proofs import Proof, check, check_one, prove, prove_one

Choices = Sequence[Sequence[int]]
"""For each question a 0 or 1 for each answer; where blank is possible, its flag comes first."""


class Answer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer to one question, as it is written; blank comes first where it is possible."""

    choices: tuple[Written, ...]
    individual_proofs: tuple[tuple[Proof, Proof], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, Proof] | None = None


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """The credential's signature over the hash of the body."""

    hash: str
    proof: Proof


class Ballot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A ballot as it is written; without its signature it is called the body."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[Answer, ...]
    signature: Signature | None = None


class Prepared(NamedTuple):
    """A ballot that is not signed yet.

    Attributes:
        body: its exact bytes.
        hash: h, what will be signed; shown before the voter decides to cast or to test.
        randomness: r of every ciphertext: who knows it can open the ballot.
    """

    body: bytes
    hash: str
    randomness: tuple[tuple[int, ...], ...]


class Sealed(NamedTuple):
    """A signed ballot.

    Attributes:
        ballot: its exact bytes.
        tracker: by what the voter finds it.
        prepared: what was signed, and what opens it.
    """

    ballot: bytes
    tracker: str
    prepared: Prepared


class Setup(NamedTuple):
    """What a ballot is checked against.

    Attributes:
        election: the questions and the key.
        fingerprint: φ of the election's bytes.
        weights: by public credential.
    """

    election: Election
    fingerprint: str
    weights: Mapping[str, int]

    @classmethod
    def read(cls, raw: bytes, listed: bytes) -> "Setup":
        """From the bytes of election and credential list. Raises FormError."""
        return cls(election.decode(raw), fingerprint(raw), credentials.decode(listed))


class Checked(NamedTuple):
    """A ballot whose proofs hold: who signed, and the ciphertexts by question."""

    credential: str
    answers: tuple[tuple[Ciphertext, ...], ...]

    def numbers(self) -> list[int]:
        """Both numbers of every ciphertext, in their order."""
        return [number for answer in self.answers for one in answer for number in one]

    def place(self, index: int) -> str:
        """Where in the ballot one of the `numbers` stands."""
        places = [
            f"$.answers[{q}].choices[{c}].{field}"
            for q, answer in enumerate(self.answers)
            for c in range(len(answer))
            for field in Ciphertext._fields
        ]
        return places[index]

    def outside(self, index: int) -> FormError:
        """That one of the `numbers` is not in the group."""
        return FormError("not-in-group", self.place(index), "a number that is not in the group")


def prepare(asked: bytes, credential: str, choices: Choices, random: Random = secrets.randbelow) -> Prepared:
    """Encrypt a choice for the holder of a public credential.

    Args:
        asked: the exact bytes of the election.
        credential: the public credential that will sign.
        choices: see `Choices`.
        random: where random numbers come from.

    Raises:
        ValueError: the choice is not valid.
    """
    poll, phi = election.decode(asked), fingerprint(asked)
    if len(choices) != len(poll.questions):
        raise ValueError("a choice for each question is needed")
    y = key_table(poll.y)
    answers, randomness = [], []
    for question, choice in zip(poll.questions, choices, strict=True):
        if not question.allows(choice):
            raise ValueError("a choice that the question does not allow")
        openings = [Opening(GROUP.secret(random), number) for number in choice]
        answers.append(_answer(question, openings, y, f"{phi}|{credential}", random))
        randomness.append(tuple(opening.r for opening in openings))
    body = form.encode(Ballot(poll.uuid, phi, credential, tuple(answers)))
    return Prepared(body, body_digest(body), tuple(randomness))


def sign(body: bytes, secret: int, random: Random = secrets.randbelow) -> bytes:
    """The ballot: its body with the signature of the credential's secret."""
    h = body_digest(body)
    signature = Signature(h, prove(f"sig|{h}", secret, random=random))
    return body[:-1] + b',"signature":' + form.encode(signature) + b"}"


def encrypt(asked: bytes, secret: int, choices: Choices, random: Random = secrets.randbelow) -> Sealed:
    """Prepare and sign at once. Raises ValueError like `prepare`."""
    prepared = prepare(asked, credentials.public(secret), choices, random)
    ballot = sign(prepared.body, secret, random)
    return Sealed(ballot, tracker(ballot), prepared)


def tracker(raw: bytes) -> str:
    """By what a voter finds a ballot again: the fingerprint of its bytes."""
    return fingerprint(raw)


def body_digest(body: bytes) -> str:
    """What is signed of a body, h: its fingerprint."""
    return fingerprint(body)


def digest(raw: bytes) -> str:
    """What is signed of a ballot, h. Raises FormError like `decode`."""
    ballot = decode(raw)
    assert ballot.signature is not None
    return ballot.signature.hash


def decode(raw: bytes) -> Ballot:
    """A signed ballot, of which only the form and the hash are checked: that costs little.

    Raises:
        FormError: `malformed`, `not-canonical`, `unsigned`, `wrong-hash`.
    """
    ballot = form.decode(raw, Ballot)
    if ballot.signature is None:
        raise FormError("unsigned", "$.signature", "no signature")
    if ballot.signature.hash != body_digest(form.encode(replace(ballot, signature=None))):
        raise FormError("wrong-hash", "$.signature.hash", "not the hash of this ballot")
    return ballot


def decode_body(body: bytes) -> Ballot:
    """A ballot that is not signed, of which only the form is checked.

    Raises:
        FormError: `malformed`, `not-canonical`, `signed`.
    """
    ballot = form.decode(body, Ballot)
    if ballot.signature is not None:
        raise FormError("signed", "$.signature", "a signature where there should be none")
    return ballot


def check_summable(asked: bytes, ballot: Ballot) -> None:
    """Pass if a ballot has its election's shape and numbers in it: whatever they are, they can be summed.

    Raises:
        FormError: `wrong-shape`, `not-a-number`, `out-of-range`.
    """
    _check_shapes(election.decode(asked), ballot)
    for q, answer in enumerate(ballot.answers):
        for c, written in enumerate(answer.choices):
            with form.at(f"$.answers[{q}].choices[{c}]"):
                written.numbers()


def reopen(asked: bytes, body: bytes, choices: Choices, randomness: Sequence[Sequence[int]]) -> None:
    """Pass if a body encrypts exactly these choices with exactly this randomness, and its proofs hold.

    Of the ballot only the body is needed, so that another device can test the one that made it.

    Raises:
        FormError: the body is no good, or `other-choice`: it holds something else than is said.
    """
    ballot, poll = decode_body(body), election.decode(asked)
    _check_election(poll, fingerprint(asked), ballot)
    encrypted = _in_group(Checked(ballot.credential, _check_answers(poll, ballot))).answers
    if not len(choices) == len(randomness) == len(encrypted):
        raise FormError("other-choice", "$.answers", "not as many choices as questions")
    for index, (question, choice, drawn) in enumerate(zip(poll.questions, choices, randomness, strict=True)):
        if not question.allows(choice) or encrypted[index] != _sealed(poll, choice, drawn):
            raise FormError("other-choice", f"$.answers[{index}]", "it holds something else than is said")


def _sealed(poll: Election, choice: Sequence[int], drawn: Sequence[int]) -> tuple[Ciphertext, ...] | None:
    """The ciphertexts of one answer; None where the randomness is none."""
    if len(drawn) != len(choice) or not all(0 <= r < GROUP.q for r in drawn):
        return None
    y = key_table(poll.y)
    return tuple(Opening(r, m).seal(y) for r, m in zip(drawn, choice, strict=True))


def check_ballot(setup: Setup, raw: bytes) -> Checked:
    """Check a ballot in full, before it is kept.

    Raises:
        FormError: like `check_proofs`, and `unlisted-credential`, `not-in-group`.
    """
    ballot = decode(raw)
    _check_election(setup.election, setup.fingerprint, ballot)
    if ballot.credential not in setup.weights:
        raise FormError("unlisted-credential", "$.credential", "a credential that is not in the list")
    return _in_group(_check(setup.election, ballot))


def check_proofs(asked: bytes, raw: bytes) -> Checked:
    """Check all of a ballot but that its credential is listed, and that its numbers are in the group.

    Without either the proofs mean nothing: for many ballots both are checked together, afterwards.

    Raises:
        FormError: like `decode`; `other-election`, `wrong-shape`, `bad-proof`, what is wrong with a number.
    """
    ballot, poll = decode(raw), election.decode(asked)
    _check_election(poll, fingerprint(asked), ballot)
    return _check(poll, ballot)


def check_signature(raw: bytes) -> None:
    """Pass if the holder of its credential has signed a ballot: one proof, and nothing else is looked at.

    Raises:
        FormError: like `decode`; `bad-proof`, what is wrong with a number.
    """
    _check_signature(decode(raw))


def check_answers(asked: bytes, raw: bytes) -> Checked:
    """What `check_proofs` checks beside the signature. Raises FormError like it."""
    ballot, poll = decode(raw), election.decode(asked)
    _check_election(poll, fingerprint(asked), ballot)
    return Checked(ballot.credential, _check_answers(poll, ballot))


def _in_group(checked: Checked) -> Checked:
    for index in GROUP.strangers(checked.numbers()):
        raise checked.outside(index)
    return checked


def _check_election(asked: Election, phi: str, ballot: Ballot) -> None:
    if ballot.election_uuid != asked.uuid:
        raise FormError("other-election", "$.election_uuid", "a ballot of another election")
    if ballot.election_hash != phi:
        raise FormError("other-election", "$.election_hash", "a ballot of another election")


def _check(asked: Election, ballot: Ballot) -> Checked:
    _check_signature(ballot)
    return Checked(ballot.credential, _check_answers(asked, ballot))


def _check_signature(ballot: Ballot) -> None:
    assert ballot.signature is not None
    with form.at("$.credential"):
        key = GROUP.residue(ballot.credential)
    with form.at("$.signature.proof"):
        check(f"sig|{ballot.signature.hash}", ballot.signature.proof, (GROUP.g, key))


def _check_answers(asked: Election, ballot: Ballot) -> tuple[tuple[Ciphertext, ...], ...]:
    _check_shapes(asked, ballot)
    said, y = f"{ballot.election_hash}|{ballot.credential}", key_table(asked.y)
    return tuple(
        _check_answer(question, answer, y, said, f"$.answers[{index}]")
        for index, (question, answer) in enumerate(zip(asked.questions, ballot.answers, strict=True))
    )


def _check_shapes(asked: Election, ballot: Ballot) -> None:
    if len(ballot.answers) != len(asked.questions):
        raise FormError("wrong-shape", "$.answers", "not one answer for each question")
    for index, (question, answer) in enumerate(zip(asked.questions, ballot.answers, strict=True)):
        _check_shape(question, answer, f"$.answers[{index}]")


def _check_shape(question: Question, answer: Answer, where: str) -> None:
    for field, found, due in (
        ("choices", len(answer.choices), question.size),
        ("individual_proofs", len(answer.individual_proofs), question.size),
        ("overall_proof", len(answer.overall_proof), question.overall),
        ("blank_proof", int(answer.blank_proof is not None), int(question.blank)),
    ):
        if found != due:
            raise FormError("wrong-shape", f"{where}.{field}", f"{found} where {due} belong")


def _check_answer(
    question: Question, answer: Answer, y: Table, said: str, where: str
) -> tuple[Ciphertext, ...]:
    encrypted: list[Ciphertext] = []
    for index, (written, proofs) in enumerate(zip(answer.choices, answer.individual_proofs, strict=True)):
        with form.at(f"{where}.choices[{index}]"):
            encrypted.append(ciphertext := written.numbers())
        with form.at(f"{where}.individual_proofs[{index}]"):
            claims = [(ciphertext, 0), (ciphertext, 1)]
            check_one(f"prove|{said}|{ciphertext.alpha},{ciphertext.beta}", y, claims, proofs)
    said = _with_choices(said, encrypted)
    if answer.blank_proof is None:
        summed = product(encrypted)
        claims = [(summed, number) for number in range(question.min, question.max + 1)]
        said = f"prove|{said}|{summed.alpha},{summed.beta}"
    else:
        blank, summed = encrypted[0], product(encrypted[1:])
        with form.at(f"{where}.blank_proof"):
            check_one(f"bproof0|{said}", y, [(blank, 0), (summed, 0)], answer.blank_proof)
        claims = [(blank, 1), *((summed, number) for number in range(question.min, question.max + 1))]
        said = f"bproof1|{said}"
    with form.at(f"{where}.overall_proof"):
        check_one(said, y, claims, answer.overall_proof)
    return tuple(encrypted)


def _answer(question: Question, openings: list[Opening], y: Table, said: str, random: Random) -> Answer:
    encrypted = [opening.seal(y) for opening in openings]
    individual = []
    for opening, (alpha, beta) in zip(openings, encrypted, strict=True):
        one, other = prove_one(
            f"prove|{said}|{alpha},{beta}", y, [(opening, 0), (opening, 1)], opening.m, random
        )
        individual.append((one, other))
    said, blank_proof = _with_choices(said, encrypted), None
    if not question.blank:
        summed, (alpha, beta) = total(openings), product(encrypted)
        claims = [(summed, number) for number in range(question.min, question.max + 1)]
        overall = prove_one(f"prove|{said}|{alpha},{beta}", y, claims, summed.m - question.min, random)
    else:
        blank, summed = openings[0], total(openings[1:])
        one, other = prove_one(f"bproof0|{said}", y, [(blank, 0), (summed, 0)], blank.m, random)
        blank_proof = (one, other)
        claims = [(blank, 1), *((summed, number) for number in range(question.min, question.max + 1))]
        true = 0 if blank.m else summed.m - question.min + 1
        overall = prove_one(f"bproof1|{said}", y, claims, true, random)
    return Answer(tuple(one.written() for one in encrypted), tuple(individual), tuple(overall), blank_proof)


def _with_choices(said: str, encrypted: Sequence[Ciphertext]) -> str:
    return f"{said}|{','.join(f'{alpha},{beta}' for alpha, beta in encrypted)}"
