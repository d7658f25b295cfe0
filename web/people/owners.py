"""Several rows that are one person: an owner's flats; and several persons of one household.

The same buyer's flats count as one head, with their areas added up (最高人民法院《关于审理建筑物区分
所有权纠纷案件适用法律若干问题的解释》 9). So rows that share a name and a number in the column
"household or owner" become one entry.

Other names under one number are residents of one household, of whom one votes in a decision by
households: whoever the column "roles" calls 户代表; then those of whom it says nothing are observers.
Under a number that the title calls an owner's, another name contradicts it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from web.people.columns import Header, Said
from web.people.problems import Problem, problem
from web.people.register import Entry, Flat, Role

_MUST_AGREE = ("sex", "capacity", "contact", "roles")
"""What the rows of one owner may say once or several times, but not differently."""


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the file says of one person.

    Attributes:
        lines: in the file, from 1; several where somebody owns several flats.
        entry: what they say together; of a wrong row what could be read.
        problems: why it is wrong.
    """

    lines: tuple[int, ...]
    entry: Entry
    problems: tuple[Problem, ...] = ()


def merge(header: Header, rows: Iterable[Said]) -> list[Whole]:
    """One entry for each person, in the order of their first rows; a wrong row stays for itself."""
    owners: dict[tuple[str, str], list[Said]] = {}
    first: dict[str, Said] = {}
    found: list[list[Said] | Whole] = []
    for row in rows:
        number, key = row.entry.household, (row.entry.household, row.entry.name)
        others = owners.get(key, [])
        wrong = row.problems
        if number and not wrong:
            wrong = _contradictions(header, row, others, first.setdefault(number, row))
        if wrong:
            found.append(Whole((row.line,), row.entry, wrong))
        elif others:
            others.append(row)
        else:
            found.append(alone := [row])
            if number:
                owners[key] = alone
    headed = {row.entry.household for rows in owners.values() for row in rows if row.heads}
    return [one if isinstance(one, Whole) else _whole(one, headed) for one in found]


def shared(entries: Iterable[Entry]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Households of which several would vote, by their number, with the names."""
    voters: dict[str, list[str]] = {}
    for entry in entries:
        if entry.household and "representative" in entry.roles:
            voters.setdefault(entry.household, []).append(entry.name)
    return tuple((number, tuple(names)) for number, names in voters.items() if len(names) > 1)


def with_flats(entry: E, flats: Iterable[Flat]) -> E:
    """The entry with these flats: their areas added up, unknown while one is; the first is its place."""
    kept = tuple(sorted(flats, key=lambda flat: flat.sort_key))
    areas = [flat.area for flat in kept]
    total = None if None in areas else sum(area for area in areas if area is not None)
    grid, building, unit = kept[0].place
    several = kept if len(kept) > 1 else ()
    return replace(entry, grid=grid, building=building, unit=unit, area=total, flats=several)


def with_known_areas(entry: Entry, kept: Entry) -> Entry:
    """An entry from a file without areas, with those that the register has of the same flats."""
    known: Mapping[tuple[str, str, str], int | None] = {flat.place: flat.area for flat in kept.homes}
    if len(entry.homes) == len(kept.homes) == 1:
        return replace(entry, area=kept.area)
    return with_flats(entry, (flat._replace(area=known.get(flat.place)) for flat in entry.homes))


def _contradictions(header: Header, row: Said, others: list[Said], first: Said) -> tuple[Problem, ...]:
    entry = row.entry
    if header.owners and first.entry.name != entry.name:
        owner = first.entry.name
        return (problem("other-owner", value=entry.household, line=first.line, name=owner),)
    found = [problem("same-flat", line=one.line) for one in others if one.entry.place == entry.place][:1]
    for field in _MUST_AGREE:
        said = getattr(entry, field)
        differing = [one.line for one in others if said and getattr(one.entry, field) not in (said, (), "")]
        if differing:
            found.append(problem("owner-differs", line=differing[0], column=header.title(field)))
    return tuple(found)


def _whole(rows: list[Said], headed: set[str]) -> Whole:
    entry = rows[0].entry
    for field in _MUST_AGREE:
        said = next((value for row in rows if (value := getattr(row.entry, field))), getattr(entry, field))
        entry = replace(entry, **{field: said})
    if not entry.roles:
        silent: Role = "observer" if entry.household in headed else "representative"
        entry = replace(entry, roles=(silent,))
    flats = (Flat(*row.entry.place, row.entry.area) for row in rows)
    return Whole(tuple(row.line for row in rows), with_flats(entry, flats))
