"""The strict verifier of an archive: every rule, every proof, every sum; whatever the bytes, it only reports.

Stricter than belenios-tool 2.0, which passes over events out of order: one Setup, no ballot after the end,
no copy of a ballot, the exact tally, one spelling of everything, every element in the group.
An election that is still running is a prefix of a whole one, and the report says how far it has come.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from ballots.secret import archive, ballot, credentials, election, form, tally, trustees
from ballots.secret.archive import Owned, Step
from ballots.secret.election import Election
from ballots.secret.form import FormError
from ballots.secret.group import GROUP
from ballots.secret.tally import Factors, Sized, Totals
from ballots.secret.trustees import BadTrustees, NotEnough, Trustees

BALLOTS = 8
"""Ballots that are checked in one go."""
NUMBERS = 4096
"""Numbers that are asked in one go whether they are in the group."""

AFTER = {
    None: {"Setup"},
    "Setup": {"Ballot", "EndBallots"},
    "Ballot": {"Ballot", "EndBallots"},
    "EndBallots": {"EncryptedTally"},
    "EncryptedTally": {"PartialDecryption"},
    "PartialDecryption": {"PartialDecryption", "Result"},
    "Result": set[str](),
}
"""Which kinds of events may follow on each."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Progress = Callable[[int, int], None]
"""Told how many ballots are checked, of how many."""


class Spread(Protocol):
    """How work is spread: the builtin `map`, or that of a pool of processes; the order stays."""

    def __call__(self, function: Callable[[Given], Made], items: Sequence[Given], /) -> Iterable[Made]:
        """Every item's result."""
        ...


class Finding(NamedTuple):
    """Something that does not fit.

    Attributes:
        code: stable, for instance `second-setup`, `ballot-after-end`, `bad-proof`, `tally-differs`.
        where: the event, its member and the field, for instance `event 3 Ballot ballot $.signature.proof`.
        detail: in words.
    """

    code: str
    where: str
    detail: str


@dataclass
class Report:
    """What an archive was found to be.

    Attributes:
        findings: what does not fit; nothing where all is well.
        stage: the kind of the last event that was in order; `Result` in an election that is over.
        election: what was asked.
        fingerprint: φ of the election.
        trustees: whose keys open it.
        weights: by public credential.
        voted: the credential and the tracker of each logged ballot that is good, in order.
        tallied: how many ballots count: of each credential the last.
        weight: what they weigh together.
        owners: who has decrypted, by number from 1.
        totals: the result, if it was published and is right.
    """

    findings: list[Finding] = field(default_factory=list)
    stage: str | None = None
    election: Election | None = None
    fingerprint: str | None = None
    trustees: Trustees | None = None
    weights: dict[str, int] = field(default_factory=dict)
    voted: list[tuple[str, str]] = field(default_factory=list)
    tallied: int = 0
    weight: int = 0
    owners: list[int] = field(default_factory=list)
    totals: Totals | None = None


def verify(raw: bytes, spread: Spread = map, progress: Progress | None = None) -> Report:
    """Check an archive in full. Never raises, whatever the bytes.

    Args:
        raw: the bytes of the archive.
        spread: how the ballots are spread over processors.
        progress: is told how many ballots are checked, of how many.
    """
    report = Report()
    steps = _in_order(report, list(_read(report, raw)))
    if steps:
        _Check(report, spread, progress or (lambda _done, _total: None)).run(steps)
    return report


def check_ballots(work: tuple[bytes, Sequence[bytes]]) -> list[ballot.Checked | Finding]:
    """Check some ballots of an election, given by its bytes: a pure function, for other processes too."""
    asked, raws = work
    checked: list[ballot.Checked | Finding] = []
    for raw in raws:
        try:
            checked.append(ballot.check_proofs(asked, raw))
        except FormError as error:
            checked.append(Finding(error.code, error.where, str(error)))
    return checked


