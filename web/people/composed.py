"""Whether those who take part are composed as a statute asks (组成人员), from what the register says of them.

Capacity and sex stay in the register: neither is written into a record.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from voting.composition import Check, Member, composition
from voting.rules import Rule
from web.people.drafts import Draft, rule_of
from web.people.register import Entry, Person

_COMMITTEE = re.compile(
    "居委会|居民委员会|村委会|村民委员会|(residents|villagers)['’]? committee", re.IGNORECASE
)


class Composed(NamedTuple):
    """What one rule asks of the members: each check of the roll, and of how many no sex is given."""

    checks: tuple[Check, ...]
    unknown: int


def as_member(person: Entry, *, present: bool = False) -> Member:
    """Somebody who carries a vote: of the committee if their capacity says so, else a representative."""
    return Member(_COMMITTEE.search(person.capacity) is None, person.sex == "female", present)


def composed(draft: Draft, people: Iterable[Person]) -> tuple[Composed, ...]:
    """What each rule of a hearing in preparation finds among those who would be on its roll."""
    voters = [person for person in people if "representative" in person.roles]
    members = [as_member(person) for person in voters]
    rules: Mapping[str, Rule] = {one.preset: rule_of(one) for item in draft.agenda for one in item.questions}
    found = (composition(rule, members, "roll") for rule in rules.values())
    return tuple(
        Composed(
            checks,
            sum(not person.sex for person in voters)
            if any(check.requirement.group == "women_representatives" for check in checks)
            else 0,
        )
        for checks in found
        if checks
    )
