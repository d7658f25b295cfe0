"""The verifier of archives: good ones pass at every stage, and whatever is wrong is found and named."""

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import archive, ballot, form, tally
from ballots.secret.archive import Owned, SetupData
from ballots.secret.election import Question
from ballots.secret.group import GROUP
from ballots.secret.verify import Finding, verify
from tests.ballots.secret.elections import MOTION, STAGES, STAMP, Made, make
from tests.voting.data import folder

SMALL = make(Question(answers=("是", "否"), blank=True, min=1, max=1, question="?"), voters=2, singles=2)
Steps = list[tuple[str, list[bytes]]]


@cache
def small() -> bytes:
    """Two voters, two single trustees, one question that can be left blank."""
    return SMALL.archive([SMALL.cast(0, [[0, 1, 0]]), SMALL.cast(1, [[1, 0, 0]])])


def steps(raw: bytes) -> Steps:
    """The events of an archive with their data, to be changed."""
    return [(step.kind, list(step.parts.values())) for step in archive.read(raw)]


def chained(events: Steps) -> bytes:
    """The archive of these events, every hash right."""
    made = archive.Writer(STAMP)
    for kind, parts in events:
        made.event(kind, parts)
    return bytes(made.raw)


def found(raw: bytes) -> list[Finding]:
    return verify(raw).findings


# -- good archives --------------------------------------------------------------------------------------------


RESULTS = {
    "tool-single/oNdrR8TWCkMdmY": ((7 * 10**9, 3 * 10**9), (5 * 10**9, 92 * 10**9, 3 * 10**9)),
    "tool-pedersen20/5ej6QC8jGNqMji": ((3, 1), (2, 2, 1)),
    "proto-pedersen-superset-weights/mVDRCMGzNYTQxt": ((1, 2**31, 5), (6, 0, 0, 0, 2**31)),
}


@pytest.mark.parametrize("name", RESULTS)
def test_archives_of_others(name: str) -> None:
    raw = (folder("belenios") / f"{name}.bel").read_bytes()
    report = verify(raw)
    assert report.findings == []
    assert (report.stage, report.totals) == ("Result", RESULTS[name])
    again = archive.Writer(int(msgspec.json.decode(raw[512:550])["timestamp"]))
    for step in archive.read(raw):
        again.event(step.kind, list(step.parts.values()))
        assert bytes(again.raw) == raw[: step.end]
        running = verify(raw[: step.end])
        assert (running.findings, running.stage) == ([], step.kind)
    assert bytes(again.raw) == raw


def test_every_archive_at_hand_is_tested() -> None:
    assert {path.stem for path in folder("belenios").glob("*/*.bel")} == {
        name.split("/")[1] for name in RESULTS
    }


elections = st.tuples(
    st.lists(
        st.builds(
            lambda answers, least, more, blank: Question(
                answers=tuple(map(str, range(answers))),
                blank=blank,
                min=min(least, answers),
                max=min(least + more, answers),
                question="?",
            ),
            st.integers(2, 12),
            st.integers(0, 3),
            st.integers(0, 4),
            st.booleans(),
        ),
        min_size=1,
        max_size=2,
    ),
    st.integers(1, 6),
    st.sampled_from([(1, None), (2, None), (0, (1, 1)), (0, (3, 2)), (1, (3, 2)), (0, (5, 3))]),
    st.booleans(),
)


@settings(max_examples=12)
@given(elections, st.randoms())
def test_generated_elections(drawn: Any, draw: random.Random) -> None:
    """Whatever is asked, whoever votes again, however votes weigh: the result is the plain sum."""
    asked, voters, (singles, holders), weighted = drawn
    weights = [draw.choice([0, 1, 3, 10**6]) for _ in range(voters)] if weighted else None
    made = make(*asked, voters=voters, singles=singles, holders=holders, weights=weights)
    counted: dict[int, list[list[int]]] = {}
    ballots = []
    for voter in [*(draw.randrange(voters) for _ in range(voters)), 0]:
        counted[voter] = made.choice()
        ballots.append(made.cast(voter, counted[voter]))
    size, threshold = holders or (0, 0)
    owners = [*range(1, singles + 1), *sorted(draw.sample(range(singles + 1, singles + size + 1), threshold))]
    report = verify(made.archive(ballots, owners=owners))
    assert report.findings == []
    assert (report.stage, report.tallied, report.owners) == ("Result", len(counted), owners)
    assert len(report.voted) == len(ballots)
    due = tuple(
        tuple(
            sum(choice[q][place] * (weights[voter] if weights else 1) for voter, choice in counted.items())
            for place in range(question.size)
        )
        for q, question in enumerate(asked)
    )
    assert report.totals == due


