"""Keys and signatures: what is accepted, and by how much the library alone would accept more."""

import json
from math import gcd
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.curve import IDENTITY, ORDER, P, PublicKeyError, require_prime_order
from ballots.encoding import b64url
from ballots.signing import JwsError, PrivateKey, load_public, sign_act, split, thumbprint, verify
from tests.ballots.changes import changed
from tests.vectors import edwards as ed
from tests.vectors.make import HERE
from tests.vectors.signatures import key

DEVICE = key("device")
ACT = sign_act(DEVICE, b'{"v":1}')


def test_thumbprint_is_that_of_the_rfc() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037, appendix A.3


def test_a_key_is_its_seed() -> None:
    made = PrivateKey.generate()
    again = PrivateKey.from_seed(made.seed)
    assert (again.public, again.kid) == (made.public, made.kid)
    assert verify(made.public, b"x", again.sign(b"x"))
    assert made.seed.hex() not in repr(made)
    with pytest.raises(ValueError):
        PrivateKey.from_seed(bytes(31))


@settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32))
def test_prime_order_is_what_multiplication_by_the_order_says(seed: bytes) -> None:
    """The quick check against the textbook: every point there is near an honest key."""
    _, point = ed.expand(seed)
    for torsion in ed.TORSION:
        mixed = ed.add(point, torsion)
        honest = ed.times(ORDER, mixed) == ed.IDENTITY
        assert is_good(ed.encode(mixed)) == honest == (torsion == ed.IDENTITY)


@given(st.integers(0, 2**256 - 1))
def test_other_bytes_are_keys_only_if_the_textbook_says_so(number: int) -> None:
    raw = number.to_bytes(32, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = ed.recover_x(y) if y < P else None
    assert is_good(raw) == (
        x is not None and raw != IDENTITY and ed.times(ORDER, (x ^ sign, y)) == ed.IDENTITY
    )


def is_good(raw: bytes) -> bool:
    try:
        require_prime_order(raw)
    except PublicKeyError:
        return False
    return True


def test_no_point_of_the_twist_comes_back() -> None:
    """The claim in `require_prime_order`: only a multiple of its order could bring a point back."""
    twist = 2 * P + 2 - 8 * ORDER
    assert 2**254 <= 5 * ORDER - 1 < 2**255
    assert (5 * ORDER - 1) % 8 == 0
    assert gcd(twist, 5 * ORDER) == gcd(twist, 5 * ORDER - 2) == 1


def library_alone(case: dict[str, Any]) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["public"]))
        public.verify(bytes.fromhex(case["signature"]), bytes.fromhex(case["message"]))
    except (InvalidSignature, ValueError):
        return False
    return True


def test_the_library_compares_r_as_bytes_and_refuses_a_large_s() -> None:
    """What `verify` relies on: with a good key, the library alone errs only where R is neutral."""
    cases = json.loads((HERE / "signatures.json").read_text(encoding="utf-8"))["signatures"]
    wrong = [case for case in cases if library_alone(case) and not case["valid"]]
    assert wrong, "the vectors reach what the library leaves to us"
    for case in wrong:
        assert not is_good(bytes.fromhex(case["public"])) or case["signature"].startswith(IDENTITY.hex())


def test_a_key_that_is_none_is_said_aloud() -> None:
    for raw in (b"", bytes(32), IDENTITY, (2).to_bytes(32, "little")):
        with pytest.raises(PublicKeyError):
            load_public(raw)
        with pytest.raises(PublicKeyError):
            verify(raw, b"", bytes(64))


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32))
def test_acts_round_trip(payload: bytes, seed: bytes) -> None:
    signer = PrivateKey.from_seed(seed)
    jws = sign_act(signer, payload)
    signed = split(jws)
    assert (signed.kid, signed.payload, signed.jws) == (signer.kid, payload, jws)
    assert signed.signing_input == jws.rpartition(".")[0].encode()
    assert verify(signer.public, signed.signing_input, signed.signature)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_not_even_taken_apart(length: int) -> None:
    with pytest.raises(JwsError, match="64"):
        split(f"{ACT.rpartition('.')[0]}.{b64url(bytes(length))}")


@given(changed(ACT.encode()))
def test_any_changed_byte_of_an_act_is_noticed(raw: bytes) -> None:
    try:
        signed = split(raw.decode("latin-1"))
    except JwsError:
        return
    assert signed.kid != DEVICE.kid or not verify(DEVICE.public, signed.signing_input, signed.signature)


@given(changed(DEVICE.sign(b"message")))
def test_any_changed_byte_of_a_signature_is_noticed(signature: bytes) -> None:
    assert not verify(DEVICE.public, b"message", signature)
