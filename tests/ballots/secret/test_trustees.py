"""The trustees of an election: read strictly, and who suffices to decrypt."""

from itertools import combinations
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import form, pki, trustees
from ballots.secret.commitments import Coefficients
from ballots.secret.group import GROUP
from ballots.secret.proofs import prove
from ballots.secret.trustees import BadTrustees, NotEnough
from tests.ballots.secret.ceremony import ceremony
from tests.voting.data import folder

OUTSIDE = str(GROUP.p - 1)


def single(exponent: int) -> dict[str, Any]:
    public = GROUP.power(GROUP.g, exponent)
    pok = prove(f"pok|{GROUP.name}|{public}", exponent, random=Random(exponent).randrange)
    return {"pok": msgspec.to_builtins(pok), "public_key": str(public)}


def refused(raw: bytes) -> tuple[str, int]:
    with pytest.raises(BadTrustees) as caught:
        trustees.decode(raw)
    return caught.value.code, caught.value.owner


def parts() -> dict[str, Any]:
    """The parameters of 2 of 3 as plain data, to be altered."""
    ((_, parameters),) = msgspec.json.decode(ceremony(3, 2).trustees)
    return parameters


def only(parameters: dict[str, Any]) -> bytes:
    return form.encode([["Pedersen", parameters]])


def after_a_single(parameters: dict[str, Any]) -> bytes:
    return form.encode([["Single", single(7)], ["Pedersen", parameters]])


@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (2, 2), (3, 2), (5, 3)])
def test_any_so_many_holders_have_the_key(size: int, threshold: int) -> None:
    party = ceremony(size, threshold)
    for count in range(size + 1):
        for owners in combinations(range(1, size + 1), count):
            assert party.read.enough(owners) == (count >= threshold)
            if count < threshold:
                with pytest.raises(NotEnough):
                    party.read.combination(owners)
                continue
            exponents = party.read.combination(owners)
            assert list(exponents) == list(owners[:threshold])
            key = sum(party.shares[owner - 1].exponent * by for owner, by in exponents.items())
            assert GROUP.power(GROUP.g, key % GROUP.q) == party.read.election_key


def test_trustees_of_both_kinds() -> None:
    """Every item is needed: both singles, and two of the three."""
    party = ceremony(3, 2)
    read = trustees.decode(form.encode([["Single", single(7)], ["Pedersen", parts()], ["Single", single(9)]]))
    assert read.keys[1:4] == party.read.keys
    assert (read.keys[0], read.keys[4]) == (GROUP.power(GROUP.g, 7), GROUP.power(GROUP.g, 9))
    assert read.election_key == GROUP.product(party.read.election_key, GROUP.power(GROUP.g, 16))
    assert read.enough({5, 4, 2, 1})
    assert not any(read.enough(owners) for owners in ({1, 2, 3, 4}, {2, 3, 5}, {1, 5, 3}, set()))
    exponents = [7, *(share.exponent for share in party.shares), 9]
    for owners in ({1, 2, 3, 5}, {5, 4, 3, 1}, {1, 2, 3, 4, 5}):
        combined = read.combination(owners)
        assert list(combined) == [1, *[owner for owner in (2, 3, 4) if owner in owners][:2], 5]
        key = sum(exponents[owner - 1] * by for owner, by in combined.items())
        assert GROUP.power(GROUP.g, key % GROUP.q) == read.election_key
    for owners in ({0, 1, 2, 3, 5}, {1, 2, 3, 5, 6}):
        with pytest.raises(NotEnough):
            read.combination(owners)


def test_trustees_are_written_as_they_were_read() -> None:
    named = single(7) | {"name": "业主代表 “A”"}
    for raw in (ceremony(1, 1).trustees, form.encode([["Single", named]]), after_a_single(parts())):
        assert trustees.encode(trustees.decode(raw)) == raw


@pytest.mark.parametrize(
    "folder_and_file", ["tool-single", "tool-pedersen20", "proto-pedersen-superset-weights"]
)
def test_trustees_of_other_programs(folder_and_file: str) -> None:
    (archive,) = (folder("belenios") / folder_and_file).glob("*.bel")
    election, raw = bodies(archive.read_bytes())[1:3]
    read = trustees.decode(raw)
    assert str(read.election_key) == msgspec.json.decode(election)["public_key"]
    assert read.current == (folder_and_file != "tool-pedersen20")
    assert trustees.encode(read) == raw


