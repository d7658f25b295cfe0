"""A community's own rule (议事规则): a preset with other numbers, its clause, and the strict rule kept.

The numbers of the law stay in the rule, so that the strict result is always computed beside the other one.
Whether a community may depart from the law at all is not for a program to say: it shows both.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from voting.rules import Own, Requirement, Rule, Text


class Threshold(NamedTuple):
    """A number that rules of procedure set instead of the preset's, and how it is said."""

    comparison: Literal["gt", "ge"]
    fraction: tuple[int, int]
    words: Text


THRESHOLDS: Mapping[str, Threshold] = {
    "gt_1_2": Threshold("gt", (1, 2), Text(zh="过半数", en="more than half")),
    "ge_2_3": Threshold("ge", (2, 3), Text(zh="三分之二以上", en="at least two thirds")),
    "gt_2_3": Threshold("gt", (2, 3), Text(zh="超过三分之二", en="more than two thirds")),
    "ge_3_4": Threshold("ge", (3, 4), Text(zh="四分之三以上", en="at least three quarters")),
    "ge_4_5": Threshold("ge", (4, 5), Text(zh="五分之四以上", en="at least four fifths")),
    "ge_1_1": Threshold("ge", (1, 1), Text(zh="全部", en="all")),
}
"""What rules of procedure usually say, the least strict first."""


class OwnRuleError(ValueError):
    """No rule can be derived like this; the message says why."""


def derive(
    preset: Rule,
    *,
    clause: Text,
    text: Text,
    quorum: tuple[Requirement, ...] | None = None,
    majority: tuple[Requirement, ...] | None = None,
    silence: bool = False,
) -> Rule:
    """Derive a community's own rule from a preset.

    Args:
        preset: as shipped; its id, law and article stay named.
        clause: number and wording of the clause of the rules of procedure.
        text: the own rule in a sentence for people.
        quorum: what is required instead; None keeps the preset's.
        majority: what is required instead; None keeps the preset's.
        silence: whether those who give no answer are counted with the majority (从众); off unless the clause
            says so. Only those to whom delivery is proven are counted.

    Raises:
        OwnRuleError: the clause or the sentence is missing, nothing is different, the preset is itself
            derived, or the law keeps it on paper.
    """
    if not isinstance(preset.own, UnsetType):
        raise OwnRuleError("an own rule is derived from a preset, not from another own rule")
    if preset.paper is True:
        raise OwnRuleError("the law keeps this vote on paper, and no own rule changes that")
    if not (clause.zh.strip() or clause.en.strip()) or not (text.zh.strip() or text.en.strip()):
        raise OwnRuleError("an own rule needs the clause that it stands in, and a sentence for people")
    own = Own(clause, preset.quorum, preset.majority, silence)
    derived = msgspec.structs.replace(
        preset,
        text=text,
        quorum=preset.quorum if quorum is None else quorum,
        majority=preset.majority if majority is None else majority,
        own=own,
    )
    if (derived.quorum, derived.majority) == (preset.quorum, preset.majority) and not silence:
        raise OwnRuleError("an own rule differs from the preset in something")
    return derived


def amend(preset: Rule, clause: Text, quorum: str | None, majority: str | None) -> Rule:
    """Derive a rule in which other thresholds take the place of the preset's, of the same counts and bases.

    Args:
        preset: as shipped.
        clause: number and wording of the clause.
        quorum: which of `THRESHOLDS` the quorum's is; None keeps the preset's.
        majority: the same of the majority.

    Raises:
        KeyError: no such threshold.
        OwnRuleError: as `derive`.
    """
    parts = [("法定人数", "the quorum", quorum), ("通过", "passing", majority)]
    zh = "，".join(f"{name}的要求为{THRESHOLDS[key].words.zh}" for name, _, key in parts if key)
    en = " and ".join(f"{name} takes {THRESHOLDS[key].words.en}" for _, name, key in parts if key)
    text = Text(
        zh=f"按本社区议事规则（{clause.zh or clause.en}），{zh}；按什么人数计算不变。"
        f"原来的规定：{preset.text.zh}",
        en=f"By the community's own rules of procedure ({clause.en or clause.zh}), {en}, of the same people "
        f"as before. The rule without them: {preset.text.en}",
    )
    return derive(
        preset,
        clause=clause,
        text=text,
        quorum=at(preset.quorum, quorum) if quorum else None,
        majority=at(preset.majority, majority) if majority else None,
    )


def at(required: tuple[Requirement, ...], threshold: str) -> tuple[Requirement, ...]:
    """The same requirements with one of `THRESHOLDS` each. Raises KeyError for another name."""
    found = THRESHOLDS[threshold]
    return tuple(
        msgspec.structs.replace(one, comparison=found.comparison, fraction=found.fraction) for one in required
    )


def is_stricter(own: tuple[Requirement, ...], law: tuple[Requirement, ...]) -> bool:
    """Whether each of one's own requirements asks for more than the law's in its place."""

    def asks(one: Requirement) -> tuple[Fraction, bool]:
        return Fraction(*one.fraction), one.comparison == "gt"

    return all(asks(ours) > asks(theirs) for ours, theirs in zip(own, law, strict=True))


def strict(rule: Rule) -> Rule | None:
    """The rule with the preset's own numbers, and without counting silence; None where it has no others."""
    own = rule.own
    if isinstance(own, UnsetType):
        return None
    return msgspec.structs.replace(rule, quorum=own.quorum, majority=own.majority, own=UNSET)
