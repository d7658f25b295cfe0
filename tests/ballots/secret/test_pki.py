"""What key holders send each other: keys from a seed, signatures, sealed messages."""

import random
from dataclasses import astuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import form, pki
from ballots.secret.form import FormError
from ballots.secret.group import GROUP, GroupError
from ballots.secret.pki import PkiError
from tests.voting.data import folder

ANNE, BERT = pki.keys("1" * 22), pki.keys("2" * 22)


def altered(text: str, **members: str) -> str:
    """A message with other members, written as its own kind is."""
    return form.encode(msgspec.json.decode(text) | members).decode()


def refusal(key: pki.Keys, sender: pki.Keys, text: str) -> str:
    """The code with which somebody refuses what another has sent."""
    with pytest.raises((PkiError, FormError, GroupError)) as caught:
        pki.receive(key, sender.verify, text)
    return caught.value.code


def test_seeds() -> None:
    seeds = {pki.seed() for _ in range(100)}
    assert len(seeds) == 100
    assert {len(seed) for seed in seeds} == {22}
    assert set("".join(seeds)) <= set("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    assert pki.seed(lambda _: 0) == "1" * 22


@pytest.mark.parametrize(
    "seed", ["", "1" * 21, "1" * 23, "0" * 22, "l" * 22, "1" * 21 + " ", "1" * 22 + "\n"]
)
def test_what_is_no_seed(seed: str) -> None:
    with pytest.raises(PkiError) as caught:
        pki.keys(seed)
    assert caught.value.code == "seed"
    assert not seed or seed not in str(caught.value)


def test_keys_show_only_what_is_public() -> None:
    assert ANNE.verify == GROUP.power(GROUP.g, ANNE.sign)
    assert ANNE.encrypt == GROUP.power(GROUP.g, ANNE.decrypt)
    assert len({*astuple(ANNE), *astuple(BERT)}) == 8
    assert str(ANNE.sign) not in repr(ANNE)
    assert str(ANNE.decrypt) not in repr(ANNE)


def test_signatures() -> None:
    proof = pki.sign(ANNE.sign, "消息")
    pki.check_signature(ANNE.verify, "消息", proof)
    for key, text in ((BERT.verify, "消息"), (ANNE.verify, "消息 ")):
        with pytest.raises(PkiError) as caught:
            pki.check_signature(key, text, proof)
        assert caught.value.code == "signature"


def test_a_signature_has_one_spelling() -> None:
    proof = pki.sign(ANNE.sign, "text")
    for changes in (
        {"response": str(int(proof.response) + GROUP.q)},
        {"challenge": str(int(proof.challenge) + GROUP.q)},
        {"response": f"0{proof.response}"},
        {"response": f"-{proof.response}"},
    ):
        with pytest.raises(PkiError):
            pki.check_signature(ANNE.verify, "text", msgspec.structs.replace(proof, **changes))


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
def test_messages_arrive(text: str) -> None:
    sealed = pki.send(ANNE.sign, BERT.encrypt, text)
    assert pki.receive(BERT, ANNE.verify, sealed) == text
    pki.check_sealed(sealed)


@pytest.mark.parametrize("size", [0, 65_535, 65_536, 70_000])
def test_long_messages_arrive(size: int) -> None:
    """The nonce gets shorter where the length needs three bytes."""
    assert pki.decrypt(BERT.decrypt, pki.encrypt(BERT.encrypt, "x" * size)) == "x" * size


def test_the_same_message_is_never_sealed_alike() -> None:
    assert len({pki.encrypt(BERT.encrypt, "text") for _ in range(5)}) == 5
    first, second = (pki.encrypt(BERT.encrypt, "text", random.Random(7).randrange) for _ in range(2))
    assert first == second


def test_only_the_recipient_opens_a_message() -> None:
    sealed = pki.send(ANNE.sign, BERT.encrypt, "text")
    assert refusal(ANNE, ANNE, sealed) == "sealed"
    assert refusal(BERT, BERT, sealed) == "signature"


def test_a_message_for_another_cannot_be_passed_on() -> None:
    """Bert opens what Anne sent to him, and seals it for Carol as if Anne had."""
    carol = pki.keys("3" * 22)
    inner = pki.decrypt(BERT.decrypt, pki.send(ANNE.sign, BERT.encrypt, "text"))
    assert refusal(carol, ANNE, pki.encrypt(carol.encrypt, inner)) == "recipient"


def test_altered_messages() -> None:
    sealed = pki.send(ANNE.sign, BERT.encrypt, "text")
    members = msgspec.json.decode(sealed)
    data = members["data"]
    other = str(GROUP.power(GROUP.g, 5))
    flipped = ("0" if data[0] != "0" else "1") + data[1:]
    for changes, code in (
        ({"data": flipped}, "sealed"),
        ({"data": data[:-2]}, "sealed"),
        ({"data": data.upper()}, "malformed"),
        ({"data": data[:-1]}, "malformed"),
        ({"data": data[:14]}, "malformed"),
        ({"alpha": other}, "sealed"),
        ({"beta": other}, "sealed"),
        ({"alpha": str(GROUP.p - 1)}, "not-in-group"),
        ({"beta": str(GROUP.p - int(members["beta"]))}, "not-in-group"),
        ({"beta": str(GROUP.p + 1)}, "out-of-range"),
        ({"beta": "1e3"}, "not-a-number"),
        ({"algorithm": "GCM"}, "malformed"),
    ):
        assert refusal(BERT, ANNE, altered(sealed, **changes)) == code, changes
    assert refusal(BERT, ANNE, sealed.replace(",", ", ", 1)) == "not-canonical"
    assert refusal(BERT, ANNE, "") == "malformed"


def test_what_is_inside_is_read_as_strictly() -> None:
    for inner in ("", "{}", '{"message":"x"}'):
        assert refusal(BERT, ANNE, pki.encrypt(BERT.encrypt, inner)) == "malformed"
    signed = form.encode(pki.signed(ANNE.sign, "not addressed")).decode()
    assert refusal(BERT, ANNE, pki.encrypt(BERT.encrypt, signed)) == "malformed"


def test_keys_of_the_foreign_program_open_what_it_sealed() -> None:
    """Decryption keys and dealt secrets that belenios-tool made, with the seeds it made."""
    data = folder("belenios") / "tool-pedersen20"
    files = sorted(data.glob("*.key"))
    certificates = [msgspec.json.decode(line) for line in (data / "certs.jsons").read_bytes().splitlines()]
    verify = [int(msgspec.json.decode(one["message"])["verification"]) for one in certificates]
    opened = 0
    for file in files:
        keys = pki.keys(file.read_text().strip())
        kept = pki.receive(keys, keys.verify, file.with_suffix(".dkey").read_text().strip())
        public = msgspec.json.decode(file.with_suffix(".voutput").read_bytes())["public_key"]["public_key"]
        exponent = int(msgspec.json.decode(kept)["decryption_key"])
        assert GROUP.power(GROUP.g, exponent % GROUP.q) == int(public)
        given = msgspec.json.decode(file.with_suffix(".vinput").read_bytes())
        parts = [
            int(msgspec.json.decode(pki.receive(keys, sender, text))["secret"])
            for sender, text in zip(verify, given["secrets"], strict=True)
        ]
        assert sum(parts) == exponent
        own = msgspec.json.decode(pki.receive(keys, keys.verify, given["polynomial"]))
        assert len(own["polynomial"]) == 2
        opened += 1
    assert opened == 3
