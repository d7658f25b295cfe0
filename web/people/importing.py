"""Importing a register: a preview that says row by row what would happen, then all of it or nothing.

A row is the same person as an entry of the register when name and household agree, or else name, grid,
building and unit; where two people agree in these, the household number tells them apart.
Rows of one owner's flats are one entry, and an owner counts as one head (`web.people.owners`).
A column that the file does not have leaves what the register says.
Nobody is removed by an import: people who are not in the file are named in the preview.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from web.people import columns, sheets
from web.people.owners import Whole, merge, shared, with_known_areas
from web.people.problems import ImportRefused, Problem, problem
from web.people.register import FIELDS, Community, Entry, Person, add_persons, change_person, get_persons

Status = Literal["new", "changed", "unchanged", "wrong"]


class Change(NamedTuple):
    """A field of the register that would change, with its value now and then."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would happen with one row, or with the rows of one owner.

    Attributes:
        lines: in the file, from 1.
        status: what would happen.
        entry: what they say; of a wrong row what could be read.
        person: id of the person it would change or leave, else None.
        changes: the fields that differ from the register.
        problems: why it is wrong.
    """

    lines: tuple[int, ...]
    status: Status
    entry: Entry
    person: int | None
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do.

    Attributes:
        rows: one for each person in the file, and one for each wrong row.
        absent: people of the register who are not in the file; they stay. Empty while a row is wrong.
        ignored: titles of columns that were not read.
        shared: households of which several would vote, with their names: a decision by households, or
            of owners, cannot be taken so. Empty while a row is wrong.
    """

    rows: tuple[PreviewRow, ...]
    absent: tuple[Person, ...]
    ignored: tuple[str, ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]

    def count(self, status: Status) -> int:
        """How many rows have this status."""
        return sum(1 for row in self.rows if row.status == status)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex of what would happen: equal for an equal file and an equal register."""
        told = [
            [r.lines, r.status, r.person, r.changes, [getattr(r.entry, f) for f in FIELDS]] for r in self.rows
        ]
        return hashlib.sha256(json.dumps([told, [p.id for p in self.absent]]).encode()).hexdigest()


def preview(conn: Connection, community: Community, data: bytes) -> Preview:
    """Say what importing a file would do. Changes nothing.

    Raises:
        ImportRefused: the file as a whole cannot be read.
    """
    header, rows = columns.find_header(sheets.read(data))
    names = columns.plain_names(community.id, community.name.zh, community.name.en)
    ours = community.name.zh or community.name.en
    said = merge(header, [columns.read_row(header, row, names, ours) for row in rows])
    register = get_persons(conn, community.id)
    found = _match([whole.entry for whole in said if not whole.problems], register)
    planned: list[PreviewRow] = []
    seen: dict[tuple[str, ...], int] = {}
    for whole in said:
        line, entry, problems = whole.lines[0], whole.entry, whole.problems
        first = seen.setdefault(_key(entry), line) if not problems else line
        if first != line:
            problems = (problem("twice", line=first),)
        if problems:
            planned.append(PreviewRow(whole.lines, "wrong", entry, None, (), problems))
        else:
            planned.append(_plan(whole, found.get(_key(entry)), header.fields))
    if any(row.status == "wrong" for row in planned):
        return Preview(tuple(planned), (), header.ignored, ())
    kept = {row.person for row in planned}
    absent = tuple(person for person in register if person.id not in kept)
    voters = shared([*(row.entry for row in planned), *absent])
    return Preview(tuple(planned), absent, header.ignored, voters)


def commit(conn: Connection, community: Community, data: bytes, seen: str) -> Preview:
    """Import a file as previewed, all of it or nothing.

    On SQLite the transaction must have been begun for writing (BEGIN IMMEDIATE).

    Args:
        conn: in the caller's transaction.
        community: whose register it is.
        data: the file.
        seen: the fingerprint of the preview that a person has looked at.

    Raises:
        ImportRefused: the file cannot be read; `wrong-rows`; `register-changed` since the preview.
    """
    plan = preview(conn, community, data)
    if wrong := plan.count("wrong"):
        raise ImportRefused("wrong-rows", count=wrong)
    if plan.fingerprint != seen:
        raise ImportRefused("register-changed")
    add_persons(conn, community.id, [row.entry for row in plan.rows if row.status == "new"])
    for row in plan.rows:
        if row.status == "changed" and row.person is not None:
            change_person(conn, row.person, row.entry)
    return plan


def _key(entry: Entry) -> tuple[str, ...]:
    return entry.name, *entry.place, entry.household


def _match(entries: list[Entry], register: list[Person]) -> dict[tuple[str, ...], Person]:
    """Which entry is which person: the surest sign first, and nobody twice."""
    exact = {_key(person): person for person in register}
    by_number = {(p.name, p.household): p for p in reversed(register) if p.household}
    in_file = Counter(_key(entry)[:-1] for entry in entries)
    in_register = Counter(_key(person)[:-1] for person in register)
    by_place = {_key(person)[:-1]: person for person in register}
    found: dict[tuple[str, ...], Person] = {}
    taken: set[int] = set()

    def alone(entry: Entry) -> Person | None:
        here = _key(entry)[:-1]
        return by_place[here] if in_file[here] == 1 == in_register[here] else None

    signs: tuple[Callable[[Entry], Person | None], ...] = (
        lambda entry: exact.get(_key(entry)),
        lambda entry: by_number.get((entry.name, entry.household)),
        alone,
    )
    for sign in signs:
        for entry in entries:
            person = sign(entry)
            if person is not None and person.id not in taken and _key(entry) not in found:
                found[_key(entry)] = person
                taken.add(person.id)
    return found


def _plan(whole: Whole, person: Person | None, given: tuple[str, ...]) -> PreviewRow:
    """New, changed or unchanged. A column that the file does not have leaves the register as it is."""
    entry = whole.entry
    if person is None:
        return PreviewRow(whole.lines, "new", entry, None, (), ())
    housed = any(name in given for name in ("grid", "building", "unit"))
    if housed and "area" not in given:
        entry = with_known_areas(entry, person)
    left = {name for name in FIELDS if name not in (*given, "area", "flats")}
    if not housed:
        left |= {"flats", "area"} if "area" not in given or entry.area == person.area else set()
    entry = replace(entry, **{name: getattr(person, name) for name in left})
    both = ((name, getattr(person, name), getattr(entry, name)) for name in FIELDS)
    changes = tuple(Change(name, before, after) for name, before, after in both if before != after)
    return PreviewRow(whole.lines, "changed" if changes else "unchanged", entry, person.id, changes, ())
