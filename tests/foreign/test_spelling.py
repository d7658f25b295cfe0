"""Two verifiers read the same payloads as acts: every member of every kind is spelt in ways that are wrong."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ballots.entry import Entry, parse
from ballots.signing import PrivateKey, sign_act, split
from tests.foreign.verdicts import Foreign, ours, with_entries
from tests.vectors.example import Example

pytestmark = pytest.mark.foreign

VALUES: list[Any] = [
    *[None, True, 0, 1, -1, 9, 10, 3600, 3601, 2**53 - 1, 2**53, 2**64, 1.0, [], [1], ["a"], {}, {"a": 1}],
    *["", " ", "x", "A", "é", "-a", "a" * 32, "a" * 33, "a" * 200, "a" * 201, "😀" * 200, "a\n", "\u202e"],
    *["0" * 64, "F" * 64, "f" * 63, "A" * 22, "A" * 21 + "B", "A" * 43, "A" * 42 + "B", "A" * 86, "A" * 85 + "B"],
    *["123456", "12345", "１２３４５６", "chair", "voter", "m" + "0" * 10, "m" + "o" * 10, "0" * 12, "i" * 12],
    *["2026-11-21T08:00:00.000Z", "2026-11-21T08:00:00Z", "2026-02-30T08:00:00.000Z", "a/h/" + "0" * 12],
    *[{"heads": 0}, {"heads": -1}, {"size": 1, "root": "0" * 64}, {"size": 0, "root": "0" * 64}, ["for"]],
]  # fmt: skip
SPELLINGS = (
    *(b"1.0", b"1e3", b"-0", b"01", b"+1", b" 1", b"NaN", b"nul", b"[1,]", b'{"a":1,}', b'{"a":1,"a":1}'),
    *(b'"\\u0061"', b'"\\/"', b'"\xff"', b'"\x01"', b'"\\u0001"', b'"\\u001F"', b'"\\x"', b'"\\ud800"', b'"a'),
)  # fmt: skip
MARK = "\u0000mark"


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def places(value: Any) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (key,)
        yield from ((key, *rest) for rest in places(one))


def changed(told: Any, place: tuple[str | int, ...], value: Any) -> bytes:
    other = copy.deepcopy(told)
    holder = other
    for key in place[:-1]:
        holder = holder[key]
    if value is MARK:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return dumped(other)


def spelt(told: dict[str, Any]) -> Iterator[bytes]:
    plain = dumped(told)
    for place in places(told):
        yield from (changed(told, place, value) for value in [*VALUES, MARK])
        marked = changed(told, place, "@@")
        yield from (marked.replace(b'"@@"', spelling) for spelling in SPELLINGS)
    names = list(told)
    for at, name in enumerate(names):
        yield plain[:-1] + b"," + dumped({name: told[name]})[1:]
        yield dumped({one: told[one] for one in names[:at] + names[at : at + 2][::-1] + names[at + 2 :]})
    yield from (b" " + plain, plain + b"\n", plain + plain, b"\xef\xbb\xbf" + plain, plain[:-1])
    yield from (dumped(told | {"x": 1}), dumped(told | {"act": "x.y"}), dumped([told]))


def test_what_is_an_act(foreign: Foreign) -> None:
    room = Example()
    room.play()
    people = [room.chair, room.supervisor, room.desk, room.helper, *room.voters]
    known = [room.root, room.service, *(key for one in people for key in (one.token, one.device))]
    keys: dict[str, PrivateKey] = {key.kid: key for key in known}
    payloads = []
    for kinds in {json.loads(payload(entry))["act"]: entry for entry in room.entries}.values():
        key = keys.get(split(parse(kinds).jws).kid, room.chair.device)
        payloads += [(key, raw) for raw in spelt(json.loads(payload(kinds)))]
    log = list(room.entries)
    for key, raw in payloads:
        log.append(Entry(len(log), "2026-11-21T09:00:00.000Z", sign_act(key, raw)).raw)
    bundle = with_entries(room, log)
    theirs, mine = foreign.findings(bundle), ours(bundle)
    assert theirs is not None
    assert mine is not None
    assert theirs == mine
    codes = [code for code, _, _ in mine]
    assert codes.count("bad-entry") > 5000
    assert codes.count("act-refused") > 100


def payload(entry: bytes) -> bytes:
    return split(parse(entry).jws).payload
