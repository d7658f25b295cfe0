"""Tiles: the tree and the entries in pieces that never change (C2SP tlog-tiles), for mirrors and caches."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ballots.merkle import Tree

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
ENTRIES = -1
"""The level of entry bundles, which the path calls `entries`."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of the tree: hashes index · 256 … of the complete subtrees of 256^level leaves.

    Attributes:
        level: 0 to 63, or `ENTRIES`.
        index: its number on that level, from 0.
        width: 256, or 1 to 255 for a partial tile.
    """

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served: `tile/0/x001/234`, `tile/entries/000.p/17`."""
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *front, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        number = "".join(f"x{part}/" for part in front) + last
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")


def parse_path(path: str) -> Tile:
    """The tile that a path names. Raises ValueError for any other text: there is one path for a tile."""
    match = _PATH.fullmatch(path)
    if not match:
        raise ValueError("not the path of a tile")
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match["width"] or WIDTH))
    if level > 63 or tile.path != path or not 1 <= tile.width <= WIDTH:
        raise ValueError("not the path of a tile")
    return tile


def tile_bytes(tree: Tree, tile: Tile) -> bytes:
    """The tile's hashes, 32 bytes each.

    Raises:
        IndexError: the tree does not have them yet, or the tile is of entries.
    """
    first = tile.index * WIDTH
    return b"".join(tree.node(8 * tile.level, first + i) for i in range(tile.width))


def bundle_bytes(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry behind its length, 2 bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and entry bundle of a tree of this size: full ones and the partial one of each level."""
    for level in (ENTRIES, *range(64)):
        hashes = size >> 8 * max(level, 0)
        if not hashes:
            return
        yield from (Tile(level, index) for index in range(hashes // WIDTH))
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)
