"""Tiles: paths both ways, and bytes that give the tree's own root again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.merkle import Tree, leaf_hash, node_hash
from ballots.tiles import ENTRIES, WIDTH, Tile, bundle_bytes, parse_path, tile_bytes, tiles_of

TILES = st.builds(Tile, st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, WIDTH))


@given(TILES)
def test_paths_round_trip(tile: Tile) -> None:
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 0, 17), "tile/1/000.p/17"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
        (Tile(63, 1000), "tile/63/x001/000"),
    ],
)
def test_the_paths_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/x001",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/０００",
    ],
)
def test_there_is_one_path_for_a_tile(path: str) -> None:
    with pytest.raises(ValueError, match="not the path"):
        parse_path(path)


def test_the_tiles_of_a_size_are_those_of_the_specification() -> None:
    """tlog-tiles' own example: 70,000 entries."""
    tiles = list(tiles_of(70_000))
    by_level = {level: [t for t in tiles if t.level == level] for level in (ENTRIES, 0, 1, 2, 3)}
    assert [len(by_level[level]) for level in (ENTRIES, 0, 1, 2, 3)] == [274, 274, 2, 1, 0]
    assert [by_level[level][-1].width for level in (ENTRIES, 0, 1, 2)] == [112, 112, 17, 1]
    assert list(tiles_of(0)) == []


@given(st.integers(1, 700))
def test_tiles_give_the_tree(size: int) -> None:
    """Level 0 has the leaves; each hash of level 1 is the root of a full tile below."""
    tree = Tree()
    for index in range(size):
        tree.append(leaf_hash(b"%d" % index))
    data = {tile: tile_bytes(tree, tile) for tile in tiles_of(size) if tile.level != ENTRIES}
    assert all(len(raw) == 32 * tile.width for tile, raw in data.items())
    leaves = b"".join(raw for tile, raw in data.items() if tile.level == 0)
    assert leaves == b"".join(tree.leaf(index) for index in range(size))
    above = b"".join(raw for tile, raw in data.items() if tile.level == 1)
    full = [raw for tile, raw in data.items() if tile.level == 0 and tile.width == WIDTH]
    assert above == b"".join(map(folded, full))


def folded(tile: bytes) -> bytes:
    hashes = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def test_a_tile_that_is_not_complete_yet() -> None:
    tree = Tree()
    for index in range(300):
        tree.append(leaf_hash(b"%d" % index))
    assert len(tile_bytes(tree, Tile(0, 1, 44))) == 44 * 32
    for tile in (Tile(0, 1, 45), Tile(0, 1), Tile(0, 2, 1), Tile(1, 0, 2), Tile(2, 0, 1), Tile(ENTRIES, 0)):
        with pytest.raises(IndexError):
            tile_bytes(tree, tile)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entry_bundles(entries: list[bytes]) -> None:
    raw, read = bundle_bytes(entries), []
    while raw:
        length = int.from_bytes(raw[:2])
        read.append(raw[2 : 2 + length])
        raw = raw[2 + length :]
    assert read == entries
