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
    "AGREEMENT_OPTIONS",
    "FIXED_OPTIONS",
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
    "refusal",
]

MethodName = Literal[
    "motion", "agreement", "positions", "approval", "plurality", "grading", "score", "majority_judgment",
    "borda", "schulze", "ranked_pairs", "irv", "stv", "meek",
]  # fmt: skip
RANKED: frozenset[MethodName] = frozenset(("borda", "schulze", "ranked_pairs", "irv", "stv", "meek"))
"""Methods that need every ballot by itself, so they cannot count a secret poll, which is opened as sums."""
MOST_LINES = 11
"""Points to choose from on a secret ballot, at most."""
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
AGREEMENT_OPTIONS = (
    Option("for", Text(zh="签字同意", en="Signs")),
    Option("against", Text(zh="不同意", en="Does not sign")),
)
"""The options of an agreement at a coordination meeting (协调会)."""
FIXED_OPTIONS = {"motion": MOTION_OPTIONS, "agreement": AGREEMENT_OPTIONS}
"""Methods whose options are always the same."""


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
        visibility: `live` shows choices at once, `sealed` only after the close, `secret` never.
        change: whether a ballot may be replaced until the close.
        electorate: those present when the poll opens, or everyone on the roll.
        settings: what the method needs declared beforehand; absent where it needs nothing.
        breakdown: whether the result is shown by constituency (`unit` of the roll) as well.
    """

    v: Literal[1]
    id: LocalId
    title: Text
    text: Text
    method: MethodName
    options: tuple[Option, ...]
    rule: Rule
    visibility: Literal["live", "sealed", "secret"]
    change: Literal["until_close", "none"]
    electorate: Literal["present", "roll"]
    settings: AnySettings | UnsetType = UNSET
    breakdown: Literal["unit"] | UnsetType = UNSET


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


def refusal(rule: Rule, *, secret: bool = False) -> Text | None:
    """Why this service cannot hold a vote under a rule, by named or by secret ballots; None where it can."""
    if rule.paper is True:
        return Text(
            zh="法律要求用纸质选票无记名投票，并设立秘密写票处，因此不能在本系统表决。请按法定程序现场投票，结果可以另行记入会议记录。",
            en="The law keeps this vote on paper, secret and in a booth, so it cannot be held here. "
            "Please vote in person as the law says; its result can be entered in the minutes.",
        )
    if secret and "secret" not in rule.secrecy:
        return Text(
            zh="这些规则在本系统只用于公开或者记名表决，不用于无记名投票。",
            en="Under these rules only open or named votes are held here, no secret ones.",
        )
    if not secret and not {"open", "named"} & set(rule.secrecy):
        return Text(
            zh="这项规则要求无记名投票，请选择无记名投票。",
            en="This rule asks for a secret ballot: please choose one.",
        )
    return None


def _check(question: Question) -> None:
    rule, method, settings = question.rule, question.method, question.settings
    if not (question.title.zh.strip() or question.title.en.strip()):
        raise QuestionError("a question needs a title")
    if question.electorate == "roll" and rule.needs_presence:
        raise QuestionError("a rule about those present cannot decide a poll of the whole roll")
    secret = question.visibility == "secret"
    if why := refusal(rule, secret=secret):
        raise QuestionError(why.en)
    if method not in METHODS:
        raise QuestionError(f"this version does not count by {method}")
    if method in FIXED_OPTIONS and question.options != FIXED_OPTIONS[method]:
        raise QuestionError(f"the question has the options of the slip, in its words: {method}")
    if not isinstance(settings, UnsetType) and settings.__struct_config__.tag != method:
        raise QuestionError(f"{method} takes its own settings or none")
    own = None if isinstance(rule.own, UnsetType) else rule.own
    turnout = (*rule.quorum, *(own.quorum if own else ()))
    if METHODS[method].DECIDER != "rule" and any(test.count == "for" for test in turnout):
        raise QuestionError("a quorum of those in favour needs a question that is answered by yes or no")
    silence = own is not None and own.silence
    if silence and (method != "motion" or question.electorate != "roll"):
        raise QuestionError("silence is counted in a motion that the whole roll is asked")
    if len({option.id for option in question.options}) != len(question.options):
        raise QuestionError("two options have the same id")
    METHODS[method].check(question)
    if secret:
        _check_secret(question)


def _check_secret(question: Question) -> None:
    """A secret poll is opened as sums of ballots that weigh alike, and each of them is final."""
    if question.method in RANKED:
        raise QuestionError("a secret poll is opened as sums, and a ranking cannot be counted from sums")
    if question.method == "agreement":
        raise QuestionError("an agreement is signed, and nobody signs in secret")
    if question.change != "none":
        raise QuestionError("a secret ballot is final")
    if question.rule.measures != ("heads",):
        raise QuestionError("in a secret poll every ballot weighs the same, so areas are not counted")
    if question.breakdown is not UNSET:
        raise QuestionError("a secret poll is opened as a whole, so it has no breakdown")
    low, high = getattr(question.settings, "low", 0), getattr(question.settings, "high", 0)
    if high - low >= MOST_LINES:
        raise QuestionError(f"a secret ballot has at most {MOST_LINES} points to choose from")
