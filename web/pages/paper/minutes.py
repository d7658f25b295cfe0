"""The minutes (会议记录): a public version for everybody, one with full names for the archive."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from deliberation.minutes import BoxRecord, ChangeRecord, ItemRecord, Participant, PollRecord, Remark
from voting.conclusion import Conclusion, conclude
from voting.questions import Question
from voting.results import Result
from web.pages.paper.teller import Teller
from web.print import forms


def minutes(
    teller: Teller,
    form: Literal["record", "summary"],
    comments: Mapping[str, str | None],
    composed: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> forms.Minutes:
    """The minutes so far.

    Args:
        teller: says it.
        form: `record` is signed and kept; `summary` is for everybody.
        comments: texts of comments by the name of their blob; None where a text was destroyed.
        composed: by item: who must be among the members, and who was.
    """
    source, t = teller.source, teller.t["minutes"]
    draft = source.draft
    return forms.Minutes(
        heading=teller.heading(),
        form=form,
        status=_status(teller),
        number="",
        when=teller.span(draft.opened_at, draft.adjourned_at)
        if draft.opened_at
        else teller.words.when(draft.starts),
        place=teller.say(draft.place),
        chair=teller.t["comma"].join(teller.who(chair) for chair in source.chairs),
        recorder=t["recorder"],
        due=draft.eligible,
        present=source.present,
        items=tuple(_item(teller, item, comments, composed.get(item.id, ())) for item in draft.items),
        changes=tuple(_change(teller, change) for change in draft.changes),
        remarks=draft.remarks,
        evidence=_evidence(teller),
        signers=tuple(t["signers"]) if form == "record" else (),
    )


def _status(teller: Teller) -> str:
    source, t = teller.source, teller.t["minutes"]
    if source.phase == "adjourned":
        return ""
    return str(
        t["waiting"] if source.phase == "convened" else t["draft"].format(at=teller.words.when(source.at))
    )


def _item(
    teller: Teller, item: ItemRecord, comments: Mapping[str, str | None], composed: tuple[str, ...]
) -> forms.MinutesItem:
    source, t = teller.source, teller.t["minutes"]
    notes = []
    if not item.called and source.phase == "adjourned":
        notes.append(t["not_called"])
    if source.ballots[item.id] == "secret":
        held = source.keys if source.questions[item.id] else None
        notes.append(t["keys"].format(teller.holders(held)) if held else t["secret"])
    if item.hidden:
        notes.append(t["hidden"].format(count=item.hidden))
    wordings = {(question.title, question.text): question for question in source.questions[item.id]}
    return forms.MinutesItem(
        title=teller.say(item.title),
        text=teller.say(item.text),
        notes=(*notes, *composed),
        speeches=tuple(forms.Said(teller.who(s.member), teller.words.time(s.at)) for s in item.speeches),
        comments=tuple(_comment(teller, one, comments) for one in item.comments),
        polls=tuple(_voted(teller, poll, wordings[poll.question, poll.wording]) for poll in item.polls),
    )


def _comment(teller: Teller, remark: Remark, comments: Mapping[str, str | None]) -> forms.Said:
    text = comments.get(remark.text) or teller.t["minutes"]["destroyed"]
    return forms.Said(teller.who(remark.member), teller.words.time(remark.at), text)


def _change(teller: Teller, change: ChangeRecord) -> forms.Said:
    """Who changed roll, offices, phones or keys, whom it concerns, why, and how many are due since."""
    t = teller.t["minutes"]["changes"]

    def office(one: Participant) -> str:
        if one.role == "root":
            return str(t["root"])
        return str(t["by"].format(role=teller.t["role"][one.role], name=teller.who(one.member)))

    def people(many: Iterable[Participant]) -> str:
        return str(t["names"]).join(teller.who(one.member) for one in many)

    if change.kind == "roll.amend":
        both = (("adds", change.added), ("removes", change.removed))
        whom = t["separator"].join(t[what].format(people(many)) for what, many in both if many)
    elif change.keys is not None:
        whom = teller.holders(change.keys)
    elif change.phone is not None:
        whom = office(change.phone)
    else:
        whom = t["names"].join(map(office, change.added + change.removed))
    lines = [
        t[change.kind] + whom,
        t["reason"].format(change.reason) if change.reason else "",
        t["due"].format(before=change.before, due=change.due) if change.kind == "roll.amend" else "",
    ]
    return forms.Said(
        t["and"].join(map(office, change.by)),
        teller.words.when(change.at),
        "\n".join(line for line in lines if line),
    )


def _voted(teller: Teller, poll: PollRecord, question: Question) -> forms.Voted:
    t = teller.t["minutes"]
    how = teller.t["visibility"][question.visibility]
    lines = [t["poll"].format(when=teller.span(poll.opened_at, poll.closed_at), how=how)]
    decision = t["open"] if poll.closed_at is None else t["closed"]
    if poll.result is not None:
        conclusion = conclude(teller.source.question(poll.result), poll.result)
        lines += _figures(teller, poll.result, conclusion)
        lines += teller.lot(poll)
        decision = teller.say(conclusion.says)
    if poll.box is not None:
        lines += _opening(teller, poll.box)
    if poll.void_reason is not None:
        decision = t["void"].format(poll.void_reason)
    return forms.Voted(
        question=teller.say(poll.question),
        wording=teller.say(poll.wording),
        lines=tuple(lines),
        decision=decision,
    )


def _opening(teller: Teller, box: BoxRecord) -> list[str]:
    """Who opened the box and when, how many ballots tested phones, and the SHA-256 of the box's file."""
    t = teller.t["minutes"]["box"]
    people = (
        t["holder"].format(name=teller.who(d.member), at=teller.words.when(d.at)) for d in box.decrypted
    )
    return [
        *([t["opened"].format(teller.t["comma"].join(people))] if box.decrypted else []),
        t["tests"].format(box.tests),
        *([t["archive"].format(box.archive)] if box.archive is not None else []),
    ]


