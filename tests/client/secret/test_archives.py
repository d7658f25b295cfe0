"""Archives: the browser's verifier finds what Python's finds, in good ones and in altered ones."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ballots.secret import archive, form
from ballots.secret.election import Question
from ballots.secret.verify import Report
from ballots.secret.verify import verify as verify_here
from tests.ballots.secret.elections import MOTION, make
from tests.client.secret import client
from tests.client.secret.tool import Tool
from tests.voting.data import folder

SOME = Question(answers=("甲", "乙", "丙", "丁"), blank=True, min=0, max=2, question="Two of four")
STAGES = ("Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result")
Events = Sequence[tuple[str, Sequence[bytes]]]


def told(report: Report) -> dict[str, Any]:
    """What the browser tells of the same archive."""
    return {
        "findings": [[finding.code, finding.where] for finding in report.findings],
        "stage": report.stage,
        "voted": [list(one) for one in report.voted],
        "tallied": report.tallied,
        "weight": str(report.weight),
        "owners": report.owners,
        "current": report.trustees and report.trustees.current,
        "totals": report.totals and [[str(number) for number in row] for row in report.totals],
    }


def events(raw: bytes) -> list[tuple[str, list[bytes]]]:
    """The events of an archive with their data, in the order in which they stand."""
    return [
        (step.kind, [step.parts[part] for part in archive.PARTS[step.kind]]) for step in archive.read(raw)
    ]


def written(wanted: Events) -> bytes:
    """These events as an archive whose hashes are right, whatever the data say."""
    made = archive.Writer(1795276959)
    for kind, parts in wanted:
        made.event(kind, parts)
    return bytes(made.raw)


def test_archives_of_others() -> None:
    files = sorted(folder("belenios").glob("*/*.bel"))
    assert len(files) > 2
    raws = {file.parent.name: file.read_bytes() for file in files}
    found = client.verify(raws)
    for name, raw in raws.items():
        assert found[name] == told(verify_here(raw))
        assert found[name]["findings"] == []
        published = json.loads(events(raw)[-1][1][-1])["result"]
        assert found[name]["totals"] == [[str(number) for number in row] for row in published]
    assert [found[name]["current"] for name in raws] == [True, False, True]


@pytest.mark.foreign
@pytest.mark.parametrize(("size", "threshold", "owners"), [(3, 2, [1, 3]), (1, 1, [1])])
def test_whole_elections_made_in_the_browser(
    tmp_path: Path, size: int, threshold: int, owners: list[int]
) -> None:
    choices = [
        [[1, 0, 0], [0, 1, 1, 0, 0]],
        [[0, 1, 0], [1, 0, 0, 0, 0]],
        [[1, 0, 0], [0, 0, 0, 0, 0]],
        [[0, 0, 1], [0, 0, 1, 0, 0]],
    ]
    questions = [json.loads(form.encode(question)) for question in (MOTION, SOME)]
    draft = {"uuid": "5ej6QC8jGNqMji", "name": "评议", "description": "A “test”", "questions": questions}
    asked = {"draft": draft, "choices": choices, "size": size, "threshold": threshold, "owners": owners}
    made = client.election(asked)
    assert made["totals"] == [[2, 1, 1], [1, 1, 2, 0, 0]]
    tool = Tool(tmp_path / "tool")
    before = b""
    for stage in STAGES:
        raw = b64decode(made["stages"][stage])
        assert raw.startswith(before), "an archive only grows"
        before = raw
        said = tool.verified(raw)
        assert ("no result to check" in said) == (stage != "Result")
        report = verify_here(raw)
        assert (report.findings, report.stage) == ([], stage)
    assert report.totals == ((2, 1, 1), (1, 1, 2, 0, 0))
    found = client.verify({"whole": before})["whole"]
    assert found == told(report)


def other(value: Any) -> Iterator[Any]:
    """What could stand in a field instead."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            yield str(value)
        case str() if value.isdecimal():
            yield str(int(value) + 1)
            yield "0" + value
        case str():
            yield value + "x"
            yield 5


