"""Two appraisals failed in a row (连续两次被评议不称职): a warning, and never more than that.

Urban committees' law, article 37; villages' law, article 38: who fails twice running loses the office.
That it is so is for the supervisors and the meeting to find: this only tells them to look.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from voting.rules import Text


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One earlier result of one person.

    Attributes:
        day: when it was announced.
        term: in which term of office (任期).
        passed: whether the verdict was better than the lowest grade; None where there was none.
    """

    day: dt.date
    term: str
    passed: bool | None


def failures_in_a_row(results: Iterable[Appraisal], term: str) -> int:
    """How many of a person's last appraisals in a term were failed, without a break.

    An appraisal that found no verdict was none: it neither counts nor breaks the row.
    """
    row = 0
    for one in sorted(results, key=lambda one: one.day):
        if one.term == term and one.passed is not None:
            row = 0 if one.passed else row + 1
    return row


def warning(name: Text, results: Iterable[Appraisal], term: str) -> Text | None:
    """A sentence for the supervisors where somebody has failed at least twice running; else None."""
    row = failures_in_a_row(results, term)
    if row < 2:
        return None
    return Text(
        zh=f"{name.zh or name.en}在本届任期内已连续 {row} 次被评议为不称职。依法其职务终止。"
        "请居务（村务）监督委员会核实后办理；系统不会自动处理。",
        en=f"{name.en or name.zh} has failed {row} appraisals in a row in this term; by law the office ends. "
        "The supervisors should check this and act on it: nothing is done automatically.",
    )