def test_nobody_votes() -> None:
    made = make(voters=2)
    for stage in STAGES:
        report = verify(made.archive([], stage))
        assert report.findings == []
    assert (report.totals, report.tallied) == (((0, 0, 0),), 0)


def test_many_voters_on_several_processors() -> None:
    """More numbers than are asked together in one go, with three strangers among them."""
    made = make(MOTION, voters=300, singles=0, holders=(3, 2))
    ballots = [made.cast(voter) for voter in range(300)]
    raw = made.archive(ballots, owners=(2, 3))
    told: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as pool:
        report = verify(raw, spread=pool.map, progress=lambda done, total: told.append((done, total)))
        assert report.findings == []
        assert report.tallied == 300
        assert sum(map(sum, report.totals or ())) == 300
        assert told[-1] == (300, 300)
        assert told == sorted(told)
        odd = steps(raw)[:12]
        listed = msgspec.json.decode(odd[0][1][2])
        listed[7] = str(GROUP.p - int(listed[7]))
        listed.sort(key=int)
        odd[0] = "Setup", setup_with(odd[0][1], 2, form.encode(listed))
        assert [(one.code, one.where) for one in verify(chained(odd), spread=pool.map).findings] == [
            ("not-in-group", f"event 0 Setup credentials $[{strange(listed)}]")
        ]


def strange(listed: list[str]) -> int:
    return next(place for place, key in enumerate(listed) if not GROUP.contains(int(key)))


# -- one field changed ----------------------------------------------------------------------------------------


def setup_with(parts: Sequence[bytes], place: int, raw: bytes) -> list[bytes]:
    """The parts of a Setup with another first, second or third one, and what names it."""
    new = [*parts[:place], raw, *parts[place + 1 : 3]]
    return [*new, form.encode(SetupData(*map(form.digest, new)))]


def rewritten(kind: str, parts: Sequence[bytes], place: int, raw: bytes) -> list[bytes]:
    """The parts of an event with another one, and what names it."""
    new = [*parts[:place], raw, *parts[place + 1 :]]
    if kind == "Setup" and place < 3:
        return setup_with(parts, place, raw)
    if kind == "EncryptedTally" and place == 0:
        new[1] = form.encode(msgspec.json.decode(new[1]) | {"encrypted_tally": form.digest(raw)})
    if kind == "PartialDecryption" and place == 0:
        new[1] = form.encode(Owned(msgspec.json.decode(new[1])["owner"], form.digest(raw)))
    return new