def strangers(numbers: Sequence[int]) -> list[int]:
    """The indexes of those numbers that are not in the group: a pure function, for other processes too."""
    return GROUP.strangers(numbers)


def _read(report: Report, raw: bytes) -> Iterator[Step]:
    try:
        yield from archive.read(raw)
    except FormError as error:
        report.findings.append(Finding(error.code, error.where, str(error)))


def _in_order(report: Report, steps: Sequence[Step]) -> list[Step]:
    """The events that come where they may; the others are findings."""
    good: list[Step] = []
    for step in steps:
        if step.kind in AFTER[report.stage]:
            good.append(step)
            report.stage = step.kind
        else:
            report.findings.append(
                Finding(
                    _disorder(report.stage, step.kind),
                    f"event {step.height} {step.kind}",
                    f"it may not follow on {report.stage}" if report.stage else "no election begins with it",
                )
            )
    return good


def _disorder(stage: str | None, kind: str) -> str:
    if stage is None:
        return "no-setup"
    if kind == "Setup":
        return "second-setup"
    if stage == "Result":
        return "after-result"
    if kind == "Ballot":
        return "ballot-after-end"
    if kind in {"EndBallots", "EncryptedTally"} and stage not in {"Setup", "Ballot"}:
        return "second-end" if kind == "EndBallots" else "second-tally"
    return "too-early"


