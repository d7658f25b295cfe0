"""The verifier of archives: events out of their place, and what a whole chain of good hashes hides."""

import itertools
from copy import deepcopy

import msgspec
import pytest

from ballots.secret import archive, form, tally
from ballots.secret.archive import Owned
from ballots.secret.group import GROUP
from ballots.secret.verify import verify
from tests.ballots.secret.archives import EVENTS, SMALL, chained, found, setup_with, small, steps
from tests.ballots.secret.elections import STAMP, Made, make


@pytest.mark.parametrize("height", range(len(EVENTS)))
def test_one_event_dropped(height: int) -> None:
    """Refused with every hash made right again, and as it is; only without its end it is a running election."""
    raw, events = small(), steps(small())
    ends = [1024, *(step.end for step in archive.read(raw))]
    cut = raw[: ends[height]] + raw[ends[height + 1] :]
    less = chained(events[:height] + events[height + 1 :])
    if height == len(events) - 1:
        report = verify(less)
        assert (report.findings, report.stage, less) == ([], "PartialDecryption", cut)
        return
    after = EVENTS[height + 1][0]
    assert [(one.code, one.where) for one in found(cut)] == [("wrong-parent", f"event {height} {after}")]
    assert any(DROPPED[EVENTS[height][0]] == (one.code, one.where.split()[2]) for one in found(less))


DROPPED = {
    "Setup": ("no-setup", "Ballot"),
    "Ballot": ("tally-differs", "EncryptedTally"),
    "EndBallots": ("too-early", "EncryptedTally"),
    "EncryptedTally": ("too-early", "PartialDecryption"),
    "PartialDecryption": ("not-enough", "Result"),
}


@pytest.mark.parametrize("height", range(len(EVENTS)))
def test_one_event_repeated(height: int) -> None:
    events = steps(small())
    code = REPEATED[EVENTS[height][0]]
    for place in range(height + 1, len(events) + 1):
        findings = found(chained([*events[:place], events[height], *events[place:]]))
        codes = {one.code for one in findings if one.where.startswith(f"event {place} ")}
        assert codes & {code, "after-result", "too-early", "ballot-after-end"}, (place, findings)
        if place == height + 1:
            assert codes == {code}


REPEATED = {
    "Setup": "second-setup",
    "Ballot": "repeated-ballot",
    "EndBallots": "second-end",
    "EncryptedTally": "second-tally",
    "PartialDecryption": "second-decryption",
    "Result": "after-result",
}


@pytest.mark.parametrize("height", range(len(EVENTS)))
def test_one_event_moved(height: int) -> None:
    """Only among its like may an event stand elsewhere, and only if all hashes say so."""
    events = steps(small())
    rest = events[:height] + events[height + 1 :]
    for place in range(len(events)):
        if place == height:
            continue
        moved = [*rest[:place], events[height], *rest[place:]]
        findings = found(chained(moved))
        if [kind for kind, _ in moved] == [kind for kind, _ in events]:
            assert findings == []
        else:
            assert {one.code for one in findings} & {
                "no-setup",
                "second-setup",
                "ballot-after-end",
                "too-early",
                "after-result",
            }


def test_one_event_added() -> None:
    """A good one of every kind, at every place where it does not stand."""
    events = steps(small())
    third = SMALL.cast(0)
    for (kind, _), place in itertools.product(EVENTS, range(len(events) + 1)):
        if kind == "Ballot" and place in {1, 2, 3}:
            more = [*events[:place], ("Ballot", [third]), *events[place:]]
            assert "tally-differs" in {one.code for one in found(chained(more))} or place < 2
            continue
        source = next(parts for other, parts in events if other == kind)
        parts = [third] if kind == "Ballot" else source
        findings = found(chained([*events[:place], (kind, parts), *events[place:]]))
        if events[place : place + 1] != [(kind, parts)]:
            assert findings, (kind, place)
            assert any(one.where.startswith(f"event {place} {kind}") for one in findings) or place < 6
    assert found(small()) == []


def test_members_out_of_their_place() -> None:
    """A stray member, a missing one, others in their order, an event of another kind."""
    events = steps(small())
    for change, code in [
        (lambda all_: all_[1][1].append(b"{}"), "wrong-members"),
        (lambda all_: all_[0][1].pop(0), "wrong-members"),
        (lambda all_: all_[0][1].reverse(), "malformed"),
        (lambda all_: all_[4][1].reverse(), "malformed"),
        (lambda all_: all_[3][1].append(b"{}"), "wrong-members"),
        (lambda all_: all_.insert(3, ("Shuffle", [b"{}", b"{}"])), "unknown-event"),
        (lambda all_: all_.insert(3, ("ballot", [b"{}"])), "unknown-event"),
    ]:
        changed = deepcopy(events)
        change(changed)
        findings = found(chained(changed))
        assert [one.code for one in findings][:1] == [code], findings
    raw = small()
    for extra in (bytes(512), bytes(1024), raw[1024:2048], b"\0"):
        assert found(raw + extra)


