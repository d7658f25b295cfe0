"""The page's verifier and the command's find the same things in the same bundles."""

import functools
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ballots.bundle import BundleError, read_from, write
from ballots.entry import Entry, parse
from deliberation import acts
from deliberation.audit import Expectations, Report, audit
from deliberation.export import bundle_files
from deliberation.replay import Signature, holds
from tests.client import node
from tests.client.verify.cheats import CHEATS
from tests.client.verify.meetings import HONEST, plain, renumbered, resigned
from tests.room import Room

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"
Found = set[tuple[str, str]]
remembered = functools.lru_cache(maxsize=None)(holds)


def check(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
    failing = [index for index, one in enumerate(signatures) if not remembered(*one)]
    return lambda: failing


def by_command(raw: bytes, receipts: Sequence[bytes] = ()) -> Report | None:
    try:
        return audit(read_from(io.BytesIO(raw)), Expectations(receipts=receipts), check)
    except BundleError:
        return None


def by_page(folder: Path, bundles: dict[str, bytes]) -> dict[str, Any]:
    """What the page's verifier says of each bundle; in one go, because Node takes a while to start."""
    for name, raw in bundles.items():
        (folder / f"{name}.zip").write_bytes(raw)
    told = json.loads(node.node("test/verify.mjs", str(folder)))
    return {name: told[f"{name}.zip"] for name in bundles}


def ours(report: Report) -> Found:
    return {(finding.code, finding.where) for finding in report.findings}


def theirs(told: dict[str, Any]) -> Found:
    return {(finding["code"], finding["where"]) for finding in told["findings"]}


def packed(room: Room, entries: list[bytes] | None = None, **changes: bytes | None) -> bytes:
    files = bundle_files(room.hearing.state, entries or room.entries, room.note()) | changes
    out = io.BytesIO()
    write({name: raw for name, raw in files.items() if raw is not None}, out)
    return out.getvalue()


def test_honest_meetings(tmp_path: Path, built: object) -> None:
    rooms = {meeting.__name__: meeting() for meeting in HONEST}
    bundles = {name: room.bundle() for name, room in rooms.items()}
    bundles["example"] = (VECTORS / "example.zip").read_bytes()
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert theirs(told) == ours(report), name
        assert report.state is not None
        results = {
            poll.id: json.loads(poll.result_bytes)
            for poll in report.state.polls.values()
            if poll.result_bytes
        }
        recounts = {poll["id"]: poll["result"] for poll in told["hearing"]["polls"] if poll["result"]}
        assert recounts == {poll: figures(result) for poll, result in results.items()}
        assert told["hearing"]["anchor"] == report.anchor
        assert told["hearing"]["finished"] == report.finished


def figures(result: dict[str, Any]) -> dict[str, Any]:
    """A result without its sentences: the page writes its own."""
    comparisons = [
        {k: v for k, v in one.items() if k not in ("expression", "text")} for one in result["comparisons"]
    ]
    return {**result, "comparisons": comparisons}


def test_every_refusal_that_decides_a_ballot(tmp_path: Path, built: object) -> None:
    bundles = {name: meeting().bundle() for name, (_, meeting) in CHEATS.items()}
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        refused = [f.detail.split(": ")[1].split(" ")[0] for f in report.findings if f.code == "act-refused"]
        assert CHEATS[name][0] in refused, f"{name}: {refused}"
        said = [f["detail"].split(": ")[1] for f in told["findings"] if f["code"] == "act-refused"]
        assert said == refused, name
        assert theirs(told) == ours(report), name


NOT_CHECKED = {"floor-taken", "too-many"}
"""Who speaks when, and how much one comments: the page says that it leaves this to the command."""
OTHERWISE = {"bad-comment", "bad-minutes", "opening-missing", "too-long"}
"""Seen when an act comes in; in a bundle these are findings of their own, or leave no trace."""


def test_no_refusal_is_forgotten() -> None:
    fold = ("hearing", "state", "roll", "attendance", "agenda", "polls", "outcomes")
    sources = "".join((ROOT / f"deliberation/{name}.py").read_text(encoding="utf-8") for name in fold)
    raised = re.findall(r"Refused\(([^)]*)", sources)
    codes = {code for said in raised for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', said)}
    assert len(codes) > 50
    assert codes - {code for code, _ in CHEATS.values()} == NOT_CHECKED | OTHERWISE


def damage(room: Room) -> Iterator[tuple[str, bytes]]:
    """Entries dropped, repeated, swapped, cut off, forged: under the old checkpoint, and under one made to fit."""
    entries = room.entries
    rng = random.Random(3)
    for index in rng.sample(range(1, len(entries)), 8):
        dropped = entries[:index] + entries[index + 1 :]
        changed = {
            "dropped": dropped,
            "repeated": [*entries[: index + 1], *entries[index:]],
            "swapped": [*entries[: index - 1], entries[index], entries[index - 1], *entries[index + 1 :]],
            "cut": entries[:index],
            "renumbered": renumbered(dropped),
            "forged": [*entries[:index], forged(entries, index), *entries[index + 1 :]],
        }
        for what, log in changed.items():
            yield f"{what}-{index}", packed(room, log)
            yield f"{what}-{index}-resigned", packed(room, log, checkpoint=resigned(room, log))


def forged(entries: list[bytes], index: int) -> bytes:
    """An act with the signature of another."""
    entry = parse(entries[index])
    signature = parse(entries[index - 1]).jws.split(".")[2]
    return Entry(entry.seq, entry.at, ".".join([*entry.jws.split(".")[:2], signature])).raw


def exchanges() -> Iterator[tuple[str, bytes]]:
    """Files of one bundle left out, or put into another."""
    one, two = plain(), plain()
    files = bundle_files(one.hearing.state, one.entries, one.note())
    others = bundle_files(two.hearing.state, two.entries, two.note())
    blobs = [name for name in files if name.startswith("blobs/")]
    result = next(name for name in files if name.startswith("results/"))
    foreign = next(name for name in others if name.startswith("blobs/") and name not in files)
    for number, name in enumerate(blobs):
        yield f"without-{number}", packed(one, **{name: None})
        yield f"exchanged-{number}", packed(one, **{name: files[blobs[number - 1]]})
    yield "without-result", packed(one, **{result: None})
    yield "other-result", packed(one, **{result: files[result].replace(b'"heads":3', b'"heads":4')})
    yield "foreign-result", packed(one, **{next(n for n in others if n.startswith("results/")): b"{}"})
    yield "foreign-blob", packed(one, **{foreign: others[foreign]})
    yield "secret", packed(one, **{"secret/q1.bel": b""})
    yield "readme", packed(one, **{"README.txt": b"All is well."})
    yield "no-readme", packed(one, **{"README.txt": None})
    for name in ("checkpoint", "hearing.json", "log.jsonl"):
        yield f"other-{name}", packed(one, **{name: others[name]})


def test_damage_is_named_alike(tmp_path: Path, built: object) -> None:
    bundles = dict(damage(plain())) | dict(exchanges())
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert report.findings, name
        assert theirs(told) == ours(report), name


def test_changed_bytes_are_found_alike(tmp_path: Path, built: object) -> None:
    raw = plain().bundle()
    rng = random.Random(5)
    places = [*rng.sample(range(len(raw)), 120), *range(len(raw) - 22, len(raw))]
    bundles = {
        f"byte-{place}": raw[:place] + bytes([raw[place] ^ (1 << rng.randrange(8))]) + raw[place + 1 :]
        for place in places
    }
    bundles |= {"longer": raw + b"\n", "shorter": raw[:-1]}
    same = 0
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is None or report.findings, name
        assert told["noBundle"] or told["findings"], name
        same += report is not None and theirs(told) == ours(report)
    assert same > 100


def test_receipts_are_held_against_the_record_alike(tmp_path: Path, built: object) -> None:
    room, other = plain(), plain()
    fork = [*room.entries[:-1], room.entries[-2]]
    receipts = {
        "good": room.receipt(7).encode(),
        "last": room.receipt(len(room.entries) - 1).encode(),
        "foreign": other.receipt(7).encode(),
        "moved": room.receipt(7).encode().replace(b"index 7\n", b"index 6\n"),
        "empty": b"c2sp.org/tlog-proof@v1\n",
    }
    room.do(room.supervisor, acts.Cosign, target=room.hearing.state.moments[0].leaf)
    receipts["ahead"] = room.receipt(len(room.entries) - 1).encode()
    shorter = packed(room, room.entries[:-1], checkpoint=resigned(room, room.entries[:-1]))
    forking = packed(room, fork, checkpoint=resigned(room, fork))
    expected = {"good": None, "last": None, "foreign": "bad-receipt", "moved": "bad-receipt", "empty": "bad-receipt", "ahead": "receipt-ahead"}  # fmt: skip
    names = sorted(receipts)
    for number, name in enumerate(names):
        (tmp_path / f"shorter.zip.{number}").write_bytes(receipts[name])
    (tmp_path / "forking.zip.0").write_bytes(receipts["last"])
    told = by_page(tmp_path, {"shorter": shorter, "forking": forking})
    for number, name in enumerate(names):
        finding = told["shorter"]["receipts"][number]["finding"]
        assert (finding and finding["code"]) == expected[name], name
        report = by_command(shorter, [receipts[name]])
        assert report is not None
        assert {code for code, where in ours(report) if where.startswith("receipt")} == {expected[name]} - {
            None
        }
    assert told["forking"]["receipts"][0]["finding"]["code"] == "receipt-differs"


@pytest.mark.parametrize("raw", [b"", b"Dear auditor", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle(tmp_path: Path, built: object, raw: bytes) -> None:
    assert by_command(raw) is None
    assert by_page(tmp_path, {"letter": raw})["letter"]["noBundle"]
