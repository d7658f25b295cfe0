"""Comparisons in words: what a requirement found, so that whoever lost can follow it with a pencil.

Results contain these sentences, so every letter of them is fixed by docs/spec.md, section 13.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voting.rules import Requirement, Unit


_OPERATORS = {"gt": (">", "≤"), "ge": ("≥", "<")}
_VULGAR = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}

_Words = Mapping[str, tuple[str, str]]
_MEETING: _Words = {
    "eligible": ("应到", "eligible"),
    "present": ("实到", "present"),
    "cast": ("收回票", "ballots cast"),
    "valid": ("有效票", "valid ballots"),
    "for": ("同意", "for"),
    "quorum": ("法定人数", "quorum"),
}
_HOUSEHOLDS: _Words = {
    "eligible": ("总户数", "households"),
    "present": ("到会户数", "households present"),
    "cast": ("参加表决户数", "households voting"),
    "valid": ("有效票户数", "households with a valid ballot"),
    "for": ("同意户数", "households for"),
    "quorum": ("规定户数", "required turnout"),
}
_OWNERS: _Words = {
    "eligible": ("业主总人数", "owners"),
    "present": ("到会人数", "owners present"),
    "cast": ("收回票人数", "owners with a ballot cast"),
    "valid": ("参与表决人数", "owners taking part"),
    "for": ("同意人数", "owners for"),
    "quorum": ("法定人数比例", "required share of owners"),
}
AREA: _Words = {
    "eligible": ("专有部分总面积", "in all"),
    "present": ("到会面积", "present"),
    "cast": ("收回票面积", "with a ballot cast"),
    "valid": ("参与表决面积", "taking part"),
    "for": ("同意面积", "for"),
    "quorum": ("法定面积比例", "required share of the area"),
}
WORDS: Mapping[str, _Words] = {
    "members": _MEETING,
    "residents_or_households": _MEETING,
    "households": _HOUSEHOLDS,
    "owners": _OWNERS,
}
_VOTES = {"heads": ("得票", "votes"), "area": ("得票面积", "of votes")}


def amount(measure: str, value: int) -> int | str:
    """Write a value for people's programs: heads as an integer, area in m² as a decimal string."""
    return f"{value // 100}.{value % 100:02d}" if measure == "area" else value


def holds(test: Requirement, value: int, of: int) -> bool:
    """Whether a value is more than, or at least, the fraction of a base: in whole numbers."""
    numerator, denominator = test.fraction
    left, right = value * denominator, of * numerator
    return left > right if test.comparison == "gt" else left >= right


def _operator(test: Requirement, value: int, of: int) -> str:
    return _OPERATORS[test.comparison][0 if holds(test, value, of) else 1]


def expression(test: Requirement, value: int, of: int) -> str:
    """`41 ≥ 2/3 of 61 (40 2/3)`."""
    share, limit = f"{test.fraction[0]}/{test.fraction[1]}", _limit(test, of)
    left, right = amount(test.measure, value), amount(test.measure, of)
    return f"{left} {_operator(test, value, of)} {share} of {right} ({limit})"


def sentence(
    unit: Unit, kind: str, test: Requirement, value: int, of: int, *, ok: bool, of_option: bool
) -> tuple[str, str]:
    """`应到 61，实到 41 ≥ 2/3（40⅔）：达到法定人数`, and the same in English.

    Args:
        unit: whom heads count; it chooses the words.
        kind: `quorum` or `majority`.
        test: the requirement.
        value: its count.
        of: its base.
        ok: whether it holds, and not only of nothing.
        of_option: whether `for` is what one of several options received (得票).
    """
    words = AREA if test.measure == "area" else WORDS[unit]
    count, base = words[test.count], words[test.base]
    if of_option and test.count == "for":
        count = _VOTES[test.measure]
    zh, en = words["quorum"] if kind == "quorum" else ("通过要求", "majority")
    left, right = _read(test.measure, value), _read(test.measure, of)
    share = f"{test.fraction[0]}/{test.fraction[1]}"
    operator, limit = _operator(test, value, of), _typeset(_limit(test, of))
    zh, en = ("达到" + zh, en + " reached") if ok else ("未达到" + zh, en + " not reached")
    if not ok and holds(test, value, of):  # 0 ≥ 2/3 of 0
        zh, en = "基数为零，" + zh, "a share of nothing is not enough, " + en
    return (
        f"{base[0]} {right}，{count[0]} {left} {operator} {share}（{limit}）：{zh}",
        f"{left} {count[1]} {operator} {share} of {right} {base[1]} ({limit}): {en}",
    )


def _read(measure: str, value: int) -> str:
    return f"{value // 100:,}.{value % 100:02d} m²" if measure == "area" else f"{value:,}"


def _limit(test: Requirement, of: int) -> str:
    """The threshold, heads as a mixed number, area as a decimal that says so if it never ends."""
    share = Fraction(*test.fraction) * of
    if test.measure == "heads":
        whole, rest = divmod(share.numerator, share.denominator)
        part = f"{rest}/{share.denominator}" if rest else ""
        return f"{whole} {part}".rstrip() if whole or not rest else part
    exact = next((places for places in range(2, 6) if (share * 10**places / 100).denominator == 1), None)
    places = 3 if exact is None else exact
    whole, rest = divmod(math.floor(share * 10**places / 100), 10**places)
    return f"{whole}.{rest:0{places}d}" + ("…" if exact is None else "")


def _typeset(limit: str) -> str:
    """`40 2/3` as `40⅔`, `66666.666…` as `66,666.666…`."""
    number, _, part = limit.rpartition(" ") if "/" in limit else (limit, "", "")
    whole, point, decimals = number.partition(".")
    grouped = f"{int(whole):,}" if whole else ""
    sign = _VULGAR.get(part, f" {part}" if grouped and part else part)
    return grouped + point + decimals + sign
