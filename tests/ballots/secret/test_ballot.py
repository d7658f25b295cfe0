"""Encrypted ballots: made, opened again, and what is refused at the door."""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import ballot, credentials, form
from ballots.secret.election import Question
from ballots.secret.elgamal import key_table
from ballots.secret.form import FormError
from ballots.secret.group import GROUP
from ballots.secret.proofs import Proof, check, prove
from ballots.secret.tally import add, decrypt, totals
from tests.ballots.secret.elections import MOTION, Made, make, some_choice

BLANK = Question(answers=("甲", "乙", "丙"), blank=True, min=1, max=2, question="选一至二人")
MADE = make(MOTION, BLANK, voters=3)
CHOICE = [[0, 1, 0], [0, 1, 0, 1]]
SEALED = ballot.encrypt(MADE.asked, MADE.secrets[0], CHOICE, random.Random(1).randrange)


def refused(raw: bytes, made: Made = MADE) -> tuple[str, str]:
    """With which code, naming what, a ballot is refused."""
    with pytest.raises(FormError) as caught:
        ballot.check_ballot(made.setup, raw)
    return caught.value.code, caught.value.where


def resigned(change: Callable[[dict[str, Any]], object], secret: int = MADE.secrets[0]) -> bytes:
    """The good ballot changed, and signed again."""
    body = msgspec.json.decode(SEALED.prepared.body)
    change(body)
    return ballot.sign(form.encode(body), secret)


questions = st.builds(
    lambda answers, low, high, blank: Question(
        answers=tuple(f"答{n}" for n in range(answers)),
        blank=blank,
        min=min(low, high, answers),
        max=min(max(low, high), answers),
        question="?",
    ),
    st.integers(1, 6),
    st.integers(0, 6),
    st.integers(0, 6),
    st.booleans(),
)


@settings(max_examples=25)
@given(st.lists(questions, min_size=1, max_size=2), st.randoms())
def test_any_valid_choice(asked: list[Question], draw: random.Random) -> None:
    """It is accepted, opened with its randomness and with no other, and counts for what it is."""
    made = make(*asked, voters=1)
    choices = [some_choice(question, draw) for question in asked]
    sealed = ballot.encrypt(made.asked, made.secrets[0], choices, draw.randrange)
    checked = ballot.check_ballot(made.setup, sealed.ballot)
    assert checked.credential in made.weights
    body, h, randomness = sealed.prepared
    assert sealed.tracker == form.fingerprint(sealed.ballot)
    assert (ballot.digest(sealed.ballot), ballot.body_digest(body)) == (h, h)
    ballot.reopen(made.asked, body, choices, randomness)
    summed = add(made.asked, [sealed.ballot])
    decryption = decrypt(made.asked, summed, made.exponents[1], draw.randrange)
    assert totals(made.asked, made.keys, summed, {1: decryption}, 1) == tuple(map(tuple, choices))


@pytest.mark.parametrize(
    "choice",
    [
        [[0, 1, 0]], [[0, 1, 0], [0, 1, 0, 1], [1]], [[1, 1, 0], [0, 1, 0, 1]], [[0, 0, 0], [0, 1, 0, 1]],
        [[0, 2, -1], [0, 1, 0, 1]], [[0, 1], [0, 1, 0, 1]], [[0, 1, 0], [1, 1, 0, 0]], [[0, 1, 0], [0, 0, 0, 0]],
        [[0, 1, 0], [0, 1, 1, 1]], [[0, 1, 0], [1, 0, 1]],
    ],
)  # fmt: skip
def test_invalid_choices(choice: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="choice"):
        ballot.encrypt(MADE.asked, MADE.secrets[0], choice)


def test_a_tested_machine_that_lied() -> None:
    """What is opened must be the very body, the very choice and the very randomness."""
    body, _, randomness = SEALED.prepared
    ballot.reopen(MADE.asked, body, CHOICE, randomness)
    other = [[1, 0, 0], CHOICE[1]]
    shifted = [[randomness[0][0] + 1, *randomness[0][1:]], randomness[1]]
    beyond = [[randomness[0][0] + GROUP.q, *randomness[0][1:]], randomness[1]]
    for choices, drawn, where in [
        (other, randomness, "$.answers[0]"), (CHOICE, shifted, "$.answers[0]"), (CHOICE, beyond, "$.answers[0]"),
        (CHOICE, randomness[:1], "$.answers"), (CHOICE[:1], randomness[:1], "$.answers"),
        (CHOICE, [randomness[0], randomness[1][:2]], "$.answers[1]"), (CHOICE, [(), ()], "$.answers[0]"),
    ]:  # fmt: skip
        with pytest.raises(FormError) as caught:
            ballot.reopen(MADE.asked, body, choices, drawn)
        assert (caught.value.code, caught.value.where) == ("other-choice", where)
    with pytest.raises(FormError) as caught:
        ballot.reopen(MADE.asked, SEALED.ballot, CHOICE, randomness)
    assert caught.value.code == "signed"
    with pytest.raises(FormError) as caught:
        ballot.reopen(make(MOTION, BLANK, seed="other").asked, body, CHOICE, randomness)
    assert caught.value.code == "other-election"


