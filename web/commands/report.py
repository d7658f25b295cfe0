"""The auditor's report, for people in one language and for programs."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw, Struct, UnsetType

from ballots.bundle import Finding
from ballots.checkpoint import Checkpoint, fingerprint
from ballots.encoding import groups, parse_utc
from deliberation.audit import Expectations, Report
from deliberation.box import Box
from deliberation.state import Poll, State
from voting.conclusion import Conclusion, conclude
from voting.questions import FIXED_OPTIONS
from voting.results import Result
from voting.rules import Comparison, Text
from web.tally.choices import say, words_of
from web.texts import Language, texts

Verdict = Literal["clean", "consistent", "findings"]
"""Without findings a record is `clean` if the auditor's anchor is its own, `consistent` if none was given."""
SKEW = timedelta(minutes=1)
"""How far clocks may differ without a word; times are shown to the minute."""


class PollReport(Struct, frozen=True):
    """One poll. `result` is that of results/POLL.json, null where none was published.

    `votes` are the choices by entry of the roll, as far as they are known.
    """

    id: str
    question: Text
    stage: str
    void_reason: str | None
    result: Raw | None
    votes: tuple["Vote", ...]


class Vote(Struct, frozen=True):
    """How one entry of the roll voted. `name` is as the file of openings says; no record knows it."""

    member: str
    name: str | None
    choice: Raw


class MomentReport(Struct, frozen=True):
    """A fingerprint to compare with what the screen and the phones showed."""

    what: str
    poll: str | None
    size: int
    fingerprint: str


class FindingReport(Struct, frozen=True):
    """What does not fit: a stable code, where, and the particulars in English."""

    code: str
    where: str
    detail: str


class JsonReport(Struct, frozen=True):
    """What `hearing verify --json` prints; the members as in `deliberation.audit.Report`."""

    verdict: Verdict
    hearing: str | None
    title: Text | None
    community: Text | None
    origin: str | None
    rehearsal: bool
    anchor: str
    tied: bool | None
    size: int
    signatures: int
    finished: bool
    latest: str
    own_rules: tuple[str, ...]
    polls: tuple[PollReport, ...]
    moments: tuple[MomentReport, ...]
    findings: tuple[FindingReport, ...]


def verdict(report: Report) -> Verdict:
    """The report in one word."""
    if not report.clean:
        return "findings"
    return "clean" if report.tied else "consistent"


def to_json(report: Report) -> bytes:
    """The report as one JSON object."""
    state = report.state
    convene, notice = (state.convene, state.notice) if state else (None, None)
    return msgspec.json.encode(
        JsonReport(
            verdict=verdict(report),
            hearing=convene.hearing if convene else None,
            title=notice.title if notice else None,
            community=notice.community.name if notice else None,
            origin=convene.origin if convene else None,
            rehearsal=convene.rehearsal if convene else False,
            anchor=report.anchor,
            tied=report.tied,
            size=report.size,
            signatures=report.signatures,
            finished=report.finished,
            latest=report.latest,
            own_rules=tuple(report.own_rules),
            polls=tuple(_poll(poll, report.people) for poll in state.polls.values()) if state else (),
            moments=tuple(_moments(state)) if state else (),
            findings=tuple(FindingReport(f.code, f.where, f.detail) for f in report.findings),
        )
    )


def _poll(poll: Poll, people: dict[str, str]) -> PollReport:
    return PollReport(
        id=poll.id,
        question=poll.question.title,
        stage=poll.stage,
        void_reason=poll.void_reason,
        result=Raw(poll.result_bytes) if poll.result_bytes is not None else None,
        votes=tuple(
            Vote(ballot.member, people.get(ballot.member), Raw(ballot.choice))
            for ballot in poll.ballots.values()
            if ballot.choice is not None
        ),
    )


def _moments(state: State) -> Iterator[MomentReport]:
    assert state.convene is not None
    for moment in state.moments:
        root = state.roots(moment.size)
        assert root is not None
        text = Checkpoint(state.convene.origin, moment.size, bytes.fromhex(root)).text
        yield MomentReport(moment.what, moment.poll, moment.size, fingerprint(text))


