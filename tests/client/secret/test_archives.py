"""Archives: the browser's verifier finds what Python's finds, in good ones and in altered ones."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ballots.secret import archive, ballot, form
from ballots.secret.arithmetic import Table
from ballots.secret.election import Question
from ballots.secret.elgamal import Ciphertext, Opening
from ballots.secret.group import GROUP
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


def other(value: Any) -> Any:
    """What could stand in a field instead."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value.isdecimal():
            return str(int(value) + 1)
        case _:
            return value + "x"


def changed(value: Any) -> Iterator[Any]:
    """This value with one field changed, left out or added, each in turn."""
    if isinstance(value, dict):
        for name, field in value.items():
            yield {one: field for one, field in value.items() if one != name}
            yield from ({**value, name: instead} for instead in changed(field))
        yield {**value, "extra": 1}
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from ([*value[:place], instead, *value[place + 1 :]] for instead in changed(item))
        yield [*value, *value[:1]]
    else:
        yield other(value)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def linked(kind: str, parts: list[bytes]) -> list[bytes]:
    """The data of an event with the hashes in its payload right."""
    names = archive.PARTS[kind]
    links = archive.NAMED.get(names[-1], {})
    if not links:
        return parts
    hashes = {field: form.digest(parts[names.index(part)]) for field, part in links.items()}
    return [*parts[:-1], encoded({**json.loads(parts[-1]), **hashes})]


def alterations(good: Events, secret: int) -> Iterator[tuple[str, bytes]]:
    """Every field of every object changed, with hashes and the ballot's signature put right again."""
    for place, (kind, parts) in enumerate(good):
        for at, name in enumerate(archive.PARTS[kind]):
            value = json.loads(parts[at])
            if name == "ballot":
                signature = value.pop("signature")
                variants = [ballot.sign(encoded(one), secret) for one in changed(value)]
                variants += [encoded({**value, "signature": one}) for one in changed(signature)]
                variants += [encoded(value), encoded({**value, "answers": [], "signature": signature})]
            else:
                variants = [encoded(one) for one in changed(value)]
            variants += [
                parts[at] + b"\n",
                parts[at].replace(b":", b": ", 1),
                b"",
                b"[",
                b"\xff",
                b"null",
                b"[]",
                b"{}",
            ]
            for number, variant in enumerate(one for one in variants if one != parts[at]):
                data = [*parts[:at], variant, *parts[at + 1 :]]
                linking = name in archive.NAMED
                altered = (kind, data if linking else linked(kind, data))
                yield f"{place}-{kind}-{name}-{number}", written([*good[:place], altered, *good[place + 1 :]])


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


def compare(archives: Mapping[str, bytes]) -> dict[str, Report]:
    """Hold what both find against each other."""
    found = client.verify(archives)
    reports = {name: verify_here(raw) for name, raw in archives.items()}
    for name, report in reports.items():
        assert found[name] == told(report), name
    return reports


def codes(reports: Mapping[str, Report]) -> set[str]:
    """What was found, by name."""
    return {finding.code for report in reports.values() for finding in report.findings}


def test_disorder_is_found_alike() -> None:
    made = make(voters=2, singles=1)
    good = events(made.archive([made.cast(0), made.cast(1)]))
    found = codes(compare(dict(disorders(good))))
    assert {
        "no-setup",
        "second-setup",
        "ballot-after-end",
        "second-end",
        "second-tally",
        "after-result",
    } <= found
    assert {"too-early", "second-decryption", "repeated-ballot", "tally-differs", "bad-member"} <= found


def test_every_changed_field_is_found_alike() -> None:
    blank = Question(answers=("甲",), blank=True, min=0, max=1, question="?")
    made = make(blank, voters=1, singles=1, holders=(1, 1), weights=[3])
    good = events(made.archive([made.cast(0, [[0, 1]])]))
    assert verify_here(written(good)).findings == []
    reports = compare(dict(alterations(good, made.secrets[0])))
    assert len(codes(reports)) > 25
    for name, report in reports.items():
        older = (
            report.trustees and not report.trustees.current
        )  # the form of 2.0 does without some signatures
        assert report.findings or older, name


def test_a_number_outside_the_group_is_found_even_where_its_proofs_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Outside(Opening):
        """Makes a ciphertext whose first half is negated: even challenges do not notice."""

        def seal(self, y: Table) -> Ciphertext:
            alpha, beta = super().seal(y)
            return Ciphertext(GROUP.p - alpha, beta)

    made = make(Question(answers=("甲",), min=1, max=1, question="?"), voters=1)
    monkeypatch.setattr(ballot, "Opening", Outside)
    for _ in range(500):
        cast = made.cast(0, [[1]])
        try:
            ballot.check_proofs(made.asked, cast)
        except form.FormError:
            continue
        break
    log = archive.Writer(1795276959)
    log.setup(made.asked, made.keys, made.listed)
    log.ballot(cast)
    assert codes(compare({"outside": bytes(log.raw)})) == {"not-in-group"}