def test_a_body_that_is_right_but_not_proved() -> None:
    """It would be refused when cast: a machine that is tested and passes must have made a good ballot."""
    body = msgspec.json.decode(SEALED.prepared.body)
    body["answers"][0]["overall_proof"][0]["response"] = "1"
    with pytest.raises(FormError) as caught:
        ballot.reopen(MADE.asked, form.encode(body), CHOICE, SEALED.prepared.randomness)
    assert (caught.value.code, caught.value.where) == ("bad-proof", "$.answers[0].overall_proof")


def test_copied_answers() -> None:
    """Somebody else's answers under one's own credential, as they are or with the credential swapped."""
    other = credentials.public(MADE.secrets[1])
    copied = resigned(lambda body: body.update(credential=other), MADE.secrets[1])
    assert refused(copied) == ("bad-proof", "$.answers[0].individual_proofs[0]")
    swapped = resigned(lambda body: body.update(credential=other))
    assert refused(swapped) == ("bad-proof", "$.signature.proof")


def test_a_credential_that_is_not_listed() -> None:
    stranger = ballot.encrypt(MADE.asked, 12345, CHOICE).ballot
    assert refused(stranger) == ("unlisted-credential", "$.credential")
    outside = resigned(lambda body: body.update(credential=str(GROUP.p - int(body["credential"]))))
    assert refused(outside) == ("unlisted-credential", "$.credential")


def test_a_ballot_of_another_election() -> None:
    other = make(MOTION, BLANK, voters=3, seed="other")
    assert refused(other.cast(0)) == ("other-election", "$.election_uuid")
    edited = resigned(lambda body: body.update(election_hash=form.fingerprint(other.asked)))
    assert refused(edited) == ("other-election", "$.election_hash")


def test_the_shapes_that_crash_the_tool() -> None:
    """A blank question answered as if it were none, and too few answers."""
    plain = Question(answers=("甲", "乙", "丙"), min=1, max=2, question="选一至二人")
    body = msgspec.json.decode(SEALED.prepared.body)
    said = f"{body['election_hash']}|{body['credential']}"
    openings = [ballot.Opening(GROUP.secret(), number) for number in (1, 0, 1)]
    unblank = ballot._answer(plain, openings, key_table(MADE.setup.election.y), said, random.randrange)
    as_if = resigned(lambda body: body["answers"].__setitem__(1, msgspec.to_builtins(unblank)))
    assert refused(as_if) == ("wrong-shape", "$.answers[1].choices")
    assert refused(resigned(lambda body: body["answers"].pop())) == ("wrong-shape", "$.answers")
    more = resigned(lambda body: body["answers"].append(body["answers"][0]))
    assert refused(more) == ("wrong-shape", "$.answers")


@pytest.mark.parametrize("field", ["choices", "individual_proofs", "overall_proof"])
@pytest.mark.parametrize(
    "change", [lambda row: row.pop(), lambda row: row.append(row[0]), lambda row: row.clear()]
)
def test_other_shapes(field: str, change: Callable[[list[Any]], None]) -> None:
    raw = resigned(lambda body: change(body["answers"][1][field]))
    assert refused(raw) == ("wrong-shape", f"$.answers[1].{field}")


def test_blank_proofs() -> None:
    missing = resigned(lambda body: body["answers"][1].pop("blank_proof"))
    assert refused(missing) == ("wrong-shape", "$.answers[1].blank_proof")
    proof = msgspec.json.decode(SEALED.prepared.body)["answers"][1]["blank_proof"]
    needless = resigned(lambda body: body["answers"][0].update(blank_proof=proof))
    assert refused(needless) == ("wrong-shape", "$.answers[0].blank_proof")
    third = resigned(lambda body: body["answers"][1]["blank_proof"].append(proof[0]))
    assert refused(third) == ("malformed", "$.answers[1].blank_proof")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (str(GROUP.p - 1), "bad-proof"), ("0", "bad-proof"), (str(GROUP.p), "out-of-range"), ("0x10", "not-a-number"),
        ("01", "not-a-number"), ("", "not-a-number"), ("１", "not-a-number"),
    ],
)  # fmt: skip
def test_numbers_that_are_no_elements(number: str, code: str) -> None:
    raw = resigned(lambda body: body["answers"][0]["choices"][2].update(alpha=number))
    place = "individual_proofs" if code == "bad-proof" else "choices"
    assert refused(raw) == (code, f"$.answers[0].{place}[2]")


