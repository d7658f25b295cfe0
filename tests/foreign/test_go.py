"""The Go project's own packages for signed notes and transparency logs check what we publish."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ballots import checkpoint as cp
from ballots.checkpoint import Checkpoint
from ballots.encoding import b64
from ballots.entry import Entry
from ballots.merkle import Tree, leaf_hash
from ballots.receipt import Receipt
from ballots.signing import sign_act
from ballots.tiles import ENTRIES, WIDTH, bundle_bytes, tile_bytes, tiles_of
from tests.programs import require, require_path
from tests.vectors.signatures import key

pytestmark = pytest.mark.foreign

GO_CODE = Path("/usr/share/gocode")
ORIGIN = "example.org/h/7h2k9m4n8p3q"
SIZES = [1, 2, 255, 256, 257, 1000, 66_000]
"""66,000 entries have a tile on the third level."""


@pytest.fixture(scope="module")
def logcheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, compiled."""
    go = require("go")
    require_path(GO_CODE / "src/golang.org/x/mod/sumdb/tlog", "go")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        "GO111MODULE": "off",
        "GOPATH": str(GO_CODE),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    source = Path(__file__).parent / "go/main.go"
    subprocess.run(
        [go, "build", "-o", folder / "logcheck", source],
        check=True,
        env=os.environ | environment,
        timeout=200,
    )
    return folder / "logcheck"


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    jws = sign_act(key("device"), b'{"v":1}')
    return [Entry(seq, "2026-11-21T08:00:00.000Z", jws).raw for seq in range(max(SIZES))]


def publish(folder: Path, entries: list[bytes]) -> None:
    """Write a record's public files as the service serves them, with a cosignature and receipts."""
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    size = tree.size
    service, witness, name = key("service"), key("witness"), "witness.example/w1"

    def note(size: int) -> bytes:
        return cp.sign_checkpoint(service, Checkpoint(ORIGIN, size, tree.root(size)))

    older = max(1, size * 2 // 3)
    write(folder / "vkey", cp.vkey(ORIGIN, service.public).encode())
    write(folder / "witness", cp.vkey(name, witness.public, cp.COSIGNATURE).encode())
    write(folder / "checkpoint", note(size) + cp.cosign(witness, name, note(size), 1_795_000_000))
    write(folder / "older", note(older))
    write(folder / "consistency", "\n".join(map(b64, tree.consistency(older, size))).encode())
    for tile in tiles_of(size):
        if tile.level == ENTRIES:
            first = tile.index * WIDTH
            write(folder / tile.path, bundle_bytes(entries[first : first + tile.width]))
        else:
            write(folder / tile.path, tile_bytes(tree, tile))
    for seq in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        receipt = Receipt(entries[seq], seq, tuple(tree.inclusion(seq, size)), note(size))
        write(folder / f"receipts/{seq}.tlog-proof", receipt.encode())


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def run(logcheck: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([logcheck, folder], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_everything_we_publish_verifies(
    logcheck: Path, entries: list[bytes], tmp_path: Path, size: int
) -> None:
    publish(tmp_path, entries[:size])
    result = run(logcheck, tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{size} entries")


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint",
        "older",
        "consistency",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "receipts/0.tlog-proof",
        "receipts/299.tlog-proof",
    ],
)
def test_it_finds_a_changed_byte(logcheck: Path, entries: list[bytes], tmp_path: Path, name: str) -> None:
    publish(tmp_path, entries[:300])
    data = bytearray((tmp_path / name).read_bytes())
    middle = len(data) // 2
    data[middle] = data[middle] ^ 1
    (tmp_path / name).write_bytes(data)
    result = run(logcheck, tmp_path)
    assert result.returncode == 1, result.stdout
    shutil.rmtree(tmp_path)
