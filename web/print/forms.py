"""The forms of a meeting as plain content, and their PDFs.

Whoever has the data builds the content, in one language, with names as the reader may see them;
the templates know how the paper looks that it replaces (签到表, 结果报告单, 会议记录, 公示).
Texts are plain: nothing in them is markup.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from web.print.typeset import typeset


class Heading(Struct, frozen=True, kw_only=True):
    """What stands on every page.

    Attributes:
        lang: language of the labels.
        community: the body's name.
        meeting: the hearing's title.
        hearing: its id.
        anchor: the community's anchor, in groups.
        fingerprint: of the record at its end, in groups, or "" while it runs.
        address: the public page of the hearing, or "".
        rehearsal: a rehearsal says so on every page.
    """

    lang: Literal["zh", "en"]
    community: str
    meeting: str
    hearing: str
    anchor: str
    fingerprint: str = ""
    address: str = ""
    rehearsal: bool = False


class Attendee(Struct, frozen=True, kw_only=True):
    """A line of the sign-in sheet. `arrived` and `absent` stay empty on a sheet that is still to be signed.

    Attributes:
        name: in full; the sheet is for the file, not for the board.
        group: building or residents' group.
        capacity: in which they take part.
        arrived: when and how they came in, `14:02 扫码`.
        absent: why they did not.
    """

    name: str
    group: str
    capacity: str
    arrived: str = ""
    absent: str = ""


class SignInSheet(Struct, frozen=True, kw_only=True):
    """签到表: everyone expected, numbered in this order, with room for a signature.

    Attributes:
        heading: what stands on every page.
        when: date and time.
        place: where.
        people: those who are due (应到): they carry a vote.
        others: who attends without one, below.
        present: how many of those due came; None on a sheet that is still to be signed.
    """

    heading: Heading
    when: str
    place: str
    people: tuple[Attendee, ...]
    others: tuple[Attendee, ...] = ()
    present: int | None = None


class Figures(Struct, frozen=True, kw_only=True):
    """The counts of a result form, in heads or ballots.

    `present` is None in a poll without a meeting, `issued` where no ballots are handed out.
    `unopened` ballots came back, and nobody can read them.

    Raises:
        ValueError: they contradict each other: issued ≥ returned = valid + invalid + unopened; partly valid
            and blank ballots are among the valid ones; nobody is present who is not due.
    """

    due: int
    present: int | None
    issued: int | None
    returned: int
    valid: int
    partly: int
    abstain: int
    invalid: int
    unopened: int = 0

    def __post_init__(self) -> None:
        present = self.due if self.present is None else self.present
        issued = self.returned if self.issued is None else self.issued
        counts = (present, self.partly, self.abstain, self.invalid, self.unopened)
        fits = (
            self.due >= present
            and issued >= self.returned == self.valid + self.invalid + self.unopened
            and self.valid >= max(self.partly, self.abstain)
        )
        if not fits or min(counts) < 0:
            raise ValueError("the figures of a result form contradict each other")


class OptionCount(Struct, frozen=True):
    """An option and what it got, one amount for each measure, as written."""

    label: str
    amounts: tuple[str, ...]


class Passage(Struct, frozen=True, tag_field="kind", tag="passage"):
    """Some sentences of a count."""

    text: str


class Grid(Struct, frozen=True, tag_field="kind", tag="grid"):
    """A table of a count; the first column says what the row is."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ResultForm(Struct, frozen=True, kw_only=True):
    """结果报告单: one poll.

    Attributes:
        heading: what stands on every page.
        question: its title.
        wording: what was put to the vote.
        opened: when.
        closed: when.
        rule: the rule in a sentence, with its article.
        figures: the counts.
        measures: what the amounts of the options are, such as 人数 and 面积（m²）.
        options: who is chosen first; else in the order of the ballot.
        reasons: each comparison written out.
        decision: in words.
        signers: who signs, by office.
        count: by constituency and line by line, as an annex.
    """

    heading: Heading
    question: str
    wording: str
    opened: str
    closed: str
    rule: str
    figures: Figures
    measures: tuple[str, ...]
    options: tuple[OptionCount, ...]
    reasons: tuple[str, ...]
    decision: str
    signers: tuple[str, ...]
    count: tuple[Passage | Grid, ...] = ()

    def __post_init__(self) -> None:
        if any(len(option.amounts) != len(self.measures) for option in self.options):
            raise ValueError("every option has one amount for each measure")


class Said(Struct, frozen=True):
    """Who said what, or had the floor (`text` empty), and when."""

    who: str
    when: str
    text: str = ""


class Voted(Struct, frozen=True, kw_only=True):
    """A poll in the minutes: its wording, figures in words, and what was decided or why not."""

    question: str
    wording: str
    lines: tuple[str, ...]
    decision: str


class MinutesItem(Struct, frozen=True, kw_only=True):
    """An item of the agenda and what happened to it."""

    title: str
    text: str
    notes: tuple[str, ...] = ()
    speeches: tuple[Said, ...] = ()
    comments: tuple[Said, ...] = ()
    polls: tuple[Voted, ...] = ()


class Minutes(Struct, frozen=True, kw_only=True):
    """会议记录: for the archive, signed (`record`), or the public version (`summary`).

    Attributes:
        heading: what stands on every page.
        form: which of the two.
        status: what a draft says of itself, or "".
        number: of the meeting, such as 2026年第3次, or "".
        when: from and to.
        place: where.
        chair: who presided.
        recorder: who drafted it; the record itself if nobody did.
        due: how many were expected.
        present: how many came.
        items: in the order they were called.
        changes: of roll, officers and phones, by officers: who signed and when, and what they changed.
        remarks: what the chair added.
        evidence: what the record can be compared by: label and value, such as fingerprints.
        signers: who signs, by office; none on a summary.
    """

    heading: Heading
    form: Literal["record", "summary"]
    status: str = ""
    number: str
    when: str
    place: str
    chair: str
    recorder: str
    due: int
    present: int
    items: tuple[MinutesItem, ...]
    changes: tuple[Said, ...] = ()
    remarks: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    signers: tuple[str, ...] = ()


class Notice(Struct, frozen=True, kw_only=True):
    """公示 or 公告, for the board in front of the building.

    Attributes:
        heading: what stands on every page.
        title: of the notice.
        basis: the law or rule it rests on, or "".
        matter: paragraphs.
        facts: label and value, such as time, place, turnout, result.
        agenda: the items, or none: the title, and below it in further lines what will be decided.
        period: from and to, or "".
        objections: to whom, by what telephone, until when, or "".
        issuer: who posts it; room for the seal is left over it.
        date: of the notice.
        later: what has changed since, added below the notice and no part of it, or "".
    """

    heading: Heading
    title: str
    basis: str
    matter: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    agenda: tuple[str, ...]
    period: str
    objections: str
    issuer: str
    date: str
    later: str = ""


def sign_in_pdf(sheet: SignInSheet, at: datetime) -> bytes:
    """The sign-in sheet as PDF. Raises PaperError."""
    return typeset("sign_in.typ", sheet, at)


def result_pdf(form: ResultForm, at: datetime) -> bytes:
    """The result form as PDF. Raises PaperError."""
    return typeset("result.typ", form, at)


def minutes_pdf(minutes: Minutes, at: datetime) -> bytes:
    """The minutes as PDF. Raises PaperError."""
    return typeset("minutes.typ", minutes, at)


def notice_pdf(notice: Notice, at: datetime) -> bytes:
    """The notice as PDF. Raises PaperError."""
    return typeset("notice.typ", notice, at)
