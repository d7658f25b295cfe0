"""The tree over a record: RFC 6962 §2.1 with SHA-256, inclusion and consistency proofs.

Hashes are 32 bytes. Entries are counted from 0, sizes from 0.
"""

from collections.abc import Sequence
from hashlib import sha256

MAX_SIZE = 2**53 - 1
"""Entries of a record at most: what every language counts exactly."""
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree of nothing."""

_EDGES = 256
"""Hashes of incomplete subtrees that a tree remembers at most."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry's exact bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps the hash of every complete subtree.

    Roots and proofs at any size up to the present one then need O(log n) hashes; appending one on average.
    It takes 64 bytes an entry.
    """

    __slots__ = ("_edges", "_levels")

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self._edges: dict[tuple[int, int], bytes] = {}

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self._levels[0]) // 32

    def append(self, leaf: bytes) -> None:
        """Add the leaf hash of the next entry."""
        self.extend((leaf,))

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add the leaf hashes of the next entries."""
        if any(len(leaf) != 32 for leaf in leaves):
            raise ValueError("a leaf hash has 32 bytes")
        self._levels[0] += b"".join(leaves)
        for level, below in enumerate(self._levels):
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            pairs = range(len(above) // 32, len(below) // 64)
            if not pairs:
                return
            above += b"".join([sha256(b"\x01" + below[64 * n : 64 * n + 64]).digest() for n in pairs])

    def leaf(self, index: int) -> bytes:
        """The leaf hash of one entry. Raises IndexError."""
        return self.node(0, index)

    def node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2^level leaves that starts at index · 2^level.

        Raises:
            IndexError: there is no such subtree, or it is not complete yet.
        """
        if not 0 <= level < len(self._levels) or not 0 <= index < len(self._levels[level]) // 32:
            raise IndexError(f"no complete subtree {index} at level {level}")
        return bytes(self._levels[level][32 * index : 32 * index + 32])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries (of all, if not given). Raises IndexError beyond the end."""
        size = self._within(self.size if size is None else size)
        return self._hash(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that the entry is in the tree of that size, from the leaf's sibling upwards.

        Raises:
            IndexError: not 0 ≤ index < size ≤ the present size.
        """
        if not 0 <= index < self._within(size):
            raise IndexError(f"entry {index} is not in a tree of {size}")
        proof = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._hash(middle, end))
                end = middle
            else:
                proof.append(self._hash(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of size `new` begins with that of size `old`; empty for old = 0 or new.

        Raises:
            IndexError: not 0 ≤ old ≤ new ≤ the present size.
        """
        if not 0 <= old <= self._within(new):
            raise IndexError(f"no tree of {old} before one of {new}")
        proof: list[bytes] = []
        start, end, whole = 0, new, True
        while start < old < end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._hash(middle, end))
                end = middle
            else:
                proof.append(self._hash(start, middle))
                start, whole = middle, False
        if proof and not whole:
            proof.append(self._hash(start, end))
        return proof[::-1]

    def truncate(self, size: int) -> None:
        """Forget all entries from `size` on. Raises IndexError beyond the end."""
        self._within(size)
        for level, nodes in enumerate(self._levels):
            del nodes[32 * (size >> level) :]
        self._edges.clear()

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(f"no tree of {size}: there are {self.size} entries")
        return size

    def _hash(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]), where start is a multiple of the largest power of two below the length."""
        width = end - start
        if width & (width - 1) == 0:
            level = width.bit_length() - 1
            return self.node(level, start >> level)
        # Of a batch, all proofs and roots meet the same right edges; what has been appended never changes.
        found = self._edges.get((start, end))
        if found is None:
            middle = start + _split(width)
            found = node_hash(self._hash(start, middle), self._hash(middle, end))
            if len(self._edges) >= _EDGES:
                self._edges.clear()
            self._edges[start, end] = found
        return found


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the leaf as entry `index` of the tree with that root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162 §2.1.4.2).

    Everything begins with the empty tree: old 0 needs its root to be the empty one and no proof.
    """
    if not 0 <= old <= new:
        return False
    if old == 0:
        return old_root == EMPTY_ROOT and not proof and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return old_root == new_root and not proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    left = right = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            left, right = node_hash(sibling, left), node_hash(sibling, right)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            right = node_hash(right, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and left == old_root and right == new_root


def _split(width: int) -> int:
    """The largest power of two below the width (≥ 2)."""
    return 1 << (width - 1).bit_length() - 1
