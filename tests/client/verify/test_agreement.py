"""The page's verifier and the command's find the same things in the same bundles."""

import functools
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ballots.bundle import README, BundleError, read_from, write
from ballots.entry import Entry, parse
from ballots.signing import split
from deliberation import acts
from deliberation.audit import Expectations, Report, audit
from deliberation.export import bundle_files, hearing_file
from deliberation.replay import Signature, holds
from tests.client import node
from tests.client.verify.cheats import CHEATS
from tests.client.verify.meetings import HONEST, changing_people, plain, renumbered, resigned, running
from tests.foreign.verdicts import NOTHING, Brought
from tests.room import Person, Room

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"
Found = set[tuple[str, str]]
remembered = functools.lru_cache(maxsize=None)(holds)


def check(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
    failing = [index for index, one in enumerate(signatures) if not remembered(*one)]
    return lambda: failing


def by_command(raw: bytes, brought: Brought = NOTHING) -> Report | None:
    earlier = read_from(io.BytesIO(brought.earlier)) if brought.earlier is not None else None
    expected = Expectations(brought.anchor, brought.receipts, earlier, brought.openings, brought.running)
    try:
        return audit(read_from(io.BytesIO(raw)), expected, check)
    except BundleError:
        return None


def by_page(
    folder: Path, bundles: Mapping[str, bytes], brought: Mapping[str, Brought] = {}
) -> dict[str, Any]:
    """What the page's verifier says of each bundle; in one go, because Node takes a while to start."""
    for name, raw in bundles.items():
        (folder / f"{name}.zip").write_bytes(raw)
    for name, one in brought.items():
        things = {f"receipt.{number}": raw for number, raw in enumerate(one.receipts)}
        options = json.dumps({"anchor": one.anchor or "", "running": one.running}).encode()
        for kind, thing in {
            **things,
            "since": one.earlier,
            "openings": one.openings,
            "json": options,
        }.items():
            if thing is not None:
                (folder / f"{name}.zip.{kind}").write_bytes(thing)
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
        assert recounts == results
        assert told["hearing"]["anchor"] == report.anchor
        assert told["hearing"]["finished"] == report.finished


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
SECRET = {"not-a-secret-poll"}
"""Of secret polls: see test_secret.py."""
OTHERWISE = {"bad-comment", "bad-minutes", "opening-missing", "too-long"}
"""Seen when an act comes in; in a bundle these are findings of their own, or leave no trace."""


def test_no_refusal_is_forgotten() -> None:
    fold = ("hearing", "permits", "state", "roll", "attendance", "agenda", "polls", "outcomes")
    sources = "".join((ROOT / f"deliberation/{name}.py").read_text(encoding="utf-8") for name in fold)
    raised = re.findall(r"Refused\(([^)]*)", sources)
    codes = {code for said in raised for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', said)}
    assert len(codes) > 50
    assert codes - {code for code, _ in CHEATS.values()} == NOT_CHECKED | OTHERWISE | SECRET


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
    brought = {
        "shorter": Brought(receipts=list(receipts.values())),
        "forking": Brought(receipts=[receipts["last"]]),
    }
    told = agreed(tmp_path, {"shorter": shorter, "forking": forking}, brought)
    for name, held in zip(receipts, told["shorter"]["held"], strict=True):
        assert [finding["code"] for finding in held["findings"]] == [
            code for code in [expected[name]] if code
        ], name
    good = told["shorter"]["held"][0]["proven"]
    entry = parse(room.entries[7])
    kind = json.loads(split(entry.jws).payload)["act"]
    assert good == {"seq": 7, "at": entry.at, "kind": kind}
    assert {"receipt-differs"} <= {code for code, _ in theirs(told["forking"])}


def agreed(folder: Path, bundles: Mapping[str, bytes], brought: Mapping[str, Brought]) -> dict[str, Any]:
    """What the page says, after a look that the command finds just that."""
    told = by_page(folder, bundles, brought)
    for name, raw in bundles.items():
        report = by_command(raw, brought[name])
        assert report is not None
        assert theirs(told[name]) == ours(report), name
        named = [held["people"] for held in told[name]["held"] if held["kind"] == "openings"]
        assert named in ([], [report.people]), name
    return told


def test_an_earlier_bundle_is_how_this_one_begins_alike(tmp_path: Path, built: object) -> None:
    room, other = plain(), plain()
    swapped = [*room.entries[:4], room.entries[5], room.entries[4]]
    earlier = {
        "begins": packed(room, room.entries[:9]),
        "unsigned-end": packed(room, **{"log.jsonl": b"\n".join(room.entries[:9])}),
        "same": room.bundle(),
        "nothing": packed(room, **{"log.jsonl": b""}),
        "swapped": packed(room, swapped),
        "changed": packed(room, [*room.entries[:3], room.entries[3].replace(b'"seq":3', b'"seq":4')]),
        "longer": packed(room, [*room.entries, room.entries[-1]]),
        "blank-line": packed(room, **{"log.jsonl": b"\n".join([*room.entries[:3], b"", b""])}),
        "foreign": other.bundle(),
    }
    fitting = {"begins", "unsigned-end", "same", "nothing"}
    brought = {name: Brought(earlier=raw) for name, raw in earlier.items()}
    told = agreed(tmp_path, dict.fromkeys(earlier, room.bundle()), brought)
    for name, one in told.items():
        assert theirs(one) == (set() if name in fitting else {("not-a-prefix", "log.jsonl")}), name
    assert told["begins"]["held"][0]["size"] == 9


def test_who_is_who_is_held_against_the_roll_alike(tmp_path: Path, built: object) -> None:
    room, other = plain(), plain()
    file = json.loads(room.roll_openings())
    members = file["members"]
    stranger = json.loads(other.roll_openings())["members"][-1]
    first, last = members[0], members[-1]
    cases: dict[str, tuple[bytes, set[str]]] = {
        "good": (room.roll_openings(), set()),
        "names": (written(file, [{**first, "name": '居民 \u2028\u007f\b\f"\\/ “\U0001f600”'}, *members[1:]]), set()),
        "one-less": (written(file, members[:-1]), {"unnamed"}),
        "nobody": (written(file, []), {"unnamed"}),
        "stranger": (written(file, [*members[:-1], stranger]), {"unnamed", "not-on-roll"}),
        "other-card": (written(file, [*members[:-1], {**last, "token": stranger["token"]}]), {"other-person"}),
        "other-salt": (written(file, [*members[:-1], {**last, "salt": stranger["salt"]}]), {"other-person"}),
        "twice": (written(file, [*members, {**first, "name": "Another"}]), {"bad-openings"}),
        "twice-wrong": (written(file, [*members, {**first, "id": last["id"]}]), {"bad-openings", "other-person"}),
        "card-again": (
            written(file, [*members[:-1], {**last, "token": members[-2]["token"]}]),
            {"one-card-two-votes", "other-person"},
        ),
        "officers-card": (written(file, [*members[:-1], {**last, "token": first["token"]}]), {"other-person"}),
        "foreign": (other.roll_openings(), {"bad-openings"}),
        "no-json": (b"Dear auditor", {"bad-openings"}),
        "no-text": (b"\xff\xfe", {"bad-openings"}),
        "number": (b"1", {"bad-openings"}),
        "empty": (b"", {"bad-openings"}),
        "spaces": (room.roll_openings().replace(b",", b", ", 1), {"bad-openings"}),
        "newline": (room.roll_openings() + b"\n", {"bad-openings"}),
        "mark": (b"\xef\xbb\xbf" + room.roll_openings(), {"bad-openings"}),
        "half-a-letter": (room.roll_openings().replace(b'"name":"', b'"name":"\\ud800', 1), {"bad-openings"}),
        "escaped": (room.roll_openings().replace(b"Person", b"P\\u0065rson", 1), {"bad-openings"}),
        "version": (room.roll_openings().replace(b'"v":1', b'"v":2'), {"bad-openings"}),
        "more": (room.roll_openings().replace(b'"v":1', b'"v":1,"w":1'), {"bad-openings"}),
        "no-name": (written(file, [{**first, "name": None}, *members[1:]]), {"bad-openings"}),
        "bad-id": (written(file, [{**first, "id": "m1"}, *members[1:]]), {"bad-openings"}),
        "salt-loose": (written(file, [{**first, "salt": first["salt"][:-1] + "B"}, *members[1:]]), {"bad-openings"}),
    }  # fmt: skip
    brought = {name: Brought(openings=raw) for name, (raw, _) in cases.items()}
    told = agreed(tmp_path, dict.fromkeys(cases, room.bundle()), brought)
    for name, (_, codes) in cases.items():
        assert {code for code, _ in theirs(told[name])} == codes, name


def written(file: dict[str, Any], members: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({**file, "members": members})


def test_people_who_come_and_go_are_named_alike(tmp_path: Path, built: object) -> None:
    """One card with two votes on the roll, and entries that ended or came in later."""
    double = Person("representative")
    again = Person("representative")
    again.token = double.token
    twice = Room(people=[double, again, Person("representative")])
    twice.convene()
    rooms = {"twice": twice, "changing": changing_people(), "running": running()}
    brought = {name: Brought(openings=room.roll_openings()) for name, room in rooms.items()}
    told = agreed(tmp_path, {name: room.bundle() for name, room in rooms.items()}, brought)
    found = {name: {code for code, _ in theirs(one)} for name, one in told.items()}
    assert found["twice"] == {"one-card-two-votes", "unfinished"}
    assert found["changing"] == {"unnamed"}
    assert found["running"] == {"unfinished"}


def test_openings_with_a_changed_byte_are_judged_alike(tmp_path: Path, built: object) -> None:
    room = plain()
    raw, bundle = room.roll_openings(), room.bundle()
    rng = random.Random(11)
    brought = {}
    for place in rng.sample(range(len(raw)), 60):
        changed = raw[:place] + bytes([raw[place] ^ (1 << rng.randrange(7))]) + raw[place + 1 :]
        brought[f"byte-{place}"] = Brought(openings=changed)
    told = agreed(tmp_path, dict.fromkeys(brought, bundle), brought)
    assert sum(bool(theirs(one)) for one in told.values()) > 40


def test_anchors_and_running_meetings_are_judged_alike(tmp_path: Path, built: object) -> None:
    rooms = {meeting.__name__: meeting() for meeting in HONEST}
    bundles = {name: room.bundle() for name, room in rooms.items()}
    brought = {}
    for name, room in rooms.items():
        anchor = hearing_file(room.hearing.state).anchor
        brought[name] = Brought(anchor=anchor if name < "r" else "0" * 16, running=True)
    told = agreed(tmp_path, bundles, brought)
    for name, one in told.items():
        known = {"unverified"} if name == "lost_and_found_openings" else set()
        assert {code for code, _ in theirs(one)} == known | ({"other-community"} if name >= "r" else set()), (
            name
        )


def test_without_a_record_nothing_is_held_against_it_alike(tmp_path: Path, built: object) -> None:
    room = plain()
    headless = packed(room, renumbered(room.entries[1:]))
    everything = Brought("0" * 16, [room.receipt(7).encode()], plain().bundle(), b"{}", running=True)
    told = agreed(tmp_path, {"headless": headless}, {"headless": everything})
    assert told["headless"]["held"] == []
    assert ("not-convened", "log.jsonl:0") in theirs(told["headless"])


def test_the_build_takes_the_readmes_hash_from_the_readme(built: dict[str, dict[str, str]]) -> None:
    digest = sha256(README).hexdigest()
    for page in ("verify", "verify-worker"):
        assert digest in (node.DIST / built[page]["js"]).read_text()
    assert not [path for path in (node.CLIENT / "src").rglob("*.ts") if digest in path.read_text()]


@pytest.mark.parametrize("raw", [b"", b"Dear auditor", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle(tmp_path: Path, built: object, raw: bytes) -> None:
    assert by_command(raw) is None
    assert by_page(tmp_path, {"letter": raw})["letter"]["noBundle"]
