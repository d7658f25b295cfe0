"""The tree: against the RFC's recursion, at every size, and every proof against every change."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.merkle import EMPTY_ROOT, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of Certificate Transparency's own test leaves (tests/vectors/merkle.json), sizes 1 to 8."""
SIZES = st.integers(1, 70)


def grown(size: int) -> Tree:
    tree = Tree()
    for index in range(size):
        tree.append(leaf_hash(b"%d" % index))
    return tree


BIG = grown(70)


def by_the_rfc(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(by_the_rfc(leaves[:k]), by_the_rfc(leaves[k:]))


def test_the_known_roots() -> None:
    tree = Tree()
    assert tree.root() == EMPTY_ROOT
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    for leaf, root in zip(leaves, CT_ROOTS, strict=True):
        tree.append(leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


def test_every_root_is_that_of_the_rfc() -> None:
    leaves = [BIG.leaf(index) for index in range(70)]
    for size in range(71):
        assert BIG.root(size) == by_the_rfc(leaves[:size]) == grown(size).root()


def test_every_inclusion_proof_verifies() -> None:
    for size in range(1, 71):
        for index in range(size):
            proof = BIG.inclusion(index, size)
            assert verify_inclusion(index, size, BIG.leaf(index), BIG.root(size), proof)


def test_every_consistency_proof_verifies() -> None:
    for new in range(71):
        for old in range(new + 1):
            proof = BIG.consistency(old, new)
            assert verify_consistency(old, new, BIG.root(old), BIG.root(new), proof)


@given(st.data())
def test_a_changed_inclusion_proof_fails(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    honest = [BIG.leaf(index), BIG.root(size), *BIG.inclusion(index, size)]
    leaf, root, *proof = one_bit_off(data, honest)
    assert not verify_inclusion(index, size, leaf, root, proof)


@given(st.data())
def test_a_changed_consistency_proof_fails(data: st.DataObject) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(1, new))
    honest = [BIG.root(old), BIG.root(new), *BIG.consistency(old, new)]
    first, second, *proof = one_bit_off(data, honest)
    assert not verify_consistency(old, new, first, second, proof)


def one_bit_off(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    at = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = (int.from_bytes(hashes[at]) ^ 1 << bit).to_bytes(32)
    return [*hashes[:at], changed, *hashes[at + 1 :]]


@given(st.data())
def test_a_proof_is_for_one_leaf(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    assert not verify_inclusion(other, size, BIG.leaf(index), BIG.root(size), BIG.inclusion(index, size))


@given(st.integers(0, 70), st.integers(0, 20))
def test_truncating_is_going_back(size: int, more: int) -> None:
    tree = grown(70)
    tree.truncate(size)
    assert (tree.size, tree.root()) == (size, BIG.root(size))
    for index in range(size, min(size + more, 70)):
        tree.append(BIG.leaf(index))
    assert tree.root() == BIG.root(min(size + more, 70))


def test_what_is_not_there_is_said() -> None:
    tree = grown(5)
    for ask in (
        lambda: tree.leaf(5),
        lambda: tree.leaf(-1),
        lambda: tree.node(1, 2),
        lambda: tree.node(3, 0),
        lambda: tree.node(-1, 0),
        lambda: tree.root(6),
        lambda: tree.root(-1),
        lambda: tree.inclusion(5, 5),
        lambda: tree.inclusion(0, 6),
        lambda: tree.consistency(4, 6),
        lambda: tree.consistency(5, 4),
        lambda: tree.truncate(6),
    ):
        with pytest.raises(IndexError):
            ask()
    with pytest.raises(ValueError, match="32 bytes"):
        tree.append(b"short")
    assert tree.root() == BIG.root(5)