def changes(thing: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """An object changed, singly: each value, each member gone, each one too many or in another order."""
    if isinstance(thing, dict):
        for name in thing:
            yield f"{path}.{name}", {key: value for key, value in thing.items() if key != name}
            for where, value in changes(thing[name], f"{path}.{name}"):
                yield where, thing | {name: value}
        yield path, thing | {"extra": 1}
        yield path, dict(reversed(thing.items()))
    elif isinstance(thing, list):
        for place, one in enumerate(thing):
            for where, value in changes(one, f"{path}[{place}]"):
                yield where, [*thing[:place], value, *thing[place + 1 :]]
        yield path, thing[:-1]
        yield path, [*thing, thing[-1]]
        if len(thing) > 1:
            yield path, [thing[1], thing[0], *thing[2:]]
    elif isinstance(thing, bool):
        yield path, not thing
    elif isinstance(thing, int):
        yield from ((path, thing + 1), (path, str(thing)), (path, None))
    elif thing.isdigit():
        yield from ((path, str(int(thing) + 1)), (path, "0" + thing), (path, int(thing) % 2**60))
    else:
        yield from ((path, thing + "x"), (path, None))


EVENTS = [(kind, height) for height, (kind, _) in enumerate(steps(small()))]
OBJECTS = [
    (height, place)
    for height, (_, parts) in enumerate(steps(small()))
    for place in range(len(parts))
    if height not in {2, 6}  # the second ballot and decryption are like the first
]


@pytest.mark.parametrize(("height", "place"), OBJECTS)
def test_one_field_changed(height: int, place: int) -> None:
    """Every field of every kind of object, every hash of it made right again: refused, and named.

    Where another election or list is as good as the first, the ballots are what does not fit to it.
    """
    events = steps(small())
    kind, parts = events[height]
    name = archive.PARTS[kind][place]
    tried = 0
    for path, thing in changes(msgspec.json.decode(parts[place])):
        raw = form.encode(thing)
        if raw == parts[place]:
            continue
        tried += 1
        changed = [*events]
        changed[height] = kind, rewritten(kind, parts, place, raw)
        findings = found(chained(changed))
        named = [one for one in findings if one.where.startswith(f"event {height} {kind} ")]
        later = {f"{one.where.split()[2]} {one.code}" for one in findings}
        assert named or INSTEAD[name] in later, (path, findings)
        exact = re.search(r"\.decryption_\w+(\[\d\]\[\d\])", path)
        if exact and named[0].code != "not-canonical":
            assert exact[1] in named[0].where, (path, findings)
    assert tried >= 6


INSTEAD = {
    "election": "Ballot other-election",
    "credentials": "Ballot unlisted-credential",
    "trustees": "PartialDecryption bad-proof",
}
"""What is as good when it is changed (two trustees may change places): what does not fit to it then."""


def test_one_field_of_a_threshold_key_changed() -> None:
    """Also inside what the holders have signed. Only what releases before 2.5.1 lack may be missing."""
    (setup,) = archive.read(make(voters=1, singles=0, holders=(3, 2)).archive([], "Setup"))
    parts = list(setup.parts.values())
    silent = []
    for path, thing in inside(msgspec.json.decode(parts[1])):
        raw = form.encode(thing)
        report = verify(chained([("Setup", setup_with(parts, 1, raw))]))
        if report.findings:
            assert {one.where.split(" $")[0] for one in report.findings} <= {
                "event 0 Setup trustees",
                "event 0 Setup election",
            }, path
        elif raw != parts[1]:
            silent.append(path)
            assert report.trustees is not None
            assert not report.trustees.current
    assert silent == [
        "$[0][1].signatures",
        *(f"$[0][1].verification_keys[{index}].signature" for index in range(3)),
    ]


def inside(thing: Any) -> Iterator[tuple[str, Any]]:
    """Changes of the trustees, and of the messages in them."""
    yield from changes(thing)
    for kind in ("certs", "coefexps"):
        for index, signed in enumerate(thing[0][1][kind]):
            for path, message in changes(msgspec.json.decode(signed["message"])):
                changed = deepcopy(thing)
                changed[0][1][kind][index]["message"] = form.encode(message).decode()
                yield f"{kind}[{index}] {path}", changed


def test_one_field_of_a_ballot_changed_and_signed_again() -> None:
    """The voter can sign anything: then it is the proof of what was changed that does not hold."""
    events = steps(small())
    body = msgspec.json.decode(events[1][1][0])
    del body["signature"]
    tried = 0
    for path, thing in changes(body):
        raw = ballot.sign(form.encode(thing), SMALL.secrets[0])
        findings = found(chained([events[0], ("Ballot", [raw])]))
        assert [one.where.rsplit(" ", 1)[0] for one in findings] == ["event 1 Ballot ballot"], path
        (finding,) = findings
        where = finding.where.split()[-1]
        tried += 1
        if finding.code == "bad-proof" and "proof" in path:
            assert path.startswith(where) or where.startswith(path), (path, finding)
        if finding.code == "bad-proof" and "choices" in path:
            assert where.startswith("$.answers[0]"), (path, finding)
    assert tried > 150


def test_every_byte_of_a_frame_and_of_its_data() -> None:
    raw = small()[: next(archive.read(small())).end]
    assert found(raw) == []
    for place in range(len(raw)):
        with pytest.raises(form.FormError):
            list(archive.read(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]))


@settings(max_examples=60)
@given(st.data())
def test_any_bytes(data: st.DataObject) -> None:
    """Cut, stretched and overwritten archives, and what is none: reported, never raised."""
    raw = bytearray(small())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.sampled_from([place, place + 1, place + 40, place + 512, len(raw)]))
        raw[place:end] = data.draw(
            st.one_of(st.binary(max_size=40), st.just(bytes(512)), st.just(raw[:1024]))
        )
    whole = bytes(raw)
    prefixes = {small()[: step.end] for step in archive.read(small())}
    assert bool(found(whole)) != (whole in prefixes or whole == small()[:1024])


@pytest.mark.parametrize("raw", [b"", b"BELENIOS", b"\0" * 1024, b"x" * 5000, b"{}"])
def test_what_is_no_archive(raw: bytes) -> None:
    (finding,) = found(raw)
    assert (finding.code, finding.where) == ("no-archive", "BELENIOS")


@pytest.mark.parametrize(
    "header",
    [
        b'{"version":1,"timestamp":1795276959}', b'{"version":2,"timestamp":"1795276959"}',
        b'{"version":1,"timestamp":"01795276959"}', b'{"version":1,"timestamp":"-1"}',
        b'{"version":1,"timestamp":"1795276959","x":1}', b'{"version":1, "timestamp":"1795276959"}',
        b'{"version":1,"timestamp":""}',
    ],
)  # fmt: skip
def test_other_headers(header: bytes) -> None:
    raw = archive._head("BELENIOS", len(header), STAMP) + header + bytes(512 - len(header)) + small()[1024:]
    (finding,) = found(raw)
    assert finding.where.startswith("BELENIOS")


# -- events out of their place --------------------------------------------------------------------------------


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
