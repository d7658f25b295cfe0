"""What a hearing in preparation still lacks before its notice can be published."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ballots.encoding import parse_utc
from voting.presets import in_force, preset
from voting.questions import QuestionError, encode_question
from voting.rules import Text
from web.people.composed import composed
from web.people.drafts import Draft, DraftQuestion, frozen
from web.people.holders import HoldersError, chosen
from web.people.register import Person
from web.settings import is_only_here

NAMED = 10
"""So many people are named at most; of the others there is the number."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or odd.

    Attributes:
        code: which sentence says it (`organise.gaps` in the texts).
        blocks: whether the notice cannot be published with it.
        people: whom it is about.
        about: the item, question or address that it is about.
        count: how many it is about, where they are not named.
    """

    code: str
    blocks: bool
    people: tuple[Person, ...] = ()
    about: Text | None = None
    count: int = 0


def gaps(
    draft: Draft,
    people: Sequence[Person],
    holders: Collection[int],
    zone: str,
    *,
    left_out: int,
    url: str,
    now: str,
) -> tuple[Gap, ...]:
    """Everything that is missing or odd, what blocks first.

    Args:
        draft: the hearing.
        people: who would be on its roll.
        holders: ids of those who have a good card.
        zone: the community's time zone, in whose calendar rules come into force.
        left_out: how many of the register's representatives would not be on it.
        url: under which phones reach the service. The notice freezes its host.
        now: UTC.
    """
    found = [
        *_people(draft, people, holders),
        *_agenda(draft, zone),
        *_members(draft, left_out),
        *_composition(draft, people),
    ]
    if draft.secret:
        try:
            chosen(draft.keys, people)
        except HoldersError as why:
            found.append(Gap(why.code, blocks=True))
    if is_only_here(url):
        found.append(Gap("only-here", blocks=not draft.rehearsal, about=Text(url, url)))
    if draft.starts <= now:
        found.append(Gap("in-the-past", blocks=False))
    return tuple(sorted(found, key=lambda gap: not gap.blocks))


def start_day(draft: Draft, zone: str) -> dt.date:
    """The day of the hearing in the community's calendar."""
    return parse_utc(draft.starts).astimezone(ZoneInfo(zone)).date()


def _people(draft: Draft, people: Sequence[Person], holders: Collection[int]) -> Iterator[Gap]:
    roles = {role for person in people for role in person.roles}
    if not people:
        yield Gap("no-people", blocks=True)
        return
    if "chair" not in roles:
        yield Gap("no-chair", blocks=True)
    if "representative" not in roles:
        yield Gap("no-representative", blocks=True)
    if lacking := tuple(person for person in people if person.id not in holders):
        yield Gap("no-card", blocks=True, people=lacking)
    rules = [preset(question.preset) for item in draft.agenda for question in item.questions]
    if any("area" in rule.measures for rule in rules):
        lacking = tuple(p for p in people if "representative" in p.roles and p.area is None)
        if lacking:
            yield Gap("no-area", blocks=True, people=lacking)
    yield from _heads([p for p in people if "representative" in p.roles], {rule.unit for rule in rules})
    if any(question.breakdown for item in draft.agenda for question in item.questions):
        lacking = tuple(p for p in people if "representative" in p.roles and not (p.grid or p.building))
        if lacking:
            yield Gap("no-place", blocks=False, people=lacking)
    if "supervisor" not in roles:
        yield Gap("no-supervisor", blocks=False)
    if "desk" not in roles:
        yield Gap("no-desk", blocks=False)


def _heads(voters: Sequence[Person], units: Collection[str]) -> Iterator[Gap]:
    """One household is one vote, and one owner one head."""
    if not {"households", "owners"} & set(units):
        return
    if "households" in units and (lacking := tuple(p for p in voters if not p.household)):
        yield Gap("no-household", blocks=True, people=lacking)
    votes = Counter(person.household for person in voters if person.household)
    if several := tuple(person for person in voters if votes[person.household] > 1):
        yield Gap("household-twice", blocks=True, people=several)


def _members(draft: Draft, left_out: int) -> Iterator[Gap]:
    """A law that counts a body's members counts all of them. Owners may decide house by house."""
    for item in draft.agenda:
        for question in item.questions:
            rule = preset(question.preset)
            if left_out and rule.law is not None and rule.unit != "owners":
                yield Gap("not-all-members", blocks=False, about=question.title, count=left_out)


def _composition(draft: Draft, people: Sequence[Person]) -> Iterator[Gap]:
    """Who must be among the members; whoever publishes says that they have seen what does not hold."""
    for one in composed(draft, people):
        for check in one.checks:
            if not check.ok:
                yield Gap("composition", blocks=False, about=check.text)


def _agenda(draft: Draft, zone: str) -> Iterator[Gap]:
    if not draft.agenda:
        yield Gap("no-agenda", blocks=True)
    day = start_day(draft, zone)
    for item in draft.agenda:
        if item.ballot == "named" and not item.questions:
            yield Gap("no-question", blocks=True, about=item.title)
        if item.ballot == "none" and item.questions:
            yield Gap("needless-question", blocks=True, about=item.title)
        for question in item.questions:
            if not _can_be_put(question):
                yield Gap("cannot-be-put", blocks=True, about=question.title)
            if not in_force(preset(question.preset), day):
                yield Gap("not-in-force", blocks=False, about=question.title)


def _can_be_put(question: DraftQuestion) -> bool:
    """Whether method, options and rule go together."""
    try:
        encode_question(frozen(question))
    except QuestionError:
        return False
    return True
