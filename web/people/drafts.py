"""Hearings in preparation: what the organiser writes before the notice freezes it."""

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from deliberation import notice
from deliberation.acts import HearingId, LocalId, Time
from voting.methods import AnySettings
from voting.own import amend
from voting.presets import preset
from voting.questions import FIXED_OPTIONS, MethodName, Option, Question, Rule, Text, encode_question
from web.people.holders import DraftKeys
from web.people.participants import Participants
from web.people.register import Community
from web.people.tables import drafts


class DraftOwn(Struct, frozen=True, forbid_unknown_fields=True):
    """What the community's own rules of procedure (议事规则) say otherwise than the preset.

    `quorum` and `majority` are names of `voting.own.THRESHOLDS`, or "" where the preset's number stands.
    """

    clause: Text
    quorum: str
    majority: str


class DraftQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """A question to be put, and the preset that decides it.

    `options` are those of the organiser's making; a motion and an agreement have their own.
    `breakdown` says whether the result is also given by building.
    """

    id: LocalId
    title: Text
    text: Text
    preset: str
    visibility: Literal["live", "sealed", "secret"] = "sealed"
    change: Literal["until_close", "none"] = "until_close"
    method: MethodName = "motion"
    options: tuple[Option, ...] = ()
    settings: AnySettings | UnsetType = UNSET
    breakdown: bool = False
    own: DraftOwn | UnsetType = UNSET


class DraftItem(Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the agenda, with its questions in full."""

    id: LocalId
    title: Text
    text: Text
    ballot: Literal["named", "secret", "none"]
    questions: tuple[DraftQuestion, ...] = ()


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """A hearing in preparation."""

    id: HearingId
    community: LocalId
    kind: notice.HearingKind
    title: Text
    place: Text
    starts: Time
    rehearsal: bool
    agenda: tuple[DraftItem, ...] = ()
    participants: Participants = Participants()
    keys: DraftKeys = DraftKeys()

    @property
    def secret(self) -> bool:
        """Whether some question is answered by secret ballot."""
        return any(question.visibility == "secret" for item in self.agenda for question in item.questions)


def save_draft(conn: Connection, draft: Draft) -> None:
    """Keep a draft, in place of the one with its id if there is one."""
    row = msgspec.to_builtins(draft)
    if conn.execute(update(drafts).where(drafts.c.id == draft.id).values(**row)).rowcount == 0:
        conn.execute(insert(drafts).values(**row))


def get_draft(conn: Connection, draft: str) -> Draft | None:
    """A draft by its id."""
    row = conn.execute(select(drafts).where(drafts.c.id == draft)).mappings().first()
    return None if row is None else _draft(row)


def get_drafts(conn: Connection, community: str) -> list[Draft]:
    """The drafts of a community, the next to start first."""
    query = select(drafts).where(drafts.c.community == community).order_by(drafts.c.starts, drafts.c.id)
    return [_draft(row) for row in conn.execute(query).mappings()]


def delete_draft(conn: Connection, draft: str) -> None:
    """Drop a draft: it was published, or will not be held."""
    conn.execute(delete(drafts).where(drafts.c.id == draft))


def freeze(draft: Draft, community: Community) -> tuple[notice.Notice, tuple[bytes, ...]]:
    """The notice of a draft without its key holders, and its questions' blobs in the order of the agenda.

    Polls whose rule looks at those present are for those present; all others are for the whole roll.

    Raises:
        KeyError: a question names a preset that is not shipped.
        voting.questions.QuestionError: a question cannot be put to the vote as it stands.
    """
    blobs: list[bytes] = []
    items = []
    for item in draft.agenda:
        questions = [encode_question(frozen(question)) for question in item.questions]
        blobs += questions
        names = tuple(notice.name(blob) for blob in questions)
        items.append(notice.Item(item.id, item.title, item.text, item.ballot, names))
    body = notice.Community(community.id, community.name, community.zone)
    told = notice.Notice(1, body, draft.kind, draft.title, draft.place, draft.starts, tuple(items))
    return told, tuple(blobs)


def frozen(question: DraftQuestion) -> Question:
    """A question with its rule in full. Raises as `rule_of`."""
    rule = rule_of(question)
    return Question(
        v=1,
        id=question.id,
        title=question.title,
        text=question.text,
        method=question.method,
        options=FIXED_OPTIONS.get(question.method, question.options),
        rule=rule,
        visibility=question.visibility,
        change="none" if question.visibility == "secret" else question.change,
        electorate="present" if rule.needs_presence else "roll",
        settings=question.settings,
        breakdown="unit" if question.breakdown else UNSET,
    )


def rule_of(question: DraftQuestion) -> Rule:
    """The rule that decides a question.

    Raises:
        KeyError: the preset is not shipped.
        voting.own.OwnRuleError: no own rule can be derived from it like this.
    """
    rule, own = preset(question.preset), question.own
    if isinstance(own, UnsetType):
        return rule
    return amend(rule, own.clause, own.quorum or None, own.majority or None)


def _draft(row: RowMapping) -> Draft:
    return msgspec.convert({str(name): value for name, value in row.items()}, Draft)
