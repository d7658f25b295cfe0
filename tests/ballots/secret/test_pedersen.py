"""The key generation: honest holders make a key, and whoever does something else is named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from ballots.secret import form, pedersen, pki, trustees
from ballots.secret.commitments import Coefficients, PolynomialMessage, TrusteeKey, seen
from ballots.secret.group import GROUP
from ballots.secret.pedersen import BadMessage, BadShare
from ballots.secret.pki import SignedMessage
from ballots.secret.proofs import prove
from tests.ballots.secret.ceremony import Ceremony, ceremony
from tests.voting.data import folder

SIZES = [(1, 1), (2, 1), (2, 2), (3, 2), (5, 3)]
OUTSIDE = str(GROUP.p - 1)
"""A number below p that is not in the group: -1."""


def refused(check: Callable[..., object], *what: Any, **how: Any) -> tuple[str, int]:
    """With which code, naming whom, something is refused."""
    with pytest.raises(BadMessage) as caught:
        check(*what, **how)
    return caught.value.code, caught.value.index


def instead(messages: tuple[bytes, ...], index: int, other: bytes) -> tuple[bytes, ...]:
    """All messages, with another one of this holder."""
    return (*messages[: index - 1], other, *messages[index:])


def signed_by(seed: str, text: str) -> bytes:
    return form.encode(pki.signed(pki.keys(seed).sign, text))


def certificate_with(seed: str, **members: Any) -> bytes:
    """A certificate that says something else, with a good signature."""
    raw = msgspec.json.decode(pedersen.certificate(seed, 3, 2, 2))
    return signed_by(seed, form.encode(msgspec.json.decode(raw["message"]) | members).decode())


def dealt_with(party: Ceremony, index: int, commitments: list[str]) -> bytes:
    """A polynomial message with other commitments, all signatures good."""
    seed = party.seeds[index - 1]
    key = pki.keys(seed).sign
    read = pedersen.check_certificates(party.certificates, party.threshold)
    honest = msgspec.json.decode(party.polynomials[index - 1], type=PolynomialMessage)
    text = form.encode(Coefficients(commitments)).decode()
    numbers = [int(one) for one in commitments]
    return form.encode(
        msgspec.structs.replace(
            honest, coefexps=pki.signed(key, text), signature=pki.sign(key, seen(read, numbers))
        )
    )


@pytest.mark.parametrize(("size", "threshold"), SIZES)
def test_holders_make_a_key_that_so_many_have(size: int, threshold: int) -> None:
    party = ceremony(size, threshold)
    for index in range(1, size + 1):
        pedersen.check_certificate(party.certificates[index - 1], size, threshold, index)
        pedersen.check_polynomial(party.polynomials[index - 1], party.certificates, index, threshold)
        share = party.shares[index - 1]
        public = pedersen.check_share(share.message, party.certificates, party.polynomials, index)
        assert public == party.read.keys[index - 1] == GROUP.power(GROUP.g, share.exponent)
    assert trustees.encode(party.read) == party.trustees
    assert party.read.current


def test_a_share_is_found_again_from_the_seed_alone() -> None:
    party = ceremony(3, 2)
    for index, (seed, share) in enumerate(zip(party.seeds, party.shares, strict=True), 1):
        again = pedersen.share(seed, party.certificates, party.polynomials, index)
        assert again.exponent == share.exponent
        assert again.message != share.message, "its proofs are new"
        assert (
            pedersen.check_share(again.message, party.certificates, party.polynomials, index)
            == party.read.keys[index - 1]
        )
        assert str(share.exponent) not in repr(share)


def test_a_decryption_key_for_the_foreign_program() -> None:
    party = ceremony(3, 2)
    keys = pki.keys(party.seeds[1])
    raw = pedersen.decryption_key(party.seeds[1], party.shares[1])
    kept = pki.receive(keys, keys.verify, raw.decode())
    assert msgspec.json.decode(kept) == {"decryption_key": str(party.shares[1].exponent)}


@pytest.mark.parametrize(("size", "threshold"), [(0, 0), (3, 0), (3, 4), (0, 1), (3, -1)])
def test_numbers_that_cannot_be(size: int, threshold: int) -> None:
    seed = ceremony(3, 2).seeds[0]
    assert refused(pedersen.certificate, seed, size, threshold, 1) == ("threshold", 0)
    raw = ceremony(3, 2).certificates[0]
    assert refused(pedersen.check_certificate, raw, size, threshold, 1) == ("threshold", 0)
    assert refused(pedersen.check_certificates, [raw] * size, threshold) == ("threshold", 0)


@pytest.mark.parametrize("place", [(4, 2, 2), (3, 3, 2), (3, 2, 1), (3, 2, 3)])
def test_a_certificate_for_another_key_or_another_holder(place: tuple[int, int, int]) -> None:
    raw = ceremony(3, 2).certificates[1]
    assert refused(pedersen.check_certificate, raw, *place) == ("context", place[2])


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"verification": OUTSIDE}, "not-in-group"),
        ({"encryption": OUTSIDE}, "not-in-group"),
        ({"encryption": "0"}, "not-in-group"),
        ({"encryption": "1"}, "neutral"),
        ({"encryption": str(GROUP.p + 1)}, "out-of-range"),
        ({"encryption": "0x10"}, "not-a-number"),
        ({"verification": str(GROUP.power(GROUP.g, 9))}, "signature"),
        ({"context": {"group": "RFC-3526-2048", "size": 3, "threshold": 2, "index": 2}}, "context"),
        ({"context": None}, "not-canonical"),
        ({"more": 1}, "malformed"),
        ({"context": {"group": "BELENIOS-2048", "size": 3, "threshold": 2, "index": True}}, "malformed"),
    ],
)
def test_a_bad_certificate(members: dict[str, Any], code: str) -> None:
    raw = certificate_with(ceremony(3, 2).seeds[1], **members)
    assert refused(pedersen.check_certificate, raw, 3, 2, 2) == (code, 2)


def test_a_certificate_that_another_has_altered() -> None:
    first, second, third = (
        msgspec.json.decode(raw, type=SignedMessage) for raw in ceremony(3, 2).certificates
    )
    other = form.encode(SignedMessage(second.message, first.signature))
    assert refused(pedersen.check_certificate, other, 3, 2, 2) == ("signature", 2)
    raw = form.encode(third)
    assert refused(pedersen.check_certificate, raw + b"\n", 3, 2, 3) == ("not-canonical", 3)
    assert refused(pedersen.check_certificate, raw[:-1], 3, 2, 3) == ("malformed", 3)
    assert refused(pedersen.check_certificate, b"\xff" + raw, 3, 2, 3) == ("malformed", 3)


def test_the_same_keys_twice() -> None:
    party = ceremony(3, 2)
    twice = instead(party.certificates, 3, pedersen.certificate(party.seeds[0], 3, 2, 3))
    pedersen.check_certificate(twice[2], 3, 2, 3)
    assert refused(pedersen.check_certificates, twice, 2) == ("repeated", 3)
    assert refused(pedersen.polynomial, party.seeds[0], twice, 1, 2) == ("repeated", 3)
    assert refused(pedersen.share, party.seeds[0], twice, party.polynomials, 1) == ("repeated", 3)
    stolen = str(pki.keys(party.seeds[0]).encrypt)
    borrowed = certificate_with(party.seeds[1], encryption=stolen)
    assert refused(pedersen.check_certificates, instead(party.certificates, 2, borrowed), 2) == (
        "repeated",
        2,
    )


def test_a_seed_that_is_not_this_holders() -> None:
    party = ceremony(3, 2)
    for index in (2, 3):
        assert refused(pedersen.polynomial, party.seeds[0], party.certificates, index, 2) == (
            "not-yours",
            index,
        )
        messages = party.certificates, party.polynomials
        assert refused(pedersen.share, party.seeds[0], *messages, index) == ("not-yours", index)


@pytest.mark.parametrize("index", [0, -1, 4])
def test_an_index_that_nobody_has(index: int) -> None:
    party = ceremony(3, 2)
    seed, certificates, polynomials = party.seeds[0], party.certificates, party.polynomials
    wrong = "index", index
    assert refused(pedersen.certificate, seed, 3, 2, index) == wrong
    assert refused(pedersen.check_certificate, certificates[0], 3, 2, index) == wrong
    assert refused(pedersen.polynomial, seed, certificates, index, 2) == wrong
    assert refused(pedersen.check_polynomial, polynomials[0], certificates, index, 2) == wrong
    assert refused(pedersen.share, seed, certificates, polynomials, index) == wrong
    assert refused(pedersen.check_share, party.shares[0].message, certificates, polynomials, index) == wrong


def test_the_index_of_another_dealer() -> None:
    party = ceremony(3, 2)
    for index in (1, 3):
        raw = party.polynomials[1]
        assert refused(pedersen.check_polynomial, raw, party.certificates, index, 2) == ("signature", index)
        shares = party.shares[1].message, party.certificates, party.polynomials
        assert refused(pedersen.check_share, *shares, index) == ("public-key", index)


def test_a_certificate_that_was_put_in_place_of_another() -> None:
    """Somebody shows a dealer another certificate of holder 3 than the others saw: everybody finds out."""
    party = ceremony(3, 2)
    mallory = pki.seed()
    shown = instead(party.certificates, 3, pedersen.certificate(mallory, 3, 2, 3))
    deceived = pedersen.polynomial(party.seeds[0], shown, 1, 2)
    pedersen.check_polynomial(deceived, shown, 1, 2)
    assert refused(pedersen.check_polynomial, deceived, party.certificates, 1, 2) == ("certificates", 1)
    dealt = instead(party.polynomials, 1, deceived)
    assert refused(pedersen.share, party.seeds[1], party.certificates, dealt, 2) == ("certificates", 1)
    assert refused(pedersen.check_share, party.shares[1].message, party.certificates, dealt, 2) == (
        "certificates",
        1,
    )
    messages = [share.message for share in party.shares]
    assert refused(pedersen.trustees, party.certificates, dealt, messages) == ("certificates", 1)


@pytest.mark.parametrize("threshold", [1, 3])
def test_a_polynomial_of_another_degree(threshold: int) -> None:
    party = ceremony(3, 2)
    commitments = [str(GROUP.power(GROUP.g, 5 + k)) for k in range(threshold)]
    raw = dealt_with(party, 2, commitments)
    assert refused(pedersen.check_polynomial, raw, party.certificates, 2, 2) == ("degree", 2)
    dealt = instead(party.polynomials, 2, raw)
    assert refused(pedersen.share, party.seeds[0], party.certificates, dealt, 1) == ("degree", 2)


@pytest.mark.parametrize("outside", [OUTSIDE, "0", str(GROUP.p), "01", ""])
def test_a_commitment_outside_the_group(outside: str) -> None:
    party = ceremony(3, 2)
    raw = msgspec.json.decode(party.polynomials[2])
    raw["coefexps"] = msgspec.json.decode(
        signed_by(party.seeds[2], form.encode(Coefficients([str(GROUP.g), outside])).decode())
    )
    code, index = refused(pedersen.check_polynomial, form.encode(raw), party.certificates, 3, 2)
    assert code in {"not-in-group", "out-of-range", "not-a-number"}
    assert index == 3


def test_other_commitments_than_were_dealt_by() -> None:
    """The public part is in order, so only receivers can tell: each names the dealer."""
    party = ceremony(3, 2)
    honest = msgspec.json.decode(msgspec.json.decode(party.polynomials[1])["coefexps"]["message"])["coefexps"]
    raw = dealt_with(party, 2, [honest[0], str(GROUP.g)])
    pedersen.check_polynomial(raw, party.certificates, 2, 2)
    dealt = instead(party.polynomials, 2, raw)
    for index, seed in enumerate(party.seeds, 1):
        with pytest.raises(BadShare) as caught:
            pedersen.share(seed, party.certificates, dealt, index)
        assert (caught.value.code, caught.value.index) == ("share", 2)
        message = party.shares[index - 1].message
        assert refused(pedersen.check_share, message, party.certificates, dealt, index) == (
            "public-key",
            index,
        )


def bad_secret(party: Ceremony, secret: str) -> tuple[bytes, ...]:
    """The polynomials, where dealer 3 has sealed something else for holder 1."""
    members = msgspec.json.decode(party.polynomials[2])
    members["secrets"][0] = secret
    return instead(party.polynomials, 3, form.encode(members))


def test_a_secret_that_was_altered() -> None:
    party = ceremony(3, 2)
    mine, dealer = pki.keys(party.seeds[0]), pki.keys(party.seeds[2])
    honest = msgspec.json.decode(party.polynomials[2])["secrets"]
    exponent = int(msgspec.json.decode(pki.receive(mine, dealer.verify, honest[0]))["secret"])
    members = msgspec.json.decode(honest[0])
    flipped = members | {"data": members["data"][:-2] + f"{int(members['data'][-2:], 16) ^ 1:02x}"}
    for secret, code in (
        (form.encode(flipped).decode(), "sealed"),
        (honest[1], "sealed"),
        (pki.send(dealer.sign, mine.encrypt, f'{{"secret":"{exponent + 1}"}}'), "share"),
        (pki.send(dealer.sign, mine.encrypt, '{"secret":"-1"}'), "not-a-number"),
        (pki.send(dealer.sign, mine.encrypt, '{"secret":1}'), "malformed"),
        (pki.send(mine.sign, mine.encrypt, f'{{"secret":"{exponent}"}}'), "signature"),
    ):
        dealt = bad_secret(party, secret)
        pedersen.check_polynomial(dealt[2], party.certificates, 3, 2)
        with pytest.raises(BadShare) as caught:
            pedersen.share(party.seeds[0], party.certificates, dealt, 1)
        assert (caught.value.code, caught.value.index) == (code, 3)
        again = pedersen.share(party.seeds[1], party.certificates, dealt, 2)
        assert again.exponent == party.shares[1].exponent, "the other secrets are good"


def test_sealed_parts_of_another_form() -> None:
    """What everybody can see of a sealed part is checked before it is published."""
    party = ceremony(3, 2)
    members = msgspec.json.decode(party.polynomials[2])
    part = msgspec.json.decode(members["secrets"][0])
    for wrong, code in (
        ("", "malformed"),
        ("{}", "malformed"),
        (form.encode(part | {"alpha": OUTSIDE}).decode(), "not-in-group"),
        (form.encode(part | {"data": "00"}).decode(), "malformed"),
    ):
        raw = bad_secret(party, wrong)[2]
        assert refused(pedersen.check_polynomial, raw, party.certificates, 3, 2) == (code, 3)
        raw = form.encode(members | {"polynomial": wrong})
        assert refused(pedersen.check_polynomial, raw, party.certificates, 3, 2) == (code, 3)


def test_too_few_or_too_many_secrets() -> None:
    party = ceremony(3, 2)
    members = msgspec.json.decode(party.polynomials[0])
    for secrets in (members["secrets"][:2], members["secrets"] * 2, []):
        raw = form.encode(members | {"secrets": secrets})
        assert refused(pedersen.check_polynomial, raw, party.certificates, 1, 2) == ("count", 1)


def test_the_form_of_older_releases_needs_leave() -> None:
    """Without context and signature nobody knows whether all holders saw the same certificates."""
    party = ceremony(3, 2)
    members = msgspec.json.decode(party.polynomials[0])
    del members["signature"]
    raw = form.encode(members)
    assert refused(pedersen.check_polynomial, raw, party.certificates, 1, 2) == ("certificates", 1)
    pedersen.check_polynomial(raw, party.certificates, 1, 2, foreign=True)
    text = msgspec.json.decode(msgspec.json.decode(party.certificates[0])["message"])
    del text["context"]
    bare = signed_by(party.seeds[0], form.encode(text).decode())
    assert refused(pedersen.check_certificate, bare, 3, 2, 1) == ("context", 1)
    pedersen.check_certificate(bare, 3, 2, 1, foreign=True)
    share = msgspec.json.decode(party.shares[0].message)
    del share["signature"]
    messages = party.certificates, party.polynomials
    assert refused(pedersen.check_share, form.encode(share), *messages, 1) == ("signature", 1)


def test_a_bad_share() -> None:
    party = ceremony(3, 2)
    messages = party.certificates, party.polynomials
    honest = msgspec.json.decode(party.shares[1].message, type=TrusteeKey)
    other = prove(f"pok|{GROUP.name}|{GROUP.g}", 1)
    signature = pki.sign(pki.keys(party.seeds[1]).sign, str(GROUP.g))
    for key, code in (
        (TrusteeKey(other, str(GROUP.g), signature), "public-key"),
        (msgspec.structs.replace(honest, pok=other), "pok"),
        (msgspec.structs.replace(honest, signature=signature), "signature"),
        (msgspec.structs.replace(honest, public_key=OUTSIDE), "not-in-group"),
        (msgspec.structs.replace(honest, public_key="1"), "neutral"),
        (msgspec.structs.replace(honest, name="Bert"), "malformed"),
    ):
        raw = form.encode(key)
        assert refused(pedersen.check_share, raw, *messages, 2) == (code, 2)
        shares = instead(tuple(share.message for share in party.shares), 2, raw)
        assert refused(pedersen.trustees, *messages, shares) == (code, 2)
    blank = party.shares[1].message.replace(b",", b" ,", 1)
    assert refused(pedersen.check_share, blank, *messages, 2) == ("not-canonical", 2)


def test_messages_that_are_missing() -> None:
    party = ceremony(3, 2)
    shares = [share.message for share in party.shares]
    assert refused(pedersen.trustees, party.certificates, party.polynomials, shares[:2]) == ("count", 0)
    assert refused(pedersen.trustees, party.certificates, party.polynomials[:2], shares) == ("count", 0)
    assert refused(pedersen.trustees, (), (), ()) == ("count", 0)
    few = party.certificates[:2], party.polynomials[:2]
    assert refused(pedersen.share, party.seeds[0], *few, 1) == ("context", 1)


def test_shares_of_what_the_foreign_program_dealt() -> None:
    """The share that we find is the one that belenios-tool has found."""
    data = folder("belenios") / "tool-pedersen20"
    certificates = (data / "certs.jsons").read_bytes().splitlines()
    polynomials = (data / "polynomials.jsons").read_bytes().splitlines()
    verify = [one.verification for one in pedersen.check_certificates(certificates, 2, foreign=True)]
    for file in data.glob("*.key"):
        seed = file.read_text().strip()
        keys = pki.keys(seed)
        index = verify.index(keys.verify) + 1
        share = pedersen.share(seed, certificates, polynomials, index, foreign=True)
        kept = pki.receive(keys, keys.verify, file.with_suffix(".dkey").read_text().strip())
        assert share.exponent == int(msgspec.json.decode(kept)["decryption_key"]) % GROUP.q
        assert refused(pedersen.share, seed, certificates, polynomials, index) == ("context", 1)


def test_every_digit_counts() -> None:
    """One digit altered in what can be checked publicly is found, and its author is named."""
    party = ceremony(3, 2)
    messages = party.certificates, party.polynomials
    for raw, check, place in (
        (party.certificates[1], pedersen.check_certificate, (3, 2, 2)),
        (party.shares[1].message, pedersen.check_share, (*messages, 2)),
    ):
        digits = [at for at, byte in enumerate(raw) if 0x30 <= byte <= 0x39]
        for at in digits[:: len(digits) // 60]:
            changed = raw[:at] + bytes([0x30 + (raw[at] - 0x2F) % 10]) + raw[at + 1 :]
            assert refused(check, changed, *place)[1] == 2
