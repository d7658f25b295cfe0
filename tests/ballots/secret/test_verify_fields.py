"""The verifier of archives: every field and byte that is changed is found and named."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import archive, ballot, form
from ballots.secret.archive import Owned
from ballots.secret.verify import verify
from tests.ballots.secret.archives import SMALL, chained, found, setup_with, small, steps
from tests.ballots.secret.elections import STAMP, make


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
