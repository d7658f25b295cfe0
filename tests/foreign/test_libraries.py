"""Other people's Python libraries read our keys, acts, checkpoints and trees."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey
from nacl.bindings import crypto_core_ed25519_is_valid_point
from pymerkle import InmemoryTree, verify_inclusion
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore._utils import KeyID
from sigstore.errors import VerificationError
from sigstore_models.common.v1 import PublicKey, PublicKeyDetails

from ballots import checkpoint as cp
from ballots.checkpoint import Checkpoint
from ballots.encoding import b64url
from ballots.merkle import Tree, leaf_hash
from ballots.signing import PublicKeyError, load_public, sign_act, thumbprint
from tests.vectors.make import HERE
from tests.vectors.signatures import key

pytestmark = pytest.mark.foreign

ORIGIN = "example.org/h/7h2k9m4n8p3q"


def vectors(name: str, group: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))[group]
    return cases


def grown(entries: list[bytes]) -> Tree:
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    return tree


def is_good(public: bytes) -> bool:
    try:
        load_public(public)
    except PublicKeyError:
        return False
    return True


@given(st.binary(max_size=200))
def test_joserfc_verifies_acts(payload: bytes) -> None:
    signer = key("device")
    jwk = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": b64url(signer.public)})
    read = joserfc.deserialize_compact(sign_act(signer, payload), jwk, algorithms=["Ed25519"])
    assert read.payload == payload
    assert read.headers() == {"alg": "Ed25519", "kid": signer.kid, "typ": "hearing-act+jws"}
    assert jwk.thumbprint() == thumbprint(signer.public)


def test_joserfc_refuses_a_changed_act() -> None:
    signer = key("device")
    jwk = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": b64url(signer.public)})
    head, _, signature = sign_act(signer, b"for").split(".")
    with pytest.raises(BadSignatureError):
        joserfc.deserialize_compact(f"{head}.{b64url(b'not')}.{signature}", jwk, algorithms=["Ed25519"])


@given(st.binary(min_size=32, max_size=32))
def test_libsodium_finds_the_same_keys_good(raw: bytes) -> None:
    assert is_good(raw) == crypto_core_ed25519_is_valid_point(raw)


@given(st.integers(min_value=0, max_value=60), st.booleans())
def test_libsodium_finds_the_same_keys_good_near_the_edges(distance: int, sign: bool) -> None:
    for y in (distance, 2**255 - 19 - distance, 2**255 - 1 - distance):
        raw = (y | sign << 255).to_bytes(32, "little")
        assert is_good(raw) == crypto_core_ed25519_is_valid_point(raw)


@pytest.mark.parametrize("case", vectors("signatures", "keys"), ids=lambda case: case["why"])
def test_libsodium_agrees_on_the_vectors(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["public"])
    if len(raw) == 32:
        assert crypto_core_ed25519_is_valid_point(raw) == case["valid"]


def rekor_keyring(public: bytes) -> RekorKeyring:
    der = Ed25519PublicKey.from_public_bytes(public).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return RekorKeyring(
        Keyring([PublicKey(raw_bytes=base64.b64encode(der), key_details=PublicKeyDetails.PKIX_ED25519)])
    )


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40))
def test_sigstore_verifies_checkpoints_and_inclusion(entries: list[bytes]) -> None:
    service, tree = key("service"), grown(entries)
    note = cp.sign_checkpoint(service, Checkpoint(ORIGIN, tree.size, tree.root()))
    read = SignedCheckpoint.from_text(note.decode())
    read.signed_note.verify(rekor_keyring(service.public), our_key_id(service.public))
    assert (read.checkpoint.origin, read.checkpoint.log_size) == (ORIGIN, tree.size)
    assert read.checkpoint.log_hash == tree.root().hex()
    for index, entry in enumerate(entries):
        proof = SimpleNamespace(
            log_index=index,
            tree_size=tree.size,
            hashes=tree.inclusion(index, tree.size),
            root_hash=tree.root(),
        )
        inner = SimpleNamespace(inclusion_proof=proof, canonicalized_body=entry)
        verify_merkle_inclusion(SimpleNamespace(_inner=inner))  # type: ignore[arg-type]


def our_key_id(public: bytes) -> KeyID:
    return KeyID(cp.parse_vkey(cp.vkey(ORIGIN, public)).key_id)


def test_sigstore_refuses_a_changed_checkpoint() -> None:
    service = key("service")
    note = cp.sign_checkpoint(service, Checkpoint(ORIGIN, 7, bytes(32))).replace(b"\n7\n", b"\n8\n")
    with pytest.raises(VerificationError):
        SignedCheckpoint.from_text(note.decode()).signed_note.verify(
            rekor_keyring(service.public), our_key_id(service.public)
        )


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_pymerkle_has_the_same_roots_and_paths(entries: list[bytes]) -> None:
    tree, theirs = grown(entries), InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    for size in range(1, tree.size + 1):
        assert theirs.get_root(size) == tree.root(size)
    for index in range(tree.size):
        proof = theirs.prove_inclusion(index + 1, tree.size)
        assert proof.path[1:] == tree.inclusion(index, tree.size)
        verify_inclusion(tree.leaf(index), tree.root(), proof)