def bodies(raw: bytes) -> list[bytes]:
    found = []
    while raw:
        size = int(raw[124:135], 8)
        found.append(raw[512 : 512 + size])
        raw = raw[512 - (-size // 512) * 512 :]
    return found


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed"),
        (b"{}", "malformed"),
        (b"[]", "empty"),
        (b'[["Single"]]', "malformed"),
        (b'[["Single",null]]', "malformed"),
        (b'[["single",{}]]', "kind"),
        (b'[["Pedersen",{}]]', "malformed"),
        (b'[["Single",{},{}]]', "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"\xff", "malformed"),
    ],
)
def test_what_is_no_list_of_trustees(raw: bytes, code: str) -> None:
    assert refused(raw) == (code, 0)


def test_one_way_to_write_trustees() -> None:
    raw = after_a_single(parts())
    for changed in (
        raw + b"\n",
        raw.replace(b",", b", ", 1),
        raw.replace(b'"threshold":2', b'"threshold": 2'),
        raw.replace(b'"Single"', b'"\\u0053ingle"'),
        raw.replace(b'"response"', b'"\\u0072esponse"', 1),
        raw.replace(b'"threshold":2,', b'"threshold":2,"threshold":2,'),
        form.encode([["Single", dict(reversed(list(single(7).items())))]]),
        form.encode([["Single", single(7) | {"name": None}]]),
    ):
        assert changed != raw
        assert refused(changed) == ("not-canonical", 0)
    for members in ({"more": 1}, {"threshold": "2"}, {"threshold": True}, {"signatures": {}}):
        assert refused(only(parts() | members)) == ("malformed", 0)


def test_a_bad_single_trustee() -> None:
    good, other = single(7), single(8)
    for members, code in (
        ({"public_key": OUTSIDE}, "not-in-group"),
        ({"public_key": "0x10"}, "not-a-number"),
        ({"public_key": other["public_key"]}, "pok"),
        ({"pok": other["pok"]}, "pok"),
        ({"signature": other["pok"]}, "signature"),
        ({"public_key": "1"}, "neutral"),
    ):
        raw = form.encode([["Single", single(9)], ["Single", dict(sorted((good | members).items()))]])
        if "signature" in members:
            raw = form.encode([["Single", single(9)], ["Single", good | members]])
        assert refused(raw) == (code, 2)
    over = good["pok"] | {"response": str(int(good["pok"]["response"]) + GROUP.q)}
    assert refused(form.encode([["Single", good | {"pok": over}]])) == ("pok", 1)


def test_keys_that_cancel_each_other() -> None:
    raw = form.encode([["Single", single(7)], ["Single", single(GROUP.q - 7)]])
    assert refused(raw) == ("neutral", 0)


@pytest.mark.parametrize("threshold", [0, 1, 3, 4, -1])
def test_another_threshold(threshold: int) -> None:
    code, owner = refused(only(parts() | {"threshold": threshold}))
    assert (code, owner) == (("context", 1) if 1 <= threshold <= 3 else ("threshold", 0))


@pytest.mark.parametrize("member", ["certs", "coefexps", "signatures", "verification_keys"])
def test_parts_that_were_dropped_or_exchanged(member: str) -> None:
    """What one holder published does not pass for another's, and the owner that is named counts the single."""
    good = parts()
    swapped = [good[member][1], good[member][0], good[member][2]]
    code = {"certs": "context", "coefexps": "signature", "signatures": "certificates"}
    assert refused(after_a_single(good | {member: swapped})) == (code.get(member, "public-key"), 2)
    for shorter in (good[member][:2], good[member] * 2):
        found = refused(only(good | {member: shorter}))
        assert found == (("context", 1) if member == "certs" else ("count", 0))


def test_a_part_of_another_degree_or_outside_the_group() -> None:
    good, key = parts(), pki.keys(ceremony(3, 2).seeds[2]).sign
    for commitments, code in (
        ([str(GROUP.g)], "degree"),
        ([str(GROUP.g)] * 3, "degree"),
        ([str(GROUP.g), OUTSIDE], "not-in-group"),
        ([str(GROUP.g), str(GROUP.g)], "certificates"),
    ):
        text = form.encode(Coefficients(commitments)).decode()
        signed = msgspec.to_builtins(pki.signed(key, text))
        assert refused(only(good | {"coefexps": [*good["coefexps"][:2], signed]})) == (code, 3)


def test_without_signatures_an_altered_polynomial_is_found_all_the_same() -> None:
    """The form of 2.0: other commitments than were dealt by give other public keys."""
    good, key = parts(), pki.keys(ceremony(3, 2).seeds[2]).sign
    del good["signatures"]
    assert not trustees.decode(only(good)).current
    text = form.encode(Coefficients([str(GROUP.g), str(GROUP.g)])).decode()
    signed = msgspec.to_builtins(pki.signed(key, text))
    assert refused(only(good | {"coefexps": [*good["coefexps"][:2], signed]})) == ("public-key", 1)


def test_the_form_is_current_only_where_everything_is_there() -> None:
    assert trustees.decode(only(parts())).current
    good = parts()
    for key in good["verification_keys"]:
        key.pop("signature")
        assert not trustees.decode(only(good)).current
    assert refused(only(parts() | {"signatures": []})) == ("count", 0)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_the_bytes_a_fault_is_named(data: st.DataObject) -> None:
    """Bytes replaced by others, also within the texts that are signed: never another exception."""
    raw = after_a_single(parts())
    start = data.draw(st.integers(0, len(raw)))
    length = data.draw(st.integers(0, 40))
    filling = data.draw(
        st.binary(max_size=20) | st.sampled_from([rb"\ud800", rb"\\ud800", b"{}", b"[" * 2000])
    )
    changed = raw[:start] + filling + raw[start + length :]
    if changed == raw:
        return
    with pytest.raises(BadTrustees) as caught:
        trustees.decode(changed)
    assert 0 <= caught.value.owner <= 4


def test_every_digit_counts() -> None:
    """One digit altered anywhere in the trustees is found."""
    raw = after_a_single(parts())
    digits = [at for at, byte in enumerate(raw) if 0x30 <= byte <= 0x39]
    for at in digits[:: len(digits) // 150]:
        changed = raw[:at] + bytes([0x30 + (raw[at] - 0x2F) % 10]) + raw[at + 1 :]
        with pytest.raises(BadTrustees):
            trustees.decode(changed)
