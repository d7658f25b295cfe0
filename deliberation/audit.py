"""The audit: everything in a bundle recomputed from the acts, and what does not fit, by name.

Pure: it is given a bundle that has been read, and gives a report.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from msgspec import Struct

from ballots.bundle import Bundle, Finding
from ballots.checkpoint import NoteError, verify_note
from ballots.encoding import unb64url
from ballots.merkle import Tree
from ballots.receipt import Receipt, ReceiptError
from ballots.refusal import Refused
from ballots.secret.verify import Spread
from ballots.tokens import TokenError, parse_anchor
from deliberation.acts import Bytes32, HearingId, MemberId
from deliberation.agenda import comment_text
from deliberation.audit_secret import check_archives
from deliberation.export import HearingFile, hearing_file, referenced_blobs, result_files
from deliberation.hearing import Hearing
from deliberation.notice import BlobError, Minutes, decode
from deliberation.notice import name as blob_name
from deliberation.replay import SignatureCheck, check_in_line, replay
from deliberation.roll import commitment
from deliberation.state import Poll, State
from voting.presets import presets


class RollEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """Who an entry of the roll is: what opens its commitment to a card, and a name, which nothing binds."""

    id: MemberId
    name: str
    salt: Bytes32
    token: Bytes32


class RollOpenings(Struct, frozen=True, forbid_unknown_fields=True):
    """The second file, for an authorised auditor: the roll is these cards, said to be theirs."""

    v: Literal[1]
    hearing: HearingId
    members: tuple[RollEntry, ...]


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the auditor brings along to hold against the bundle.

    Attributes:
        anchor: the community's anchor, from a card or notice; None leaves the bundle untied.
        receipts: receipts that phones kept, as text.
        since: the files of an earlier bundle of the same hearing, which must be a prefix.
        openings: the file of openings, as bytes.
        running: whether the meeting may still be going on.
    """

    anchor: str | None = None
    receipts: Sequence[bytes] = ()
    since: Bundle | None = None
    openings: bytes | None = None
    running: bool = False


@dataclass(slots=True)
class Report:
    """What the audit found. Clean means no findings.

    Attributes:
        state: the hearing as recomputed; None if not even its first act could be read.
        anchor: the anchor of the root key that convened it.
        tied: whether the auditor's own anchor is that one; None if none was given.
        size: entries of the log.
        signatures: signed acts that were read.
        finished: whether the record has its `hearing.adjourn`.
        latest: the latest time of an act, in UTC; empty if none could be read.
        own_rules: ids of questions whose rule is not word for word a preset of this program.
        people: names by entry of the roll, as a file of openings says, whose cards fit.
    """

    findings: list[Finding] = field(default_factory=list)
    state: State | None = None
    anchor: str = ""
    tied: bool | None = None
    size: int = 0
    signatures: int = 0
    finished: bool = False
    latest: str = ""
    own_rules: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """No findings."""
        return not self.findings


def audit(
    bundle: Bundle,
    expected: Expectations | None = None,
    check: SignatureCheck = check_in_line,
    spread: Spread = map,
) -> Report:
    """Recompute everything in the bundle and compare.

    Args:
        bundle: as it was read.
        expected: what to hold against it.
        check: how signatures are checked.
        spread: how the proofs of secret ballots are spread over processors.
    """
    expected = expected or Expectations()
    report = Report(findings=list(bundle.findings))
    found = report.findings
    entries = bundle.entries
    blobs = {
        name[6:]: raw
        for name, raw in bundle.files.items()
        if name.startswith("blobs/") and blob_name(raw) == name[6:]  # other bytes are as good as none
    }
    log, hearing = replay(entries, blobs, found, check)
    tree = log.tree
    report.size, report.signatures, report.latest = len(entries), log.count, log.last
    if hearing.state.convene is None:
        found.append(Finding("not-convened", "log.jsonl:0", "The record does not begin with its convening."))
        return report
    state = report.state = hearing.state
    ours = hearing_file(state)
    report.anchor, report.finished = ours.anchor, state.phase == "adjourned"
    if msgspec.json.encode(ours) != bundle.files["hearing.json"]:
        found.append(Finding("hearing-file", "hearing.json", "It does not follow from the first act."))
    _check_checkpoint(bundle, tree, ours, found)
    _check_blobs(bundle, state, found)
    _check_results(bundle, hearing, found, running=expected.running)
    found += check_archives(bundle, state, spread)
    found += [
        Finding("unknown-file", name, "No version of this format that has such files wrote this record.")
        for name in sorted(bundle.files)
        if name.startswith("cvr/")
    ]
    report.own_rules += [
        question.id for question in state.questions.values() if question.rule not in presets()
    ]
    if not report.finished and not expected.running:
        found.append(Finding("unfinished", "log.jsonl", f"The record is unfinished at {state.size}."))
    _check_expectations(report, expected, ours, tree, entries)
    return report


def _check_checkpoint(bundle: Bundle, tree: Tree, ours: HearingFile, found: list[Finding]) -> None:
    try:
        checkpoint = verify_note(bundle.files["checkpoint"], ours.vkey)
    except NoteError as why:
        found.append(Finding("bad-checkpoint", "checkpoint", str(why)))
        return
    if checkpoint.size != tree.size:
        detail = f"It was signed for {checkpoint.size} entries; the log has {tree.size}."
        found.append(Finding("checkpoint-size", "checkpoint", detail))
    elif checkpoint.root != tree.root():
        found.append(
            Finding("checkpoint-root", "checkpoint", "The log does not have the root that was signed.")
        )


