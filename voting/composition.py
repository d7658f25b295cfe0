"""Who must be among the members (组成人员): checked on the roll, and again of those present.

The statutes say so of meetings of representatives, and practice of review panels.
Nothing here stops a meeting: it says what does not hold, and whoever makes the roll must see to it.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from msgspec import UnsetType

from voting.presets import preset
from voting.rules import Composition, Rule, Text


@dataclass(frozen=True, slots=True)
class Member:
    """One on the roll of a meeting.

    Attributes:
        representative: elected by residents or villagers, and not a member of the committee (委员会成员).
        woman: whether she is one; only needed where a rule counts women.
        present: whether there when it is checked.
    """

    representative: bool
    woman: bool = False
    present: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What one requirement found.

    Attributes:
        requirement: as the rule states it.
        count: how many there are.
        of: of how many, where it asks for a part.
        needed: the smallest number that would do.
        ok: whether there are enough.
        text: the same in words.
        law: the statute that asks for it; None where none does.
        article: the article in it, often not that of the rule's own numbers.
    """

    requirement: Composition
    count: int
    of: int | None
    needed: int
    ok: bool
    text: Text
    law: Text | None
    article: str | None


_BY_NAME: Mapping[str, tuple[Composition, ...]] = {
    "urban.reps": (Composition("representatives", "roll", fraction=(4, 5), of="members"),)
}
"""Of a rule that questions had frozen before a composition could be written down (its law, article 28)."""


_URBAN, _VILLAGE = ("urban.reps", "28"), ("village.reps", "29")
_ARTICLES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("urban.reps", "roll"): _URBAN,
    ("appraisal.grade.urban_reps", "roll"): _URBAN,
    ("village.reps", "roll"): _VILLAGE,
    ("village.reps.shandong", "roll"): _VILLAGE,
    ("appraisal.grade.village_reps", "roll"): _VILLAGE,
}
"""Preset and among whom → the preset whose statute says so, and the article; else it is the rule's own."""


def composition(rule: Rule, people: Collection[Member], among: str) -> tuple[Check, ...]:
    """Check all that a rule requires `among` those on the roll (`roll`), or those present (`present`)."""
    required = rule.composition
    if isinstance(required, UnsetType):
        required = _BY_NAME.get(rule.preset, ())
    basis, article = _ARTICLES.get((rule.preset, among), (None, rule.article))
    law = preset(basis).law if basis else rule.law
    return tuple(_check(one, people, law, article) for one in required if one.among == among)


def _check(required: Composition, people: Collection[Member], law: Text | None, article: str | None) -> Check:
    here = [one for one in people if required.among == "roll" or one.present]
    group = _group(required, here)
    count = len(group)
    if isinstance(required.fraction, UnsetType):
        needed, of = (required.number if isinstance(required.number, int) else 0), None
    else:
        base = here if required.of == "members" else _group(required, people)
        of = len(base)
        needed = math.ceil(Fraction(*required.fraction) * of)
    ok = count >= needed and of != 0  # a share of nothing is never enough
    said = _say(required, count, of, needed, ok=ok)
    return Check(required, count, of, needed, ok, said, law, article)


def _group(required: Composition, people: Iterable[Member]) -> list[Member]:
    return [
        one
        for one in people
        if required.group == "members"
        or (one.representative and (one.woman or required.group == "representatives"))
    ]


_GROUPS = {
    "members": ("组成人员", "members"),
    "representatives": ("代表", "representatives"),
    "women_representatives": ("妇女代表", "women representatives"),
}


def _say(required: Composition, count: int, of: int | None, needed: int, *, ok: bool) -> Text:
    zh, en = _GROUPS[required.group]
    here_zh, here_en = ("到会", " present") if required.among == "present" else ("", "")
    sign = "≥" if ok else "<"
    ends = ("符合要求", "as required") if ok else ("不符合要求", "not as required")
    if of is None or isinstance(required.fraction, UnsetType):
        return Text(
            zh=f"{here_zh}{zh} {count} 人 {sign} {needed} 人：{ends[0]}",
            en=f"{count} {en}{here_en} {sign} {needed}: {ends[1]}",
        )
    share = f"{required.fraction[0]}/{required.fraction[1]}"
    base_zh, base_en = (
        (f"{zh}总数", f"all {en}") if required.of == "group" else (f"{here_zh}组成人员", "members")
    )
    where = "" if required.of == "group" else here_en
    return Text(
        zh=f"{base_zh} {of} 人，{here_zh}{zh} {count} 人 {sign} {share}（{needed} 人）：{ends[0]}",
        en=f"{count} {en}{here_en} {sign} {share} of {of} {base_en}{where} ({needed}): {ends[1]}",
    )