def changed(value: Any) -> Iterator[Any]:
    """This value with one field changed, left out, added or doubled, each in turn."""
    if isinstance(value, dict):
        for name, field in value.items():
            yield {one: field for one, field in value.items() if one != name}
            yield from ({**value, name: instead} for instead in changed(field))
        yield {**value, "extra": 1}
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from ([*value[:place], instead, *value[place + 1 :]] for instead in changed(item))
        yield value[1:]
        yield [*value, *value[:1]]
    else:
        yield from other(value)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def linked(kind: str, parts: list[bytes]) -> list[bytes]:
    """The data of an event with the hashes in the last one right."""
    names = archive.PARTS[kind]
    try:
        last = json.loads(parts[-1])
        for field, part in archive.NAMED.get(names[-1], {}).items():
            if field in last:
                last[field] = form.digest(parts[names.index(part)])
    except (AttributeError, TypeError):
        return parts
    return [*parts[:-1], encoded(last)] if names[-1] in archive.NAMED else parts


def alterations(good: Events) -> Iterator[tuple[str, bytes]]:
    """Every field of every object changed, with all hashes put right again."""
    for place, (kind, parts) in enumerate(good):
        for at, part in enumerate(parts):
            if at == len(parts) - 1 and archive.PARTS[kind][at] in archive.NAMED:
                variants = [encoded(value) for value in changed(json.loads(part))]
                kept = [[*parts[:at], variant] for variant in variants]
            else:
                kept = [
                    linked(kind, [*parts[:at], encoded(value), *parts[at + 1 :]])
                    for value in changed(json.loads(part))
                ]
                kept.append(linked(kind, [*parts[:at], part + b"\n", *parts[at + 1 :]]))
            for number, altered in enumerate(kept):
                name = f"{place}-{kind}-{archive.PARTS[kind][at]}-{number}"
                yield name, written([*good[:place], (kind, altered), *good[place + 1 :]])


def disorders(good: Events) -> Iterator[tuple[str, bytes]]:
    """Every event dropped, repeated and moved to the end; and bytes that do not belong."""
    for place in range(len(good)):
        rest = [*good[:place], *good[place + 1 :]]
        yield f"dropped-{place}", written(rest)
        yield f"repeated-{place}", written([*good[: place + 1], *good[place:]])
        yield f"moved-{place}", written([*rest, good[place]])
        yield f"swapped-{place}", written([*rest[: place + 1], good[place], *rest[place + 1 :]])
    raw = written(good)
    for offset in (0, 5, 100, 130, 140, 150, 300, 511, 513, 530, 560, 1024, 1030, 1700, len(raw) - 1):
        yield f"byte-{offset}", raw[:offset] + bytes([raw[offset] ^ 1]) + raw[offset + 1 :]
    yield "zeros", raw + bytes(1024)
    yield "cut", raw[:-512]
    yield "cut-more", raw[:-700]
    yield "nothing", b""


def compare(archives: Mapping[str, bytes]) -> set[str]:
    """Hold what both find against each other; the codes of all findings."""
    found = client.verify(archives)
    codes: set[str] = set()
    for name, raw in archives.items():
        here = told(verify_here(raw))
        assert found[name]["findings"] == here["findings"], name
        assert found[name] == here, name
        codes |= {code for code, _ in here["findings"]}
    return codes


def test_disorder_is_found_alike() -> None:
    made = make(voters=2, singles=1)
    good = events(made.archive([made.cast(0), made.cast(1)]))
    archives = dict(disorders(good))
    codes = compare(archives)
    assert {"no-setup", "second-setup", "ballot-after-end", "second-end", "second-tally", "after-result"} <= codes
    assert {"too-early", "second-decryption", "repeated-ballot", "tally-differs", "bad-member"} <= codes


def test_every_changed_field_is_found_alike() -> None:
    blank = Question(answers=("甲", "乙"), blank=True, min=0, max=1, question="?")
    made = make(blank, voters=2, singles=1, holders=(2, 2), weights=[1, 3])
    good = events(made.archive([made.cast(0, [[0, 1, 0]])]))
    assert verify_here(written(good)).findings == []
    archives = dict(alterations(good))
    print(len(archives))
    codes = compare(archives)
    print(codes)
    assert not [name for name, raw in archives.items() if not verify_here(raw).findings]
