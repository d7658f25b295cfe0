"""Asks two verifiers about a bundle: ours, and the one in Go that knows nothing but docs/spec.md."""

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ballots.bundle import BundleError, read_from
from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.merkle import Tree, leaf_hash
from deliberation.audit import Expectations, audit
from tests.room import Room

SOURCE = Path(__file__).parent / "go/verifier"

Found = tuple[str, str, str]
"""A finding's code, where it is, and of a refused act its kind and why: `ballot.cast: poll-closed`."""


def environment(folder: Path) -> dict[str, str]:
    """For the Go tools: no network, no modules, and a cache of their own."""
    return os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(folder / "path"),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }


@dataclass(frozen=True)
class Brought:
    """What an auditor brings along."""

    anchor: str | None = None
    receipts: Sequence[bytes] = ()
    earlier: bytes | None = None
    openings: bytes | None = None
    running: bool = False


NOTHING = Brought()


@dataclass(frozen=True)
class Foreign:
    """The verifier in Go; its folder holds the files that it is asked about."""

    folder: Path

    def run(self, bundle: bytes, brought: Brought = NOTHING) -> "subprocess.CompletedProcess[str]":
        arguments = ["--running"] if brought.running else []
        if brought.anchor is not None:
            arguments += ["--anchor", brought.anchor]
        for number, receipt in enumerate(brought.receipts):
            arguments += ["--receipt", self._write(f"receipt-{number}", receipt)]
        for option, raw in (("earlier", brought.earlier), ("openings", brought.openings)):
            if raw is not None:
                arguments += [f"--{option}", self._write(option, raw)]
        command = [str(self.folder / "verifier"), *arguments, self._write("hearing.zip", bundle)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def findings(self, bundle: bytes, brought: Brought = NOTHING) -> set[Found] | None:
        """None if it is no bundle."""
        done = self.run(bundle, brought)
        if done.returncode == 2:
            return None
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == bool(found), done.stderr
        return {(one["code"], one["where"], _why(one["code"], one.get("detail", ""))) for one in found}

    def _write(self, name: str, raw: bytes) -> str:
        path = self.folder / name
        path.write_bytes(raw)
        return str(path)


def ours(bundle: bytes, brought: Brought = NOTHING) -> set[Found] | None:
    """What our own verifier finds; None if it is no bundle."""
    try:
        read = read_from(io.BytesIO(bundle))
    except BundleError:
        return None
    earlier = read_from(io.BytesIO(brought.earlier)) if brought.earlier is not None else None
    expected = Expectations(brought.anchor, brought.receipts, earlier, brought.openings, brought.running)
    return {(one.code, one.where, _why(one.code, one.detail)) for one in audit(read, expected).findings}


def _why(code: str, detail: str) -> str:
    """A sentence for people is each verifier's own; what a refusal is about may stand in brackets."""
    return detail.partition(" (")[0] if code == "act-refused" else ""


def agree(foreign: Foreign, bundle: bytes, brought: Brought = NOTHING, *, clean: bool = False) -> None:
    """The same verdict and the same findings, but for what test_disagreements.py tells.

    Nothing is said of the findings in an archive that one of the two cannot read any more, and nothing of how
    a file's name is told that is no ASCII: no file of a bundle has such a name.
    """
    theirs, mine = foreign.findings(bundle, brought), ours(bundle, brought)
    assert (theirs == set()) == (mine == set()) == clean
    if theirs is not None and mine is not None and not any(code == "blob-bytes" for code, _, _ in mine):
        assert _boxes(theirs) == _boxes(mine)


def _boxes(found: set[Found]) -> set[Found]:
    """Findings without what is wrong inside an archive that is not the record's; ours says where in it, too."""
    other = {where for code, where, _ in found if code in ("archive-differs", "archive-unknown")}
    said = {(code, _place(code, where), why) for code, where, why in found}
    return {one for one in said if one[0] != "bad-archive" or one[1] not in other}


def _place(code: str, where: str) -> str:
    if code == "bad-archive":
        return where.partition(":")[0]
    return where if where.isascii() else "?"


def files(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(contents: Mapping[str, bytes]) -> bytes:
    """The archive's bytes as section 14 fixes them, whatever the files are called."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(contents, key=str.encode):
            info = zipfile.ZipInfo(name)
            info.create_system = 0
            archive.writestr(info, contents[name])
            info.external_attr = 0  # the central header is written when the archive is closed
    return out.getvalue()


def with_entries(room: Room, entries: Sequence[bytes], *, signed: bool = True) -> bytes:
    """The room's bundle with another log, and if wanted a checkpoint by the service's key that fits it."""
    contents = files(room.bundle())
    contents["log.jsonl"] = b"".join(entry + b"\n" for entry in entries)
    if signed:
        tree = Tree()
        for entry in entries:
            tree.append(leaf_hash(entry))
        checkpoint = Checkpoint(room.origin, tree.size, tree.root())
        contents["checkpoint"] = sign_checkpoint(room.service, checkpoint)
    return pack(contents)
