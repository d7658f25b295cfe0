"""A community's own rule (议事规则): a preset with other numbers, its clause, and the strict rule kept.

The numbers of the law stay in the rule, so that the strict result is always computed beside the other one.
Whether a community may depart from the law at all is not for a program to say: it shows both.
"""

import msgspec
from msgspec import UNSET, UnsetType

from voting.rules import Own, Requirement, Rule, Text


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


def strict(rule: Rule) -> Rule | None:
    """The rule with the preset's own numbers, and without counting silence; None where it has no others."""
    own = rule.own
    if isinstance(own, UnsetType):
        return None
    return msgspec.structs.replace(rule, quorum=own.quorum, majority=own.majority, own=UNSET)