def test_a_hash_that_does_not_fit() -> None:
    """Events whose own members are changed: parent, height, payload."""
    raw, events = small(), steps(small())
    first = next(archive.read(raw)).end
    parts = events[1][1]
    member = archive._head(f"{form.digest(parts[0])}.data.json", len(parts[0]), STAMP) + parts[0]
    member += bytes(-len(parts[0]) % 512)
    parent = form.digest(raw[first - 512 : first].rstrip(b"\0"))
    good = {"parent": parent, "height": 1, "type": "Ballot", "payload": form.digest(parts[0])}
    for change, code in [
        ({}, None), ({"parent": form.digest(b"")}, "wrong-parent"), ({"height": 2}, "wrong-height"),
        ({"payload": parent}, "wrong-payload"), ({"type": "Result"}, "too-early"), ({"parent": None}, "not-canonical"),
    ]:  # fmt: skip
        body = form.encode(good | change)
        event = (
            archive._head(f"{form.digest(body)}.event.json", len(body), STAMP)
            + body
            + bytes(-len(body) % 512)
        )
        assert [one.code for one in found(raw[:first] + member + event)] == ([code] if code else [])


# -- what only a whole chain of good hashes hides -------------------------------------------------------------


def test_a_tally_of_other_ballots() -> None:
    """The sum of one ballot only, opened honestly: what a service would publish to learn that ballot."""
    events = steps(small())
    one = tally.add(SMALL.asked, [events[1][1][0]])
    events[4] = "EncryptedTally", [one, tally.sized(2, 2, one)]
    decryptions = {
        owner: tally.decrypt(SMALL.asked, one, secret) for owner, secret in SMALL.exponents.items()
    }
    for owner, raw in decryptions.items():
        events[4 + owner] = "PartialDecryption", [raw, form.encode(Owned(owner, form.digest(raw)))]
    totals = tally.totals(SMALL.asked, SMALL.keys, one, decryptions, 2)
    events[7] = "Result", [tally.encode_result(totals)]
    assert totals == ((0, 1, 0),)
    assert [(one.code, one.where) for one in found(chained(events))] == [
        ("tally-differs", "event 4 EncryptedTally tally $")
    ]


def test_decryptions_of_others() -> None:
    """A decryption with another key, by an owner that there is not, of another tally."""
    events = steps(small())
    summed = events[4][1][0]
    other = tally.add(SMALL.asked, [events[2][1][0]])
    for owner, raw, code in [
        (1, tally.decrypt(SMALL.asked, summed, SMALL.exponents[2]), "bad-proof"),
        (1, tally.decrypt(SMALL.asked, other, SMALL.exponents[1]), "bad-proof"),
        (0, events[5][1][0], "unknown-owner"),
        (3, events[5][1][0], "unknown-owner"),
        (2, events[6][1][0], "second-decryption"),
    ]:
        changed = [*events]
        changed[5] = "PartialDecryption", [raw, form.encode(Owned(owner, form.digest(raw)))]
        codes = [one.code for one in found(chained(changed))]
        assert code in codes
        assert "not-enough" in codes


@pytest.mark.parametrize("code", ["wrong-key", "not-homomorphic"])
def test_a_setup_that_does_not_fit(code: str) -> None:
    parts = steps(small())[0][1]
    asked = msgspec.json.decode(parts[0])
    if code == "wrong-key":
        asked["public_key"] = str(GROUP.raised(77))
    else:
        asked["questions"] = [{"type": "NonHomomorphic", "value": {"answers": ["A", "B"], "question": "?"}}]
    changed = chained([("Setup", setup_with(parts, 0, form.encode(asked)))])
    (finding,) = found(changed)
    assert (finding.code, finding.where.rsplit(" ", 1)[0]) == (code, "event 0 Setup election")


def test_an_earlier_vote_cannot_be_restored() -> None:
    """A, B, A: the third is a copy of the first."""
    made: Made = make(voters=1)
    a, b = made.cast(0), made.cast(0)
    assert found(made.archive([a, b])) == []
    (finding,) = found(made.archive([a, b, a], "Ballot"))
    assert (finding.code, finding.where) == ("repeated-ballot", "event 3 Ballot ballot $")