def test_a_number_outside_the_group_with_proofs_that_hold() -> None:
    """(-α, β) where both challenges happen to be even: only the question of membership finds it."""
    y, body = key_table(MADE.setup.election.y), msgspec.json.decode(SEALED.prepared.body)
    said = f"{body['election_hash']}|{body['credential']}"
    draw = random.Random(3)
    while True:
        openings = [ballot.Opening(GROUP.secret(draw.randrange), number) for number in (0, 1, 0)]
        outside, proofs = _outside(openings[0], y, said, draw)
        if all(int(proof.challenge) % 2 == 0 for proof in proofs):
            break
    setup = MADE.setup
    answer = msgspec.convert(body["answers"][0], ballot.Answer)
    odd = ballot.Answer(
        (outside.written(), *answer.choices[1:]),
        ((proofs[0], proofs[1]), *answer.individual_proofs[1:]),
        answer.overall_proof,
    )
    with pytest.raises(FormError) as caught:  # the sum's proof fails; that of this ciphertext holds
        ballot._check_answer(setup.election.questions[0], odd, y, said, "$.answers[0]")
    assert caught.value.where == "$.answers[0].overall_proof"
    found = ballot.Checked("", ((outside,),))
    with pytest.raises(FormError) as caught:
        ballot._in_group(found)
    assert (caught.value.code, caught.value.where) == ("not-in-group", "$.answers[0].choices[0].alpha")


def _outside(opening: ballot.Opening, y: Any, said: str, draw: random.Random) -> tuple[Any, list[Proof]]:
    alpha, beta = opening.seal(y)
    outside = ballot.Ciphertext(GROUP.p - alpha, beta)
    text = f"prove|{said}|{outside.alpha},{outside.beta}"
    return outside, ballot.prove_one(text, y, [(opening, 0), (opening, 1)], opening.m, draw.randrange)


def test_signatures() -> None:
    assert refused(SEALED.prepared.body) == ("unsigned", "$.signature")
    signed = msgspec.json.decode(SEALED.ballot)
    response = int(signed["signature"]["proof"]["response"])
    for change, found in [
        ({"response": str((response + 1) % GROUP.q)}, ("bad-proof", "$.signature.proof")),
        ({"response": str(response + GROUP.q)}, ("out-of-range", "$.signature.proof")),
    ]:
        edited = msgspec.json.decode(SEALED.ballot)
        edited["signature"]["proof"].update(change)
        assert refused(form.encode(edited)) == found
    signed["signature"]["hash"] = "A" * 43
    assert refused(form.encode(signed)) == ("wrong-hash", "$.signature.hash")
    signed["signature"]["hash"] += "="
    assert refused(form.encode(signed)) == ("wrong-hash", "$.signature.hash")


@pytest.mark.parametrize(
    "spelled",
    [
        lambda raw: raw + b"\n", lambda raw: b" " + raw, lambda raw: raw.replace(b",", b", ", 1),
        lambda raw: raw.replace(b'"answers"', b'"\\u0061nswers"'),
        lambda raw: raw.replace(b'"election_uuid"', b'"election_hash":"","election_uuid"'),
        lambda raw: form.encode(dict(reversed(msgspec.json.decode(raw).items()))),
    ],
)  # fmt: skip
def test_other_spellings(spelled: Callable[[bytes], bytes]) -> None:
    assert refused(spelled(SEALED.ballot)) == ("not-canonical", "$")


@pytest.mark.parametrize(
    "spelled",
    [
        lambda raw: raw[:-1], lambda raw: raw[:-1] + b',"extra":1}', lambda raw: b"", lambda raw: b"[]",
        lambda raw: b"\xff" + raw, lambda raw: b"[" * 100_000, lambda raw: raw.replace(b'"choices"', b'"choice"'),
        lambda raw: raw.replace(b'"credential":"', b'"credential":1,"x":"'),
    ],
)  # fmt: skip
def test_what_is_no_ballot(spelled: Callable[[bytes], bytes]) -> None:
    assert refused(spelled(SEALED.ballot))[0] == "malformed"


def test_a_voter_vouches_for_a_credential() -> None:
    secret = MADE.secrets[0]
    key = GROUP.element(credentials.public(secret))
    text = f"hearing/offer/v1|h|p|{key}"
    proof = prove(text, secret)
    check(text, proof, (GROUP.g, key))
    for said, public in ((text + "x", key), (text, GROUP.raised(5))):
        with pytest.raises(ValueError, match="does not hold"):
            check(said, proof, (GROUP.g, public))


def test_the_same_randomness_gives_the_same_bytes() -> None:
    again = ballot.encrypt(MADE.asked, MADE.secrets[0], CHOICE, random.Random(1).randrange)
    assert again == SEALED
    assert ballot.encrypt(MADE.asked, MADE.secrets[0], CHOICE) != SEALED
