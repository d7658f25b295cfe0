"""Convening: a draft and its people become a notice, a roll, and the first act of a record."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import OperationalError

from ballots.encoding import b64url, new_nonce
from ballots.engine import is_shared
from ballots.judge import Aside
from ballots.record import Record
from ballots.refusal import Refused
from ballots.signing import PrivateKey, sign_act
from ballots.submission import Accepted, Unavailable
from deliberation import acts, notice
from voting.presets import preset
from voting.rules import Measure
from web.people import holders
from web.people.drafts import Draft, freeze
from web.people.register import Community, Person, get_community
from web.people.seats import seat_people
from web.people.tables import drafts, members
from web.records.hearings import Hearings


def origin(authority: str, hearing: str, *, rehearsal: bool) -> str:
    """The name of a record: `HOST/h/HEARING`, and `/rehearsal` where votes do not count."""
    return f"{authority}/h/{hearing}" + ("/rehearsal" if rehearsal else "")


async def convene(
    hearings: Hearings, authority: str, draft: Draft, people: list[Person], root: PrivateKey | None = None
) -> Accepted:
    """Publish the notice of a draft: questions, rules and roll are frozen, and the record begins.

    Every person gets an entry of the roll for each of their roles.
    Interrupted and called again, it starts over; a hearing that is convened already stays as it is.

    Args:
        hearings: of the service.
        authority: host, and port if there is one, of the public URL.
        draft: the hearing in preparation; its id becomes the hearing's.
        people: who takes part.
        root: the community's root key, where the service does not keep it.

    Raises:
        Unavailable: nothing is certain now; calling again is safe.
        Refused: `already-convened`, `bad-origin`, `unknown-community`, and what the fold refuses.
        KeyError: a question names a preset that is not shipped.
        voting.questions.QuestionError: a question cannot be put to the vote as it stands.
        web.people.seats.SeatingError: somebody lacks a card, or an area that the rule needs.
        web.people.holders.HoldersError: nobody suitable holds the keys of the secret polls.
    """
    async with hearings.convening:
        return await _convene(
            hearings, origin(authority, draft.id, rehearsal=draft.rehearsal), draft, people, root
        )


async def _convene(
    hearings: Hearings, name: str, draft: Draft, people: list[Person], root: PrivateKey | None
) -> Accepted:
    running = await hearings.create(draft.id, name)
    if running.record.head.size:
        raise Refused("already-convened")
    if running.record.origin != name:
        raise Refused("bad-origin")  # opened as a rehearsal or not, by an attempt that failed
    try:
        return await asyncio.to_thread(_publish, hearings, running.record, draft, people, root)
    except Unavailable:
        running.require_record()
        raise


def _publish(
    hearings: Hearings, record: Record, draft: Draft, people: list[Person], root: PrivateKey | None
) -> Accepted:
    """Seat the people and sign the first act, alone among all workers."""
    with _alone(hearings.engine, draft.id):
        if record.look(lambda view: view.head.size):  # catches up with what another worker has appended
            raise Refused("already-convened")
        community, roll, told, questions = _freeze(hearings, draft, people)
        root = root or hearings.keys.community(community.id)
        blobs = {notice.name(raw): raw for raw in (*questions, notice.encode(told), notice.encode(roll))}
        act = acts.new(
            acts.Convene,
            draft.id,
            new_nonce(),
            origin=record.origin,
            rehearsal=draft.rehearsal,
            community=community.id,
            root=b64url(root.public),
            service=b64url(hearings.keys.service.public),
            notice=notice.name(notice.encode(told)),
            roll=notice.name(notice.encode(roll)),
        )
        return record.append(sign_act(root, acts.encode(act)), Aside(blobs))


@contextmanager
def _alone(engine: Engine, draft: str) -> Iterator[None]:
    """Hold a draft's row: another worker that would publish it waits, and then finds it published.

    Otherwise it would seat people anew under a roll that is signed already, and no card would open an entry.
    On SQLite there is one worker, which `Hearings.convening` keeps in order.

    Raises:
        Unavailable: the other worker holds it for too long.
    """
    if not is_shared(engine):
        yield
        return
    with engine.begin() as connection:
        try:
            connection.execute(select(drafts.c.id).where(drafts.c.id == draft).with_for_update())
        except OperationalError:
            raise Unavailable from None
        yield


def _freeze(
    hearings: Hearings, draft: Draft, people: list[Person]
) -> tuple[Community, notice.Roll, notice.Notice, tuple[bytes, ...]]:
    """The contents of notice and roll; who is who in the roll is kept in the erasable tables."""
    with hearings.engine.begin() as connection:
        community = get_community(connection, draft.community)
        if community is None:
            raise Refused("unknown-community")
        told, questions = freeze(draft, community)
        connection.execute(delete(members).where(members.c.hearing == draft.id))
        units = any(question.breakdown for item in draft.agenda for question in item.questions)
        entries = seat_people(connection, draft.id, people, _measures(draft), units=units)
        if draft.secret:
            told = msgspec.structs.replace(
                told, keys=holders.seated(connection, draft.id, draft.keys, people)
            )
    return community, notice.Roll(1, entries), told, questions


def _measures(draft: Draft) -> tuple[Measure, ...]:
    """What the rules of all questions count."""
    rules = [preset(question.preset) for item in draft.agenda for question in item.questions]
    return ("heads", "area") if any("area" in rule.measures for rule in rules) else ("heads",)
