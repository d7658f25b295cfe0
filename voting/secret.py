"""What a secret ballot asks, sheet by sheet, and what follows from nothing but its totals.

A secret poll is opened as sums: how many ballots mark each line of each sheet, never which ballots.
That is enough for every method that looks at each option by itself, and for no other:
rankings would need the ballots one by one.

A ballot fills in every sheet with a 0 or a 1 for each line; where a sheet may be left blank
its first number says so (the `choice` of a homomorphic question of the Belenios protocol).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from voting.forms import Form, Marks, Numbers, One, form
from voting.questions import Question, parse_choice
from voting.rules import Text

LEAST = 5
"""So many ballots at least, or none of them is ever opened: fewer would tell who voted what."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a ballot: its lines, and how many of them are marked.

    Attributes:
        title: what it is about; None where the ballot has this one sheet.
        lines: what can be marked, in order.
        least: marks at least, unless it is blank.
        most: marks at most.
        blank: whether it may be handed in blank, as a choice of its own.
    """

    title: Text | None
    lines: tuple[Text, ...]
    least: int
    most: int
    blank: bool


class TotalsError(ValueError):
    """These totals do not come from that many valid ballots."""


def sheets(question: Question) -> tuple[Sheet, ...]:
    """The sheets of a ballot on a question.

    One option: one sheet with exactly one mark. Marks: one sheet, or blank.
    Numbers: for each option a sheet with a line for each number, of which one is marked or none.

    Raises:
        ValueError: the question is answered by a ranking.
    """
    texts = tuple(option.text for option in question.options)
    match form(question):
        case One():
            return (Sheet(None, texts, 1, 1, blank=False),)
        case Marks(most=most):
            return (Sheet(None, texts, 1, most, blank=True),)
        case Numbers(low=low, high=high, words=words):
            lines = (
                words
                if isinstance(words, tuple)
                else tuple(Text(zh=str(number), en=str(number)) for number in range(low, high + 1))
            )
            return tuple(Sheet(text, lines, 0, 1, blank=False) for text in texts)
        case _:
            raise ValueError("a ranking cannot be counted from totals")


def fill(question: Question, raw: bytes) -> tuple[tuple[int, ...], ...]:
    """The sheets of one ballot as zeros and ones, from the exact JSON bytes of its choice.

    Raises:
        InvalidChoice: the bytes are no valid choice.
        ValueError: the question is answered by a ranking.
    """
    return marked(form(question), _ids(question), parse_choice(question, raw))


def marked(asked: Form, options: Sequence[str], choice: object) -> tuple[tuple[int, ...], ...]:
    """The same of a valid choice, where the question is known by its form and its options' ids alone."""
    match asked, choice:
        case One(), str():
            return (tuple(int(name == choice) for name in options),)
        case Marks(), list() | tuple():
            return ((int(not choice), *(int(name in choice) for name in options)),)
        case Numbers(low=low, high=high), dict():
            return tuple(
                tuple(int(choice.get(name) == number) for number in range(low, high + 1)) for name in options
            )
        case _:
            raise ValueError("a ranking cannot be counted from totals")


def ballots(question: Question, totals: Sequence[Sequence[int]], number: int) -> list[bytes]:
    """So many choices that have exactly these totals: as good for the count as those that were cast.

    The marks are dealt out to the ballots in turn, line by line, so a ballot comes out blank only
    where every way of dealing would leave one blank.

    Args:
        question: whose method looks at each option by itself.
        totals: of each sheet, of each line (the blank line first where there is one).
        number: of ballots.

    Raises:
        TotalsError: no valid ballots can have these totals.
    """
    shape = sheets(question)
    if [len(sums) for sums in totals] != [len(s.lines) + s.blank for s in shape]:
        raise TotalsError("the totals have another shape than the question")
    if any(not 0 <= one <= number for sums in totals for one in sums):
        raise TotalsError("a line has more marks than there are ballots")
    blank = totals[0][0] if shape[0].blank else 0
    filled = number - blank
    for sheet, sums in zip(shape, totals, strict=True):
        marks = sum(sums[int(sheet.blank) :])
        if not sheet.least * filled <= marks <= sheet.most * filled:
            raise TotalsError("there are too many or too few marks on a sheet")
        if any(one > filled for one in sums[int(sheet.blank) :]):
            raise TotalsError("a line has more marks than ballots that are not blank")
    dealt = [list[tuple[int, int]]() for _ in range(filled)]
    turn = 0
    for at, (sheet, sums) in enumerate(zip(shape, totals, strict=True)):
        for line, marks in enumerate(sums[int(sheet.blank) :]):
            for _ in range(marks):
                dealt[turn % filled].append((at, line))
                turn += 1
    return [*_choices(question, dealt), *[msgspec.json.encode(())] * blank]


def _choices(question: Question, dealt: Sequence[Sequence[tuple[int, int]]]) -> Iterator[bytes]:
    """The exact bytes of choices with these marks: (sheet, line), in order."""
    names = _ids(question)
    for marks in dealt:
        match form(question):
            case One():
                yield msgspec.json.encode(names[marks[0][1]])
            case Marks():
                yield msgspec.json.encode([names[line] for line in sorted(line for _, line in marks)])
            case Numbers(low=low):
                yield msgspec.json.encode({names[at]: low + line for at, line in marks})
            case _:
                raise ValueError("a ranking cannot be counted from totals")


def _ids(question: Question) -> tuple[str, ...]:
    return tuple(option.id for option in question.options)
