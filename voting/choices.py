"""How ballots of several options are written: the readers that methods share.

A choice is canonical JSON: `["a","c"]` for marks or a ranking, `{"a":3,"b":0}` for grades or points;
`[]` and `{}` are blank ballots (弃权).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from voting.methods.protocol import InvalidChoice

if TYPE_CHECKING:
    from voting.questions import Question

_list = msgspec.json.Decoder(list[str])
_numbers = msgspec.json.Decoder(dict[str, int])


def ids(question: Question) -> tuple[str, ...]:
    """The ids of a question's options, in order."""
    return tuple(option.id for option in question.options)


def read_marks(question: Question, raw: bytes, most: int) -> tuple[str, ...]:
    """Options that are marked, at most so many, in the order of the question.

    Raises:
        InvalidChoice: anything else.
    """
    marks = _options(question, raw)
    if list(marks) != [option for option in ids(question) if option in marks]:
        raise InvalidChoice("marks stand in the order of the options, each once")
    if len(marks) > most:
        raise InvalidChoice(f"{len(marks)} options are marked, at most {most} may be")
    return marks


def read_ranking(question: Question, raw: bytes) -> tuple[str, ...]:
    """Options in the voter's order, best first, as many as the voter likes; those left out are unranked.

    Raises:
        InvalidChoice: anything else.
    """
    ranking = _options(question, raw)
    if len(set(ranking)) != len(ranking):
        raise InvalidChoice("an option is ranked twice")
    return ranking


def read_numbers(question: Question, raw: bytes, low: int, high: int) -> dict[str, int]:
    """A number for some or all options, in the order of the question.

    Raises:
        InvalidChoice: anything else.
    """
    try:
        numbers = _numbers.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidChoice("not a number for each option") from None
    if msgspec.json.encode(numbers) != raw:
        raise InvalidChoice("not the one way to write this choice")
    if list(numbers) != [option for option in ids(question) if option in numbers]:
        raise InvalidChoice("only the question's options have numbers, in their order")
    if not all(low <= number <= high for number in numbers.values()):
        raise InvalidChoice(f"a number is not from {low} to {high}")
    return numbers


def _options(question: Question, raw: bytes) -> tuple[str, ...]:
    try:
        named: Sequence[str] = _list.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidChoice("not a list of options") from None
    if msgspec.json.encode(named) != raw:
        raise InvalidChoice("not the one way to write this choice")
    known = ids(question)
    if not all(one in known for one in named):
        raise InvalidChoice("an option that the question does not have")
    return tuple(named)