def _check_blobs(bundle: Bundle, state: State, found: list[Finding]) -> None:
    there = {name[6:] for name in bundle.files if name.startswith("blobs/")}
    needed = referenced_blobs(state)
    found += [
        Finding("blob-missing", f"blobs/{name}", "The record names it; it is not here.")
        for name in sorted(needed - there)
    ]
    found += [
        Finding("blob-unknown", f"blobs/{name}", "Nothing in the record names it.")
        for name in sorted(there - needed - state.erased)
    ]
    for comment in state.comments.values():
        raw = state.blobs(comment.blob)
        try:
            if raw is not None:
                comment_text(raw)
        except Refused as why:
            found.append(Finding("bad-comment", f"blobs/{comment.blob}", str(why)))
    minutes = state.blobs(state.minutes) if state.minutes is not None else None
    try:
        if minutes is not None:
            decode(minutes, Minutes)
    except BlobError as why:
        found.append(Finding("bad-minutes", f"blobs/{state.minutes}", str(why)))


def _check_results(bundle: Bundle, hearing: Hearing, found: list[Finding], *, running: bool) -> None:
    there = {name: raw for name, raw in bundle.files.items() if name.startswith("results/")}
    ours = result_files(hearing.state)
    for name in sorted(there.keys() | ours.keys()):
        if name not in there:
            found.append(Finding("result-missing", name, "The record has this result; it is not here."))
        elif name not in ours:
            found.append(Finding("result-unknown", name, "No poll in the record has this result."))
        elif there[name] != ours[name]:
            found.append(Finding("result-differs", name, "It is not what the ballots and the rule give."))
    for poll in hearing.state.polls.values():
        found += _check_poll(poll, running=running)


def _check_poll(poll: Poll, *, running: bool) -> list[Finding]:
    where = f"results/{poll.id}.json"
    unopened = sum(1 for ballot in poll.ballots.values() if ballot.choice is None)
    if poll.result is not None and unopened:
        detail = f"{unopened} counted ballots have no opening: the poll is unverified."
        return [Finding("unverified", where, detail)]
    if poll.closed_at is not None and poll.result is None and not running:
        return [Finding("no-result", where, "The poll is closed and has no result.")]
    return []


def _check_expectations(
    report: Report, expected: Expectations, ours: HearingFile, tree: Tree, entries: Sequence[bytes]
) -> None:
    found = report.findings
    if expected.anchor is not None:
        try:
            given = parse_anchor(expected.anchor)
        except TokenError:
            given = expected.anchor
        report.tied = given == ours.anchor
        if not report.tied:
            detail = f"Your anchor is {given}; this record was convened under {ours.anchor}."
            found.append(Finding("other-community", "hearing.json", detail))
    for number, raw in enumerate(expected.receipts, 1):
        found += _check_receipt(f"receipt {number}", raw, ours, tree, entries)
    if expected.since is not None:
        earlier = expected.since.entries
        if list(entries[: len(earlier)]) != earlier:
            found.append(
                Finding("not-a-prefix", "log.jsonl", "The earlier record is not how this one begins.")
            )
    if expected.openings is not None:
        _check_roll(report, expected.openings)


def _check_receipt(
    where: str, raw: bytes, ours: HearingFile, tree: Tree, entries: Sequence[bytes]
) -> list[Finding]:
    try:
        receipt = Receipt.parse(raw)
        checkpoint = receipt.verify(ours.vkey)
    except ReceiptError as why:
        return [Finding("bad-receipt", where, str(why))]
    if checkpoint.size > tree.size:
        return [
            Finding("receipt-ahead", where, f"It proves {checkpoint.size} entries; the log has {tree.size}.")
        ]
    if tree.root(checkpoint.size) != checkpoint.root or entries[receipt.index] != receipt.entry:
        return [
            Finding("receipt-differs", where, "The service signed another record for this receipt: a fork.")
        ]
    return []


def _check_roll(report: Report, raw: bytes) -> None:
    assert report.state is not None
    found, seats = report.findings, report.state.seats
    try:
        openings = decode(raw, RollOpenings)
    except BlobError as why:
        found.append(Finding("bad-openings", "openings", str(why)))
        return
    if report.state.convene is None or openings.hearing != report.state.convene.hearing:
        found.append(Finding("bad-openings", "openings", "They are of another hearing."))
        return
    named: Mapping[str, RollEntry] = {member.id: member for member in openings.members}
    if len(named) != len(openings.members):
        found.append(Finding("bad-openings", "openings", "An entry is named twice."))
    voting = [m for m in openings.members if m.id in seats and seats[m.id].votes]
    for token, count in Counter(member.token for member in voting).items():
        if count > 1:
            names = ", ".join(member.name for member in voting if member.token == token)
            found.append(Finding("one-card-two-votes", "openings", f"One card has several votes: {names}."))
    for member in sorted(seats.keys() | named.keys()):
        if member not in named:
            found.append(Finding("unnamed", f"roll:{member}", "Nobody is named for this entry of the roll."))
        elif member not in seats:
            found.append(
                Finding("not-on-roll", f"roll:{member}", f"{named[member].name} is not on the roll.")
            )
        elif _commits(named[member]) != seats[member].member.commitment:
            detail = f"The roll's entry is not {named[member].name}'s card."
            found.append(Finding("other-person", f"roll:{member}", detail))
        else:
            report.people[member] = named[member].name


def _commits(entry: RollEntry) -> str:
    return commitment(unb64url(entry.salt, 32), unb64url(entry.token, 32))