class Writer:
    """Writes a report for people: the verdict, what does not fit, what held, the record, its polls.

    `now` is what the auditor's own clock says, with its zone.
    """

    def __init__(self, report: Report, expected: Expectations, lang: Language, now: datetime) -> None:
        self._report = report
        self._expected = expected
        self._now = now
        self._lang = lang
        told = texts(lang)
        self._words: dict[str, Any] = told["verify"]["command"]
        self._public: dict[str, Any] = told["public"]
        self._findings: dict[str, str] = told["findings"]

    def lines(self) -> Iterator[str]:
        """The report, line by line, fit for a terminal whatever the bundle says."""
        return map(_printable, self._lines())

    def _lines(self) -> Iterator[str]:
        yield self._verdict()
        yield from map(self._finding, self._report.findings)
        if self._report.state is not None and (held := " · ".join(self._held(self._report.state))):
            yield f"{self._words['held']}{held}"
        if self._report.people:
            yield self._words["names"]
        yield from self._facts()
        if self._report.state is not None:
            for poll in self._report.state.polls.values():
                yield from self._poll(poll)
            yield from self._fingerprints(self._report.state)

    def _verdict(self) -> str:
        report = self._report
        return str(self._words["unfinished" if self._open_ended else verdict(report)]).format(
            count=len(report.findings), anchor=groups(report.anchor, 4), size=f"{report.size:,}"
        )

    @property
    def _open_ended(self) -> bool:
        """Whether the one thing that does not fit is that the record has no end yet."""
        return [finding.code for finding in self._report.findings] == ["unfinished"]

    def _held(self, state: State) -> Iterator[str]:
        """What the auditor brought along, as far as it fits."""
        expected, words = self._expected, self._words["held_what"]
        found = self._report.findings
        if expected.since is not None and all(finding.code != "not-a-prefix" for finding in found):
            yield words["since"].format(count=len(expected.since.entries))
        if total := len(expected.receipts):
            failed = {finding.where for finding in found if finding.where.startswith("receipt ")}
            yield words["receipts"].format(count=total - len(failed), total=total)
        if expected.openings is not None:
            yield words["openings"].format(count=len(self._report.people), total=len(state.seats))

    def _facts(self) -> Iterator[str]:
        report, words = self._report, self._words
        state = report.state
        if state is None or state.convene is None or state.notice is None:
            return
        yield ""
        yield f"{self._say(state.notice.title)} · {self._say(state.notice.community.name)}"
        if state.convene.rehearsal:
            yield words["rehearsal"]
        yield words["record"].format(origin=state.convene.origin, size=f"{report.size:,}")
        zone = state.notice.community.zone
        yield words["times"].format(
            starts=local(parse_utc(state.notice.starts), zone), latest=local(parse_utc(report.latest), zone)
        )
        if parse_utc(report.latest) > self._now + SKEW:
            yield words["future"].format(now=local(self._now, zone))
        if not report.finished:
            yield words["running"]
        tied = {None: "untied", True: "tied", False: "other"}[report.tied]
        yield words[tied].format(anchor=groups(report.anchor, 4))

    def _poll(self, poll: Poll) -> Iterator[str]:
        yield ""
        result = msgspec.json.decode(poll.result_bytes, type=Result) if poll.result_bytes else None
        conclusion = conclude(poll.question, result) if result else None
        outcome = self._say(conclusion.says) if conclusion else self._public["stage"][poll.stage]
        yield f"■ {self._say(poll.question.title)}: {outcome}"
        if poll.question.id in self._report.own_rules:
            yield f"  {self._words['own_rule']} {self._say(poll.question.rule.text)}"
        if poll.void_reason is not None:
            yield f"  {self._public['void_because']}{poll.void_reason}"
        if result is not None and conclusion is not None:
            yield from (f"  {line}" for line in self._counted(result, conclusion))
        if poll.box is not None:
            yield f"  {self._secret(poll, poll.box)}"
        elif self._report.people:
            yield from self._votes(poll)

    def _secret(self, poll: Poll, box: Box) -> str:
        """Who could vote in secret, how many did, and what opened the box."""
        told = self._words["secret"].format(
            issued=len(box.offers),
            cast=len(box.ballots),
            threshold=box.keys.threshold,
            holders=len(box.keys.holders),
            decrypted=len(box.decryptions),
            spoiled=len(box.spoiled),
        )
        return told if box.raw is None else f"{told} secret/{poll.id}.bel"

    def _counted(self, result: Result, conclusion: Conclusion) -> Iterator[str]:
        """How far each option came, every test, what follows, and the law's own result beside an own one."""
        totals = (f"{self._say(one.name)} {self._say(one.amount)}" for one in conclusion.standings)
        plain = result.method in FIXED_OPTIONS
        yield ("" if plain else f"{self._say(conclusion.amounts)}: ") + " · ".join(totals)
        yield from self._tests(result.comparisons)
        yield from map(self._say, (*conclusion.more, *conclusion.units))
        if not isinstance(result.rule.own, UnsetType):
            yield f"{self._public['own']}{self._say(result.rule.own)}"
        if conclusion.statutory is not None and not isinstance(result.statutory, UnsetType):
            yield self._say(conclusion.statutory)
            yield from self._tests(result.statutory.comparisons)

    def _tests(self, comparisons: Iterable[Comparison]) -> Iterator[str]:
        return (f"{'✓' if one.ok else '✕'} {self._say(one.text)}" for one in comparisons)

    def _votes(self, poll: Poll) -> Iterator[str]:
        words = words_of(poll.question, self._lang)
        for ballot in poll.ballots.values():
            name = self._report.people.get(ballot.member, ballot.member)
            said = self._public["tally"]["unopened"]
            if ballot.choice is not None:
                said = say(poll.question, msgspec.json.decode(ballot.choice), words)
            yield f"    {name}: {said}"

    def _fingerprints(self, state: State) -> Iterator[str]:
        yield ""
        yield self._words["fingerprints"]
        for moment in _moments(state):
            about = self._say(state.polls[moment.poll].question.title) if moment.poll else ""
            yield f"  {moment.fingerprint}  {self._public['moment'][moment.what]} {about}".rstrip()

    def _finding(self, finding: Finding) -> str:
        where = f"{finding.where}: " if finding.where else ""
        mark = "○" if self._open_ended else "✕"
        return f"{mark} {where}{self._findings[finding.code]} [{finding.code}] {finding.detail}"

    def _say(self, text: Text) -> str:
        ours, theirs = (text.zh, text.en) if self._lang == "zh" else (text.en, text.zh)
        return ours.strip() or theirs.strip()


def local(moment: datetime, zone: str) -> str:
    """A moment in a community's own time: `2026-11-21 16:00 (Asia/Shanghai)`; else in UTC."""
    try:
        there, name = moment.astimezone(ZoneInfo(zone)), zone
    except (LookupError, ValueError, OSError, OverflowError):
        # The zone is a word of the record: it may name none, or a folder; and years end at 9999.
        there, name = moment.astimezone(UTC), "UTC"
    return f"{there.isoformat(' ')[:16]} ({name})"


def _printable(line: str) -> str:
    """Words of others must not steer the terminal: control characters and reversals of writing show as �."""
    return "".join(letter if letter.isprintable() or letter == "\u3000" else "\ufffd" for letter in line)