class _Check:
    """The rules, over events that are in order."""

    def __init__(self, report: Report, spread: Spread, progress: Progress) -> None:
        self.report = report
        self.spread = spread
        self.progress = progress
        self.asked = b""
        self.factors: dict[int, Factors] = {}
        self.summed = b""

    def run(self, steps: Sequence[Step]) -> None:
        """All of it. What cannot be understood without what is wrong before it is not looked at."""
        if not self.setup(steps[0]):
            return
        sums = self.ballots([step for step in steps if step.kind == "Ballot"])
        for step in steps:
            if step.kind == "EncryptedTally" and not self.tally(step, sums):
                return
            if step.kind == "PartialDecryption":
                self.decryption(step)
            if step.kind == "Result":
                self.result(step)

    @contextmanager
    def at(self, step: Step, part: str) -> Iterator[None]:
        """What is wrong in there is a finding."""
        where = f"event {step.height} {step.kind} {part}"
        try:
            yield
        except FormError as error:
            self.report.findings.append(Finding(error.code, f"{where} {error.where}", str(error)))
        except (BadTrustees, NotEnough) as error:
            self.report.findings.append(Finding(error.code, where, str(error)))

    def setup(self, step: Step) -> bool:
        """Election, keys and credentials; whether ballots can be checked against them."""
        report, before = self.report, len(self.report.findings)
        self.asked = step.parts["election"]
        with self.at(step, "election"):
            report.election = election.decode(self.asked)
            report.fingerprint = form.fingerprint(self.asked)
        with self.at(step, "trustees"):
            report.trustees = trustees.decode(step.parts["trustees"])
        if report.election and report.trustees and report.election.y != report.trustees.election_key:
            with self.at(step, "election"):
                raise FormError("wrong-key", "$.public_key", "not the key that the trustees have made")
        with self.at(step, "credentials"):
            report.weights = credentials.parse(step.parts["credentials"])
            for index in self.strangers([int(key) for key in report.weights]):
                raise credentials.outside(index)
        return len(report.findings) == before

    def ballots(self, steps: Sequence[Step]) -> bytes:
        """Every ballot, and the sum of those that count."""
        report, seen, last = self.report, set[bytes](), dict[str, tally.Sums]()
        checks = self.proofs([step.parts["ballot"] for step in steps])
        outside = self.outside([one for one in checks if isinstance(one, ballot.Checked)])
        for step, checked in zip(steps, checks, strict=True):
            raw = step.parts["ballot"]
            with self.at(step, "ballot"):
                if isinstance(checked, Finding):
                    raise FormError(checked.code, checked.where, checked.detail)
                if checked.credential not in report.weights:
                    raise FormError("unlisted-credential", "$.credential", "a credential that is not listed")
                if checked in outside:
                    raise outside[checked]
                if raw in seen:
                    raise FormError(
                        "repeated-ballot", "$", "a copy of an earlier ballot, which it would restore"
                    )
                seen.add(raw)
                last[checked.credential] = checked.answers
                report.voted.append((checked.credential, ballot.tracker(raw)))
        report.tallied = len(last)
        report.weight = sum(report.weights[key] for key in last)
        weighted = ((answers, report.weights[key]) for key, answers in last.items())
        return tally.encode(tally.total(self.asked, weighted))

    def proofs(self, raws: Sequence[bytes]) -> list[ballot.Checked | Finding]:
        """What the proofs of each ballot say."""
        work = [(self.asked, some) for some in _chunks(raws, BALLOTS)]
        checks: list[ballot.Checked | Finding] = []
        for some in self.spread(check_ballots, work):
            checks += some
            self.progress(len(checks), len(raws))
        return checks

    def outside(self, checks: Sequence[ballot.Checked]) -> dict[ballot.Checked, FormError]:
        """The ballots with a number that is not in the group."""
        numbers, owners = list[int](), list[tuple[ballot.Checked, int]]()
        for checked in checks:
            mine = checked.numbers()
            numbers += mine
            owners += [(checked, place) for place in range(len(mine))]
        found = [owners[index] for index in self.strangers(numbers)]
        return {checked: checked.outside(place) for checked, place in found}

    def strangers(self, numbers: Sequence[int]) -> Iterator[int]:
        """The indexes of those numbers that are not in the group."""
        chunks = _chunks(numbers, NUMBERS)
        for place, found in enumerate(self.spread(strangers, chunks)):
            yield from (place * NUMBERS + index for index in found)

    def tally(self, step: Step, sums: bytes) -> bool:
        """The published sum; whether it can be decrypted at all."""
        self.summed = step.parts["tally"]
        readable = False
        with self.at(step, "tally"):
            tally.decode(self.asked, self.summed)
            readable = True
            if self.summed != sums:
                raise FormError("tally-differs", "$", "not the sum of the ballots that count")
        with self.at(step, "sized"):
            said = form.decode(step.parts["sized"], Sized)
            if said.num_tallied != self.report.tallied:
                raise FormError("wrong-count", "$.num_tallied", f"{self.report.tallied} ballots count")
            if form.read_count(said.total_weight, "$.total_weight") != self.report.weight:
                raise FormError("wrong-count", "$.total_weight", f"they weigh {self.report.weight}")
        return readable

    def decryption(self, step: Step) -> None:
        """What one owner has made of the sum."""
        keys = self.report.trustees
        assert keys is not None
        with self.at(step, "owned"):
            owner = form.decode(step.parts["owned"], Owned).owner
            if not 1 <= owner <= len(keys.keys):
                raise FormError("unknown-owner", "$.owner", f"there are {len(keys.keys)} trustees")
            if owner in self.report.owners:
                raise FormError("second-decryption", "$.owner", f"trustee {owner} has decrypted before")
            self.report.owners.append(owner)
            with self.at(step, "decryption"):
                public = keys.keys[owner - 1]
                self.factors[owner] = tally.check_decryption(
                    self.asked, public, self.summed, step.parts["decryption"]
                )

    def result(self, step: Step) -> None:
        """The totals."""
        assert self.report.trustees is not None
        with self.at(step, "result"):
            said = tally.decode_result(self.asked, step.parts["result"])
            combined = tally.combine(self.report.trustees, self.factors)
            if not tally.holds(tally.decode(self.asked, self.summed), combined, said):
                raise FormError("result-differs", "$.result", "not what the decryptions give")
            if max(map(max, said)) > self.report.weight:
                raise FormError("result-differs", "$.result", "more votes than all ballots have together")
            self.report.totals = said


def _chunks(items: Sequence[Given], size: int) -> list[Sequence[Given]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
