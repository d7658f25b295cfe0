"""The content of a result, as it is published: `results/POLL.json` (docs/spec.md, section 13).

Members that only some questions need may be absent, so that the bytes of all others stay as they are.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from voting.methods import AnySteps
from voting.rules import Comparison, Text

Outcome = Literal[
    "passed", "rejected", "no_quorum", "void", "unverified", "unopened",
    "decided", "vacant", "tied", "counted",
]  # fmt: skip
"""`passed` and `rejected` of a question that is answered by yes or no; `decided` where options were chosen,
`unopened` where a secret poll has so few ballots that nobody may open them,
`vacant` where seats were not filled, `tied` where a lot must be drawn; `counted` where nobody decides."""


class Amount(Struct, frozen=True, forbid_unknown_fields=True):
    """Heads and area, apart; `area` is a decimal string in m², there only if the rule measures it."""

    heads: int
    area: str | UnsetType = UNSET


class QuestionRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which question was answered."""

    id: str
    title: Text


class RuleRef(Struct, frozen=True, forbid_unknown_fields=True):
    """By which rule it was decided; `own` is the clause of the community's own rules, where it is theirs."""

    preset: str
    law: Text | None
    article: str | None
    text: Text
    own: Text | UnsetType = UNSET


class OptionTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """What one option received."""

    id: str
    text: Text
    total: Amount


class Statutory(Struct, frozen=True, forbid_unknown_fields=True):
    """What the preset's own numbers say, beside a result by a community's own rule: the strict result."""

    decision: Outcome
    comparisons: tuple[Comparison, ...]
    chosen: tuple[str, ...] | UnsetType = UNSET


class Silence(Struct, frozen=True, forbid_unknown_fields=True):
    """How those who gave no answer were counted with the majority (从众).

    Attributes:
        option: with which option; null where none was ahead by every measure, and nobody was counted.
        counted: ids of those who were counted; of each it is proven that the papers were delivered.
        total: what they weigh together.
    """

    option: str | None
    counted: tuple[str, ...]
    total: Amount


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """What one option received from one constituency."""

    id: str
    total: Amount


class UnitGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """One constituency, or several small ones put together: valid ballots, and what each option received."""

    units: tuple[str, ...]
    ballots: int
    options: tuple[Part, ...]


class Units(Struct, frozen=True, forbid_unknown_fields=True):
    """The vote by constituency; `merged` are shown only with others, all of them if it is `withheld`."""

    groups: tuple[UnitGroup, ...]
    merged: tuple[str, ...]
    withheld: bool


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `results/POLL.json`.

    Attributes:
        roll: everyone eligible (应到).
        present: those present when the poll opened (实到), or None in a poll without a meeting.
        issued: ballots handed out (发出), or None where ballots are not handed out.
        returned: ballots that came back (收回), opened or not.
        cast: the ballots that could be opened: `valid` + `invalid`.
        unopened: ballots without their opening; if there are any, nothing is decided.
        abstain: abstentions, which are blank ballots or an option of their own; they are valid ballots.
        comparisons: every test made. While ballots are unopened, only those about presence.
        reason: why the result is void or unverified, or that no agreement was reached.
        chosen: ids of the options that are chosen, in order; like those below only where a method chooses.
        tied: ids of those among whom a lot must decide.
        vacant: seats that nobody has reached.
        lot: all options in the order of the lot that was drawn, if one was.
        steps: the count line by line, in the method's own terms.
        statutory: what the law's own numbers say, where the community's own rule decided.
        silence: how silence was counted, where the community's own rule counts it.
        units: the vote by constituency, where the question asks for it and something was decided.
        archive: of a secret poll that was opened, the SHA-256 in hex of the archive that proves its totals.
    """

    v: Literal[1]
    poll: str
    question: QuestionRef
    method: str
    rule: RuleRef
    roll: Amount
    present: Amount | None
    issued: int | None
    returned: int
    cast: Amount
    valid: Amount
    invalid: Amount
    abstain: Amount
    unopened: int
    options: tuple[OptionTotal, ...]
    comparisons: tuple[Comparison, ...]
    decision: Outcome
    reason: Text | None
    chosen: tuple[str, ...] | UnsetType = UNSET
    tied: tuple[str, ...] | UnsetType = UNSET
    vacant: int | UnsetType = UNSET
    lot: tuple[str, ...] | UnsetType = UNSET
    steps: AnySteps | UnsetType = UNSET
    statutory: Statutory | UnsetType = UNSET
    silence: Silence | UnsetType = UNSET
    units: Units | UnsetType = UNSET
    archive: str | UnsetType = UNSET


def encode_result(result: Result) -> bytes:
    """The exact bytes of `results/POLL.json`."""
    return msgspec.json.encode(result)
