"""The papers of one contest, whatever file they came from."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from unicodedata import category

from voting.formats.errors import FormatError
from voting.rankings import Papers, Ranking, StrictPapers

Kind = Literal["rankings", "marks", "numbers"]
"""What a paper says: an order, a choice, or a number for each candidate (grades, points)."""
Marks = tuple[str, ...]
"""The ids that are marked, in the order of the candidates."""
Numbers = tuple[tuple[str, int], ...]
"""A number for some or all ids, in the order of the candidates."""
_Paper = TypeVar("_Paper", Ranking, Marks, Numbers)

MOST_CANDIDATES = 1_000
MOST_PAPERS = 1_000_000_000
HIGHEST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who or what can be chosen; ids are `1`, `2`, … in the order of the file."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Profile:
    """All papers of one contest, those that say the same put together.

    Attributes:
        candidates: in the order of the file, the withdrawn included.
        kind: which of the three mappings is used; the others are empty.
        rankings: papers that rank; a group of several is ranked equal, who is in none is unranked.
        marks: papers that mark.
        numbers: papers that give a number; who has none is left out.
        title: a line, or empty.
        seats: how many are to be chosen, where the file says so.
        withdrawn: ids that no paper names any more.
        empty: papers with nothing on them (空白票).
        invalid: papers that say something, but nothing that counts (废票).
    """

    candidates: tuple[Candidate, ...]
    kind: Kind = "rankings"
    rankings: Papers = field(default_factory=dict)
    marks: Mapping[Marks, int] = field(default_factory=dict)
    numbers: Mapping[Numbers, int] = field(default_factory=dict)
    title: str = ""
    seats: int | None = None
    withdrawn: tuple[str, ...] = ()
    empty: int = 0
    invalid: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """Those who can be chosen."""
        return tuple(one.id for one in self.candidates if one.id not in self.withdrawn)

    @property
    def names(self) -> dict[str, str]:
        """By id, the withdrawn included."""
        return {one.id: one.name for one in self.candidates}

    @property
    def valid(self) -> int:
        """How many papers say something that counts."""
        return sum(self.rankings.values()) + sum(self.marks.values()) + sum(self.numbers.values())

    @property
    def ties(self) -> bool:
        """Whether a paper ranks two equal."""
        return any(len(group) > 1 for ranking in self.rankings for group in ranking)

    def without(self, ids: Collection[str]) -> "Profile":
        """As if these candidates had withdrawn; those whom the profile does not have are no matter."""
        gone = [one.id for one in self.candidates if one.id in ids or one.id in self.withdrawn]
        box = Box(self.candidates, gone)
        for ranking, count in self.rankings.items():
            box.rank(ranking, count)
        for marks, count in self.marks.items():
            box.mark(marks, count)
        for numbers, count in self.numbers.items():
            box.number(dict(numbers), count)
        box.empty += self.empty
        box.invalid += self.invalid
        return box.profile(self.kind, self.title, self.seats)

    def as_rankings(self) -> Papers:
        """Every paper as a ranking: the higher number above the lower, the marked all equal."""
        if self.kind == "rankings":
            return self.rankings
        if self.kind == "marks":
            return _pile(((marks,), count) for marks, count in self.marks.items())
        return _pile((_by_number(paper), count) for paper, count in self.numbers.items())

    def as_strict(self) -> StrictPapers:
        """Every paper as a ranking without equals.

        Raises:
            FormatError: a paper ranks two equal.
        """
        strict: Counter[tuple[str, ...]] = Counter()
        for ranking, count in self.as_rankings().items():
            if any(len(group) != 1 for group in ranking):
                raise FormatError("equal", found="=".join(next(g for g in ranking if len(g) != 1)))
            strict[tuple(group[0] for group in ranking)] += count
        return strict

    def as_marks(self) -> Mapping[Marks, int]:
        """Every paper as marks; a ranking only where it has a single group.

        Raises:
            FormatError: a paper says more than marks can.
        """
        if self.kind == "marks":
            return self.marks
        if self.kind == "rankings" and all(len(ranking) == 1 for ranking in self.rankings):
            return {ranking[0]: count for ranking, count in self.rankings.items()}
        raise FormatError("kind", expected="marks (勾选)")

    def as_numbers(self) -> Mapping[Numbers, int]:
        """Every paper as numbers.

        Raises:
            FormatError: the papers have none.
        """
        if self.kind != "numbers":
            raise FormatError("kind", expected="grades or points (等级、分数)")
        return self.numbers


class Box:
    """Papers as they are read, one kind in a box."""

    def __init__(self, candidates: tuple[Candidate, ...], withdrawn: Iterable[str] = ()) -> None:
        self.candidates = candidates
        self.withdrawn = tuple(withdrawn)
        self.empty = 0
        self.invalid = 0
        self._rankings: Counter[Ranking] = Counter()
        self._marks: Counter[Marks] = Counter()
        self._numbers: Counter[Numbers] = Counter()
        self._place = {one.id: place for place, one in enumerate(candidates)}
        self._papers = 0

    def rank(self, groups: Iterable[Iterable[str]], count: int = 1, line: int | None = None) -> None:
        """A paper that ranks; who has withdrawn is passed over."""
        named = [list(group) for group in groups]
        kept = tuple(ordered for group in named if (ordered := self._order(group)))
        self._put(self._rankings, kept, count, line, said=any(named))

    def mark(self, marks: Iterable[str], count: int = 1, line: int | None = None) -> None:
        """A paper that marks."""
        named = list(marks)
        self._put(self._marks, self._order(named), count, line, said=bool(named))

    def number(self, numbers: Mapping[str, int], count: int = 1, line: int | None = None) -> None:
        """A paper that gives numbers."""
        kept = tuple((one, numbers[one]) for one in self._order(numbers))
        self._put(self._numbers, kept, count, line, said=bool(numbers))

    def spoil(self, count: int = 1, line: int | None = None) -> None:
        """A paper that says nothing that counts."""
        self._limit(count, line)
        self.invalid += count

    def profile(self, kind: Kind = "rankings", title: str = "", seats: int | None = None) -> Profile:
        """All of them."""
        return Profile(
            self.candidates, kind, dict(self._rankings), dict(self._marks), dict(self._numbers),
            title, seats, self.withdrawn, self.empty, self.invalid,
        )  # fmt: skip

    def _order(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted((one for one in ids if one not in self.withdrawn), key=self._place.__getitem__))

    def _put(self, pile: Counter[_Paper], paper: _Paper, count: int, line: int | None, *, said: bool) -> None:
        self._limit(count, line)
        if paper:
            pile[paper] += count
        elif said:
            self.invalid += count
        else:
            self.empty += count

    def _limit(self, count: int, line: int | None) -> None:
        self._papers += count
        if self._papers > MOST_PAPERS:
            raise FormatError("large", line, most=MOST_PAPERS)


def candidates(names: Iterable[str], line: int | None = None) -> tuple[Candidate, ...]:
    """Number the candidates; a name is one line of printable text.

    Raises:
        FormatError: there are none, or too many.
    """
    found = tuple(Candidate(str(place), clean(name)) for place, name in enumerate(names, 1))
    if not found:
        raise FormatError("header", line, missing="candidates (候选人)")
    if len(found) > MOST_CANDIDATES:
        raise FormatError("large", line, most=MOST_CANDIDATES)
    return found


def clean(text: str) -> str:
    """One line without control characters and what XML has no place for, single blanks within."""
    return " ".join("".join(" " if _unprintable(one) else one for one in text).split())


def _unprintable(one: str) -> bool:
    return category(one) in ("Cc", "Cs") or one in "\ufffe\uffff"


def _by_number(paper: Numbers) -> Ranking:
    heights = sorted({number for _, number in paper}, reverse=True)
    return tuple(tuple(one for one, number in paper if number == height) for height in heights)


def _pile(papers: Iterable[tuple[Ranking, int]]) -> Papers:
    pile: Counter[Ranking] = Counter()
    for ranking, count in papers:
        pile[ranking] += count
    return pile
