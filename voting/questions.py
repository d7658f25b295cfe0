"""A question, its options and its rule, as a notice freezes them; what counts as a valid choice.

A question is stored as canonical JSON: compact, members in the order of the fields.
Its hash is named by `poll.open`, so a signed ballot fixes the question it answers.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from voting.methods import METHODS, AnySettings
from voting.methods.protocol import Choice, InvalidChoice, QuestionError
from voting.rules import Rule, Text

__all__ = [
    "MOTION_OPTIONS",
    "Choice",
    "InvalidChoice",
    "Option",
    "Question",
    "QuestionError",
    "Rule",
    "Text",
    "decode_question",
    "encode_question",
    "parse_choice",
]

MethodName = Literal[
    "motion", "agreement", "positions", "approval", "plurality", "grading", "score", "majority_judgment",
    "borda", "schulze", "ranked_pairs", "irv", "stv", "meek",
]  # fmt: skip
LocalId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z")]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be chosen; `text` is what people read."""

    id: LocalId
    text: Text


MOTION_OPTIONS = (
    Option("for", Text(zh="同意", en="For")),
    Option("against", Text(zh="反对", en="Against")),
    Option("abstain", Text(zh="弃权", en="Abstain")),
)
"""The options of a motion in the words of a voting slip (表决票)."""


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question frozen at notice.

    Attributes:
        v: by which rules it is read and counted.
        id: unique in its hearing.
        title: a line; not empty in both languages.
        text: the exact wording that is put to the vote.
        method: how ballots are filled in and counted.
        options: in the order in which they are shown.
        rule: when it passes.
        visibility: `live` shows choices at once, `sealed` only after the close.
        change: whether a ballot may be replaced until the close.
        electorate: those present when the poll opens, or everyone on the roll.
        settings: what the method needs declared beforehand; absent where it needs nothing.
    """

    v: Literal[1]
    id: LocalId
    title: Text
    text: Text
    method: MethodName
    options: tuple[Option, ...]
    rule: Rule
    visibility: Literal["live", "sealed"]
    change: Literal["until_close", "none"]
    electorate: Literal["present", "roll"]
    settings: AnySettings | UnsetType = UNSET


_decoder = msgspec.json.Decoder(Question)


def encode_question(question: Question) -> bytes:
    """The canonical bytes of a question.

    Raises:
        QuestionError: it cannot be put to the vote as it stands.
    """
    _check(question)
    return msgspec.json.encode(question)


def decode_question(raw: bytes) -> Question:
    """Read a question strictly.

    Raises:
        QuestionError: unknown, missing, repeated or misplaced member, a value out of its range,
            bytes that are not canonical, or a question that cannot be put to the vote.
    """
    try:
        question = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise QuestionError(str(error)) from None
    if encode_question(question) != raw:
        raise QuestionError("the bytes are not the canonical encoding of what they say")
    return question


def parse_choice(question: Question, raw: bytes) -> Choice:
    """Read a choice from its exact JSON bytes: the one validator, at cast and at count.

    Raises:
        InvalidChoice: the bytes are not a valid choice in canonical form.
    """
    return METHODS[question.method].parse(question, raw)


def _check(question: Question) -> None:
    if not (question.title.zh.strip() or question.title.en.strip()):
        raise QuestionError("a question needs a title")
    if question.electorate == "roll" and question.rule.needs_presence:
        raise QuestionError("a rule about those present cannot decide a poll of the whole roll")
    if not {"open", "named"} & set(question.rule.secrecy):
        raise QuestionError("the rule asks for a secret ballot, and this question's ballots are named")
    if question.method not in METHODS:
        raise QuestionError(f"this version does not count by {question.method}")
    if question.method == "motion" and question.options != MOTION_OPTIONS:
        raise QuestionError("a motion has the options of a voting slip, in its words")
    if len({option.id for option in question.options}) != len(question.options):
        raise QuestionError("two options have the same id")
    METHODS[question.method].check(question)
