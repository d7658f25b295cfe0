"""The audit of a bundle: clean when nothing was touched, and every touch is named."""

import functools
import io
import random
from collections.abc import Callable, Sequence

import pytest

from ballots.bundle import BundleError, read_from, write
from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.entry import Entry, parse
from ballots.merkle import Tree, leaf_hash
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.audit import Expectations, Report, audit
from deliberation.export import bundle_files, hearing_file
from deliberation.replay import Signature, holds
from tests.room import Person, Room, finished

remembered = functools.lru_cache(maxsize=None)(holds)


def check(signatures: Sequence[Signature]) -> Callable[[], list[int]]:
    """Like the real check, but an act that was looked at before is not looked at again."""
    failing = [index for index, one in enumerate(signatures) if not remembered(*one)]
    return lambda: failing


def report(raw: bytes, expected: Expectations | None = None) -> Report:
    return audit(read_from(io.BytesIO(raw)), expected, check)


def codes(raw: bytes, expected: Expectations | None = None) -> set[str]:
    return {finding.code for finding in report(raw, expected).findings}


def repacked(room: Room, **changes: bytes | None) -> bytes:
    """The bundle with files changed or (None) left out, in the one way there is to write it."""
    files = bundle_files(room.hearing.state, room.entries, room.note()) | changes
    out = io.BytesIO()
    write({name: raw for name, raw in files.items() if raw is not None}, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def room() -> Room:
    return finished()


def test_an_untouched_bundle_is_clean(room: Room) -> None:
    found = report(room.bundle())
    assert found.findings == []
    assert (found.size, found.signatures, found.finished) == (len(room.entries), len(room.entries), True)
    assert found.tied is None
    assert found.anchor == hearing_file(room.hearing.state).anchor


def test_equal_records_give_equal_bundles(room: Room) -> None:
    assert room.bundle() == room.bundle()


def test_every_changed_byte_is_found() -> None:
    small = Room(voters=1)
    small.ready()
    poll = small.open_poll()
    small.vote(small.voters[0], poll, "for")
    small.close(poll)
    small.publish(poll)
    small.do(small.chair, acts.Adjourn)
    raw = small.bundle()
    assert codes(raw) == set()
    rng = random.Random(2026)
    missed = []
    for index in range(len(raw)):
        other = raw[:index] + bytes([raw[index] ^ (1 << rng.randrange(8))]) + raw[index + 1 :]
        try:
            clean = report(other).clean
        except BundleError:
            continue
        if clean:
            missed.append(index)
    assert missed == []


def entries_changed(room: Room, entries: list[bytes]) -> bytes:
    """The attacker keeps the old checkpoint."""
    return repacked(room, **{"log.jsonl": b"".join(entry + b"\n" for entry in entries)})


def entries_resigned(room: Room, entries: list[bytes]) -> bytes:
    """The attacker is the operator, and signs a new checkpoint over the changed log."""
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    note = sign_checkpoint(room.service, Checkpoint(room.origin, tree.size, tree.root()))
    return repacked(room, **{"log.jsonl": b"".join(e + b"\n" for e in entries), "checkpoint": note})


@pytest.mark.parametrize("change", [entries_changed, entries_resigned])
def test_every_dropped_repeated_or_swapped_entry_is_found(
    room: Room, change: Callable[[Room, list[bytes]], bytes]
) -> None:
    entries = room.entries
    for index in range(len(entries)):
        dropped = entries[:index] + entries[index + 1 :]
        repeated = [*entries[: index + 1], *entries[index:]]
        truncated = entries[:index]
        assert codes(change(room, dropped)), f"dropped {index}"
        assert codes(change(room, repeated)), f"repeated {index}"
        assert codes(change(room, truncated)), f"truncated to {index}"
        if index:
            swapped = [*entries[: index - 1], entries[index], entries[index - 1], *entries[index + 1 :]]
            assert codes(change(room, swapped)), f"swapped {index}"


def test_a_renumbered_log_is_found(room: Room) -> None:
    """Even with seq and checkpoint made to fit: the acts vouch for what came before them."""
    for index in range(1, len(room.entries)):
        kept = room.entries[:index] + room.entries[index + 1 :]
        renumbered = []
        for number, raw in enumerate(kept):
            entry = parse(raw)
            renumbered.append(Entry(number, entry.at, entry.jws).raw)
        assert codes(entries_resigned(room, renumbered)), f"without {index}"


def test_exchanged_blobs_openings_and_results_are_found() -> None:
    one, two = finished(), finished()
    files = bundle_files(one.hearing.state, one.entries, one.note())
    theirs = bundle_files(two.hearing.state, two.entries, two.note())
    for name in files:
        assert (
            codes(repacked(one, **{name: None}))
            if name not in ("checkpoint", "hearing.json", "log.jsonl")
            else True
        )
    blobs = sorted(name for name in files if name.startswith("blobs/"))
    for name in blobs:
        assert "blob-bytes" in codes(repacked(one, **{name: files[next(b for b in blobs if b != name)]}))
    foreign = next(name for name in theirs if name.startswith("blobs/") and name not in files)
    assert codes(repacked(one, **{foreign: theirs[foreign]})) == {"blob-unknown"}
    result = next(name for name in files if name.startswith("results/"))
    assert codes(repacked(one, **{result: files[result].replace(b'"heads":3', b'"heads":4')})) == {
        "result-differs"
    }
    for name in ("checkpoint", "hearing.json", "log.jsonl"):
        assert codes(repacked(one, **{name: theirs[name]}))
        with pytest.raises(BundleError):
            report(repacked(one, **{name: None}))


def test_a_forged_act_is_named(room: Room) -> None:
    entry = parse(room.entries[5])
    forged = Entry(entry.seq, entry.at, entry.jws[:-6] + "AAAAAA"[:5] + entry.jws[-1]).raw
    entries = [*room.entries[:5], forged, *room.entries[6:]]
    found = report(entries_resigned(room, entries)).findings
    assert [(f.code, f.where) for f in found if f.code == "bad-signature"] == [
        ("bad-signature", "log.jsonl:5")
    ]


def test_the_anchor_ties_a_record_to_its_community(room: Room) -> None:
    ours = hearing_file(room.hearing.state).anchor
    spoken = f"{ours[:4]}-{ours[4:8]} {ours[8:]}".lower()
    assert report(room.bundle(), Expectations(anchor=spoken)).tied is True
    assert codes(room.bundle(), Expectations(anchor="0" * 16)) == {"other-community"}


def test_receipts_are_held_against_the_record(room: Room) -> None:
    early = Room()
    early.convene()
    receipts = [room.receipt(seq).encode() for seq in range(len(room.entries))]
    assert codes(room.bundle(), Expectations(receipts=receipts)) == set()
    assert codes(room.bundle(), Expectations(receipts=[early.receipt(0).encode()])) == {"bad-receipt"}
    assert codes(room.bundle(), Expectations(receipts=[b"c2sp.org/tlog-proof@v1\n"])) == {"bad-receipt"}


def test_a_fork_shows_in_a_receipt() -> None:
    """The same key signs two continuations of one record: a phone kept the one, the bundle has the other."""
    room = Room()
    room.ready()
    state = room.hearing
    kept = (list(room.entries), room.tree.size)
    room.do(room.voters[0], acts.RequestFloor, item="gate")
    receipt = room.receipt(len(room.entries) - 1).encode()
    room.hearing = state
    room.entries = kept[0]
    room.tree.truncate(kept[1])
    room.hearing.state.size = kept[1]
    room.do(room.voters[1], acts.RequestFloor, item="gate")
    assert "receipt-differs" in codes(room.bundle(), Expectations(receipts=[receipt], running=True))


def test_an_earlier_bundle_must_be_a_prefix(room: Room) -> None:
    out = io.BytesIO()
    write(bundle_files(room.hearing.state, room.entries[:9], room.note()), out)
    earlier = read_from(out)
    assert codes(room.bundle(), Expectations(since=earlier)) == set()
    other = read_from(io.BytesIO(finished().bundle()))
    assert codes(room.bundle(), Expectations(since=other)) == {"not-a-prefix"}


def test_an_unfinished_record_says_so() -> None:
    room = Room()
    room.ready()
    assert codes(room.bundle()) == {"unfinished"}
    assert codes(room.bundle(), Expectations(running=True)) == set()


def test_openings_show_that_the_roll_is_these_people(room: Room) -> None:
    found = report(room.bundle(), Expectations(openings=room.roll_openings()))
    assert found.findings == []
    assert len(found.people) == 6
    stranger = Person("representative")
    voters = room.voters
    room.voters = [*voters[1:], stranger]
    assert codes(room.bundle(), Expectations(openings=room.roll_openings())) == {"unnamed", "not-on-roll"}
    voters[0].token, kept = PrivateKey.generate(), voters[0].token
    room.voters = voters
    assert codes(room.bundle(), Expectations(openings=room.roll_openings())) == {"other-person"}
    voters[0].token = kept
    assert codes(room.bundle(), Expectations(openings=b"{}")) == {"bad-openings"}


def test_a_lost_opening_is_a_finding() -> None:
    room = Room()
    room.ready()
    poll = room.open_poll()
    leaf = room.vote(room.voters[0], poll, "for")
    room.close(poll)
    room.reveal(poll, without=[leaf])
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    assert room.outcome(poll)["decision"] == "unverified"
    assert codes(room.bundle()) == {"unverified"}


def test_an_erased_comment_may_be_missing() -> None:
    room = Room()
    room.ready()
    leaf = room.comment(room.voters[0], "His phone number is …")
    blob = room.hearing.state.comments[leaf].blob
    room.do(room.chair, acts.HideComment, comment=leaf, reason="A phone number")
    room.do(room.chair, acts.EraseBlob, blob=blob, reason="A phone number")
    room.do(room.chair, acts.Adjourn)
    assert codes(room.bundle()) == set()
    assert f"blobs/{blob}" not in bundle_files(room.hearing.state, room.entries, room.note())
