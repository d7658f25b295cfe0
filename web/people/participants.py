"""Who takes part in a hearing: everybody of the register, or those whom it concerns.

A hearing on the lift of building 3 concerns building 3: its people vote, with what they own there.
Those who run the hearing take part wherever they live.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from msgspec import Struct

from web.people.owners import with_flats
from web.people.register import Flat, Person, Role

Place = tuple[str, ...]
"""A grid, or a grid and a building in it; "" where the register names no grid."""

RUNNING: tuple[Role, ...] = ("chair", "supervisor", "desk")


class Participants(Struct, frozen=True, forbid_unknown_fields=True):
    """One choice: everybody, or the people of some places, or some roles.

    Attributes:
        by: which of the three.
        places: where `by` is "places".
        roles: where `by` is "roles".
    """

    by: Literal["all", "places", "roles"] = "all"
    places: tuple[Place, ...] = ()
    roles: tuple[Role, ...] = ()


def taking_part(people: Iterable[Person], chosen: Participants) -> list[Person]:
    """Those who take part, each in the roles and with the flats in which they do."""
    if chosen.by == "roles":
        found = (_in_roles(person, chosen.roles) for person in people)
    elif chosen.by == "places":
        found = (_of_places(person, chosen.places) for person in people)
    else:
        return list(people)
    return [person for person in found if person.roles]


def places_of(people: Sequence[Person]) -> list[tuple[Place, int]]:
    """The grids and buildings of the register in order, each with how many who vote have a home there."""
    homes = dict.fromkeys(flat for person in people for flat in person.homes)
    grids = list(dict.fromkeys(flat.grid for flat in homes))  # 第一 and 第二 do not sort by themselves
    flats = sorted(homes, key=lambda flat: (grids.index(flat.grid), flat.sort_key))
    both = (place for flat in flats for place in ((flat.grid,), (flat.grid, flat.building)))
    known = dict.fromkeys(place for place in both if place[-1])
    voters = [person for person in people if "representative" in person.roles]
    return [(place, sum(any(_lies_in(f, place) for f in p.homes) for p in voters)) for place in known]


def _in_roles(person: Person, roles: Iterable[Role]) -> Person:
    return replace(person, roles=tuple(role for role in person.roles if role in roles))


def _of_places(person: Person, places: Iterable[Place]) -> Person:
    flats = [flat for flat in person.homes if any(_lies_in(flat, place) for place in places)]
    if not flats:
        return _in_roles(person, RUNNING)
    return with_flats(person, flats)


def _lies_in(flat: Flat, place: Place) -> bool:
    return flat.place[: len(place)] == place