def _figures(teller: Teller, result: Result, conclusion: Conclusion) -> list[str]:
    t = teller.t["minutes"]
    present = t["present"].format(teller.amount(result.present)) if result.present else ""
    figures = t["figures"].format(
        roll=teller.amount(result.roll),
        present=present,
        returned=result.returned,
        valid=teller.amount(result.valid),
        abstain=teller.amount(result.abstain),
        invalid=teller.amount(result.invalid),
    )
    options = (
        teller.t["option"].format(label=teller.say(one.name), amount=teller.say(one.amount))
        for one in conclusion.standings
    )
    between = teller.t["semicolon" if result.method == "grading" else "comma"]  # grades have commas inside
    return [
        figures + (t["unopened"].format(result.unopened) if result.unopened else ""),
        teller.say(conclusion.amounts) + teller.t["colon"] + between.join(options),
        *(t["unit"].format(teller.say(one)) for one in conclusion.units),
        *teller.reasons(result, conclusion),
        t["rule"].format(teller.rule(result.rule)),
    ]


def _evidence(teller: Teller) -> tuple[tuple[str, str], ...]:
    """Fingerprints to compare, who signed as well, and where everything is."""
    source, t = teller.source, teller.t["minutes"]

    def about(what: str, question: object) -> str:
        return t["about"].format(what=what, question=question) if question else what

    found = [
        (about(t["instant"][one.what], teller.say(one.question)), one.fingerprint) for one in source.instants
    ]
    for one in source.signed:
        told = t["signed"].format(
            role=teller.t["role"][one.role], name=teller.who(one.member), at=teller.words.when(one.at)
        )
        found.append((about(t["cosigned"][one.what], teller.say(one.question)), told))
    return (*found, (t["address"], source.address))
