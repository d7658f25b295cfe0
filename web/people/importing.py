"""Importing a register: a preview that says row by row what would happen, then all of it or nothing.

A row is the same person as an entry of the register when name, grid, building and unit agree;
where two people agree in these, the household number tells them apart.
A column that the file does not have leaves what the register says.
Nobody is removed by an import: people who are not in the file are named in the preview.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from web.people import columns, sheets
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
    """What would happen with one row.

    Attributes:
        line: in the file, from 1.
        status: what would happen.
        entry: what the row says; of a wrong row what could be read.
        person: id of the person it would change or leave, else None.
        changes: the fields that differ from the register.
        problems: why it is wrong.
    """

    line: int
    status: Status
    entry: Entry
    person: int | None
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do.

    Attributes:
        rows: one for each row of the file that is not blank.
        absent: people of the register who are not in the file; they stay. Empty while a row is wrong.
        ignored: titles of columns that were not read.
    """

    rows: tuple[PreviewRow, ...]
    absent: tuple[Person, ...]
    ignored: tuple[str, ...]

    def count(self, status: Status) -> int:
        """How many rows have this status."""
        return sum(1 for row in self.rows if row.status == status)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex of what would happen: equal for an equal file and an equal register."""
        told = [
            [r.line, r.status, r.person, r.changes, [getattr(r.entry, f) for f in FIELDS]] for r in self.rows
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
    read = [(row.line, *columns.read_row(header, row, names, ours)) for row in rows]
    register = get_persons(conn, community.id)
    found = _match([entry for _, entry, problems in read if not problems], register)
    planned: list[PreviewRow] = []
    lines: dict[tuple[str, ...], int] = {}
    for line, entry, problems in read:
        first = lines.setdefault(_key(entry), line) if not problems else line
        if first != line:
            planned.append(PreviewRow(line, "wrong", entry, None, (), (problem("twice", line=first),)))
        elif problems:
            planned.append(PreviewRow(line, "wrong", entry, None, (), problems))
        else:
            planned.append(_plan(line, entry, found.get(_key(entry)), header.fields))
    kept = {row.person for row in planned}
    whole = all(row.status != "wrong" for row in planned)
    absent = tuple(person for person in register if whole and person.id not in kept)
    return Preview(tuple(planned), absent, header.ignored)


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
    """Which row is which person: by name, place and household, or by name and place where that is unique."""
    exact = {_key(person): person for person in register}
    in_file = Counter(_key(entry)[:-1] for entry in entries)
    in_register = Counter(_key(person)[:-1] for person in register)
    by_place = {_key(person)[:-1]: person for person in register}
    found = {}
    for entry in entries:
        key = _key(entry)
        alone = in_file[key[:-1]] == 1 == in_register[key[:-1]]
        person = exact.get(key) or (by_place[key[:-1]] if alone else None)
        if person is not None:
            found[key] = person
    return found


def _plan(line: int, entry: Entry, person: Person | None, given: tuple[str, ...]) -> PreviewRow:
    """New, changed or unchanged. A column that the file does not have leaves the register as it is."""
    if person is None:
        return PreviewRow(line, "new", entry, None, (), ())
    entry = replace(entry, **{name: getattr(person, name) for name in FIELDS if name not in given})
    both = ((name, getattr(person, name), getattr(entry, name)) for name in FIELDS)
    changes = tuple(Change(name, before, after) for name, before, after in both if before != after)
    return PreviewRow(line, "changed" if changes else "unchanged", entry, person.id, changes, ())
