"""What the service does in a hearing by its own key: only what nobody decides.

A timed close, never before its time; the reveal and the tally, when the chair asks for the result;
the setup of a secret poll, its batches, and its result as soon as the key holders have opened it;
the destruction of texts that an act in the record has ordered, and of what opens the ballots of a poll
that is settled: what was replaced or void, nobody shall learn.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import TypedDict

from msgspec import Struct

from ballots.encoding import parse_utc, utc
from ballots.judge import Aside, Opening
from ballots.refusal import Refused
from ballots.submission import Unavailable
from ballots.unsafe import Unsafe
from deliberation import acts, notice
from deliberation.polls import openings_blob, result_bytes
from deliberation.secret import is_final
from deliberation.state import Poll, State, secret_poll
from voting.questions import InvalidChoice, parse_choice
from web.records.boxes import Boxes
from web.records.running import Running
from web.records.seal import Seal

_log = logging.getLogger(__name__)

GRACE = 60.0
"""Seconds after the reveal in which phones may open ballots whose openings were lost."""
_RETRY = 2.0
"""Seconds after which a failed attempt is made again."""
_LOOK = 60.0
"""Seconds after which it looks again, whatever it waits for: the machine may have slept, its clock may have
been set, and another worker may have died with something left to do."""


class Publication(Struct, frozen=True):
    """How far the publication of a result has come.

    Attributes:
        stage: `revealed` while ballots lack their openings and phones may still bring them, else `published`.
        missing: ballots without an opening.
        seconds: how long the tally still waits for them.
    """

    stage: str
    missing: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Duties:
    """What there is to do.

    Attributes:
        close: polls whose time has come.
        tally: polls that were revealed or have a lot, and are not tallied,
            with the number of ballots that lack their opening.
        erase: blobs whose destruction was ordered.
        forget: sealed polls that are settled: what opens their ballots is needed no more.
        set_up: secret polls that were opened and take no ballots yet.
        enter: secret polls that take ballots.
        closed: secret polls that take none any more: what came too late is deleted.
        opened: secret polls whose totals are known, or never will be, and that have no result.
        unlink: secret polls that are set up: which phone offered which credential is needed no more.
        next_close: when the next poll ends by itself.
    """

    close: tuple[str, ...]
    tally: Mapping[str, int]
    erase: frozenset[str]
    forget: frozenset[str]
    set_up: tuple[str, ...]
    enter: tuple[str, ...]
    closed: frozenset[str]
    opened: tuple[str, ...]
    unlink: frozenset[str]
    next_close: str | None


def duties(state: State, now: str) -> Duties:
    """What the service has to do in this state at this time."""
    timed = [poll for poll in state.open_polls() if poll.closes is not None]
    over = state.phase == "adjourned"
    return Duties(
        close=tuple(poll.id for poll in timed if poll.due(now)),
        tally={
            poll.id: _missing(poll)
            for poll in state.polls.values()
            if (poll.revealed or poll.lot) and poll.result is None and not over
        },
        erase=frozenset(state.erased),
        forget=frozenset(
            poll.id for poll in state.polls.values() if poll.settled and poll.question.visibility == "sealed"
        ),
        **_secret_duties(state),
        next_close=min((poll.closes for poll in timed if poll.closes and not poll.due(now)), default=None),
    )


class Steward:
    """Does the service's duties in one hearing."""

    def __init__(self, running: Running, seal: Seal, boxes: Boxes) -> None:
        self._running = running
        self._seal = seal
        self._boxes = boxes
        self._waiting: dict[str, float] = {}
        self._erased: set[str] = set()
        self._forgotten: set[str] = set()
        self._unlinked: set[str] = set()
        self._emptied: set[str] = set()
        self._publishing = asyncio.Lock()

    async def run(self) -> None:
        """Do what comes due, until cancelled."""
        while True:
            self._running.grown.clear()
            try:
                pause = await self._round()
            except Unsafe:
                return  # the record has said why it stops
            except (Refused, Unavailable) as why:  # another worker was quicker, or the database is away
                _log.info("hearing %s: a duty waits: %s", self._running.id, why)
                pause = _RETRY
            except Exception:  # noqa: BLE001 - whatever it is, the next duty must not wait for a restart
                _log.exception("hearing %s: a duty failed", self._running.id)
                pause = _RETRY
            try:
                async with asyncio.timeout(pause):
                    await self._running.grown.wait()
            except TimeoutError:
                continue

    async def publish(self, poll: str) -> Publication:
        """Publish a closed poll's result: reveal if it is sealed, then tally.

        While ballots lack their openings the tally waits for the voters' own phones;
        asking again ends the wait.

        Raises:
            Refused: `unknown-poll`, `poll-not-closed`.
        """
        async with self._publishing:
            found = await self._running.ask(lambda state: _progress(state.poll(poll)))
            if found.result:
                return Publication("published", found.missing, 0)
            again = found.revealed or not found.sealed
            if not again:
                await self._reveal(poll)
                missing = await self._running.ask(lambda state: _missing(state.poll(poll)))
                if missing:
                    self._waiting[poll] = asyncio.get_running_loop().time()
                    return Publication("revealed", missing, GRACE)
            await self._tally(poll)
            return Publication(
                "published", await self._running.ask(lambda state: _missing(state.poll(poll))), 0
            )

    async def _round(self) -> float:
        """Do everything that is due; returns the seconds until something else can be.

        A duty that fails is tried again soon, and keeps none of the others waiting.
        """
        now = datetime.now(UTC)
        todo = await self._running.ask(lambda state: duties(state, utc(now)))
        waits = [_LOOK]
        for duty in self._due(todo):
            try:
                waits.append(await duty() or _LOOK)
            except Unsafe:
                raise
            except (Refused, Unavailable) as why:  # another worker was quicker, or the database is away
                _log.info("hearing %s: a duty waits: %s", self._running.id, why)
                waits.append(_RETRY)
            except Exception:  # noqa: BLE001 - whatever it is, the next duty must not wait for a restart
                _log.exception("hearing %s: a duty failed", self._running.id)
                waits.append(_RETRY)
        if todo.next_close is not None:
            waits.append((parse_utc(todo.next_close) - datetime.now(UTC)).total_seconds() + 0.002)
        return max(min(waits), 0)

    def _due(self, todo: Duties) -> Iterator[Callable[[], Awaitable[float | None]]]:
        """What there is to do, one thing after the other; each says when to look again, if it knows."""
        for poll in todo.close:
            yield partial(self._close, poll)
        for poll in todo.enter:
            yield partial(self._boxes.enter, poll)
        for poll in todo.closed - self._emptied:
            yield partial(self._empty, poll)
        for poll in todo.set_up:
            yield partial(self._boxes.set_up, poll)
        for poll in todo.unlink - self._unlinked:
            yield partial(self._unlink, poll)
        for poll in todo.opened:
            yield partial(self._count, poll)
        for blob in todo.erase - self._erased:
            yield partial(self._erase, blob)
        for poll, missing in todo.tally.items():
            yield partial(self._count_in_time, poll, missing)
        for poll in todo.forget - self._forgotten:
            yield partial(self._forget, poll)

    async def _close(self, poll: str) -> None:
        await self._boxes.close(poll, self._seal.sign(acts.ClosePoll, poll=poll))

    async def _empty(self, poll: str) -> None:
        """Delete what waits of a closed poll: it has entered with the close, or came too late."""
        await self._boxes.enter(poll)
        self._emptied.add(poll)

    async def _count(self, poll: str) -> None:
        async with self._publishing:
            await self._tally(poll)

    async def _count_in_time(self, poll: str, missing: int) -> float | None:
        """Tally once no opening is missing any more, or nobody brings it."""
        left = self._patience(poll) if missing else 0
        if left > 0:
            return left
        await self._count(poll)
        return None

    async def _erase(self, blob: str) -> None:
        await asyncio.to_thread(self._running.record.erase, blob)
        self._erased.add(blob)

    def _patience(self, poll: str) -> float:
        now = asyncio.get_running_loop().time()
        return self._waiting.setdefault(poll, now) + GRACE - now

    async def _reveal(self, poll: str) -> None:
        leaves = await self._running.ask(lambda state: [b.leaf for b in state.poll(poll).ballots.values()])
        kept = await asyncio.to_thread(self._running.record.openings, leaves)
        blob = await self._running.ask(lambda state: _openings(state.poll(poll), kept))
        try:
            await self._seal.act(
                acts.RevealPoll, Aside({notice.name(blob): blob}), poll=poll, openings=notice.name(blob)
            )
        except Refused as why:
            if why.code != "already-revealed":  # another worker was asked too
                raise

    async def _forget(self, poll: str) -> None:
        leaves = await self._running.ask(lambda state: _sealed(state.poll(poll)))
        await asyncio.to_thread(self._running.record.forget_openings, leaves)
        self._forgotten.add(poll)

    async def _unlink(self, poll: str) -> None:
        """Destroy what tells which phone offered which credential."""
        election, leaves = await self._running.ask(lambda state: _offers(state, poll))
        await asyncio.to_thread(self._running.record.forget_openings, leaves)
        await self._boxes.forget_offers(election)
        self._unlinked.add(poll)

    async def _tally(self, poll: str) -> None:
        while True:
            result = await self._running.ask(lambda state: result_bytes(state.poll(poll)))
            try:
                await self._seal.act(acts.PublishTally, poll=poll, result=sha256(result).hexdigest())
            except Refused as why:
                if why.code == "already-published":
                    return
                if why.code != "result-mismatch":
                    raise
                continue  # a voter opened a ballot in between
            return


class _SecretDuties(TypedDict):
    set_up: tuple[str, ...]
    enter: tuple[str, ...]
    closed: frozenset[str]
    opened: tuple[str, ...]
    unlink: frozenset[str]


def _secret_duties(state: State) -> _SecretDuties:
    """What secret polls need."""
    boxes = [(poll, poll.box) for poll in state.polls.values() if poll.box is not None]
    over = state.phase == "adjourned"
    return _SecretDuties(
        set_up=tuple(poll.id for poll, box in boxes if poll.stage == "open" and box.raw is None),
        enter=tuple(poll.id for poll, box in boxes if poll.stage == "open" and box.raw is not None),
        closed=frozenset(poll.id for poll, _ in boxes if poll.stage != "open"),
        opened=tuple(
            poll.id
            for poll, box in boxes
            if poll.closed_at is not None and poll.result is None and not over and is_final(poll, box)
        ),
        unlink=frozenset(poll.id for poll, box in boxes if box.raw is not None or poll.stage != "open"),
    )


@dataclass(frozen=True, slots=True)
class _Progress:
    sealed: bool
    revealed: bool
    result: bool
    missing: int


def _progress(poll: Poll) -> _Progress:
    if poll.closed_at is None:
        raise Refused("poll-not-closed")
    sealed = poll.question.visibility == "sealed"
    return _Progress(sealed, poll.revealed is not None, poll.result is not None, _missing(poll))


def _offers(state: State, poll: str) -> tuple[str, list[str]]:
    """The election of a secret poll, and the acts behind all offers for it."""
    _, box = secret_poll(state, poll)
    return box.election, list(box.openings)


def _sealed(poll: Poll) -> list[str]:
    """The leaf hashes of all its ballots, counted or not."""
    return [*poll.replaced, *(ballot.leaf for ballot in poll.ballots.values())]


def _missing(poll: Poll) -> int:
    return sum(1 for ballot in poll.ballots.values() if ballot.choice is None)


def _openings(poll: Poll, kept: dict[str, Opening]) -> bytes:
    """The blob for the reveal: what a damaged database holds must not stop the others."""
    sealed = {ballot.leaf: ballot.commitment for ballot in poll.ballots.values()}
    good = {leaf: opening for leaf, opening in kept.items() if _fits(poll, sealed.get(leaf), opening)}
    return openings_blob(poll, good)


def _fits(poll: Poll, sealed: str | None, opening: Opening) -> bool:
    try:
        parse_choice(poll.question, opening.choice)
    except InvalidChoice:
        return False
    return opening.commitment == sealed
