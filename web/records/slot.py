"""The slot of a ballot box: encrypted ballots are checked and kept, those that come together together.

One group is in hand at a time, and what arrives meanwhile is the next: so one look at the state, one commit
and one question about the group serve many ballots, and no order of arrival among them is ever written down.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from ballots.encoding import utc
from ballots.refusal import Refused
from ballots.secret import ballot
from ballots.secret.form import FormError
from ballots.secret.group import GROUP
from ballots.submission import Unavailable
from ballots.waiting import Kept, Waiting
from deliberation.secret import admit
from deliberation.state import State, secret_poll
from web.records.running import Running

TOGETHER = 64
"""Ballots in a group at most: half a second of work."""
COMPANY = 0.25
"""Seconds until ballots that were taken enter, where they are enough: larger batches tell less."""


class Entered(NamedTuple):
    """A ballot that the service has: the SHA-256 of its bytes, and the act that it entered with, if any."""

    ballot: str
    leaf: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A ballot that was sent to a poll, and who waits for the answer."""

    poll: str
    raw: bytes
    hash: str
    answer: "asyncio.Future[Entered]"


class Admitted(NamedTuple):
    """A ballot that may enter if its proofs hold: its election's bytes, and its credential."""

    election: bytes
    credential: str


Outcome = Entered | Admitted | Exception
"""How far a ballot has come: kept, to be looked at, or refused."""


class Slot:
    """Takes the ballots of one hearing.

    Attributes:
        door: passed by ballots that are put away; whoever closes a poll shuts it.
    """

    def __init__(self, running: Running, waiting: Waiting) -> None:
        self.door = Door()
        self._running = running
        self._waiting = waiting
        self._sent: list[Sent] = []
        self._worker: asyncio.Task[None] | None = None
        self._calling: asyncio.TimerHandle | None = None

    async def take(self, poll: str, raw: bytes) -> Entered:
        """Take an encrypted ballot. Taking it again gives the same answer, at any time.

        Raises:
            Refused: `unknown-poll`, `not-a-secret-poll`, `poll-closed`, and what `deliberation.secret.admit`
                refuses; `bad-secret-ballot` where a proof does not hold.
        """
        answer: asyncio.Future[Entered] = asyncio.get_running_loop().create_future()
        self._sent.append(Sent(poll, raw, sha256(raw).hexdigest(), answer))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        while self._sent:
            group, self._sent = self._sent[:TOGETHER], self._sent[TOGETHER:]
            group.sort(key=lambda sent: sent.hash)
            try:
                outcomes = await self._take(group)
            except Unavailable as why:
                outcomes = [why] * len(group)
            except Exception as why:  # noqa: BLE001 - whatever it is, those who wait are to hear it
                outcomes = [why] if len(group) == 1 else [await self._alone(sent) for sent in group]
            for sent, outcome in zip(group, outcomes, strict=True):
                if sent.answer.done():
                    continue  # whoever sent it has gone
                if isinstance(outcome, Exception):
                    sent.answer.set_exception(outcome)
                else:
                    assert isinstance(outcome, Entered)
                    sent.answer.set_result(outcome)

    async def _alone(self, sent: Sent) -> Outcome:
        """Take a ballot by itself, after its group has failed: another one of it may be the cause."""
        try:
            return (await self._take([sent]))[0]
        except Exception as why:  # noqa: BLE001 - as above
            return why

    async def _take(self, group: list[Sent]) -> list[Outcome]:
        outcomes = await self._running.ask(lambda state: _admit_all(state, group))
        outcomes = await asyncio.to_thread(self._check, group, outcomes)
        async with self.door.passing():
            outcomes = await asyncio.to_thread(self._keep, group, outcomes)
        self._call_steward()
        return outcomes

    def _check(self, group: Sequence[Sent], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Refuse what is no good. What waits already was taken before, and no other of its credential is."""
        checked: list[Outcome] = list(outcomes)
        for place, (sent, outcome) in enumerate(zip(group, outcomes, strict=True)):
            if isinstance(outcome, Admitted):
                checked[place] = self._before(sent, outcome)
            elif isinstance(outcome, Refused) and self._holds(sent):
                checked[place] = Entered(sent.hash, None)
        places = [place for place, outcome in enumerate(checked) if isinstance(outcome, Admitted)]
        for place, why in zip(places, check(_pairs(group, checked)), strict=True):
            if why is not None:
                checked[place] = why
        return checked

    def _before(self, sent: Sent, admitted: Admitted) -> Outcome:
        """What was taken of this credential before, so that nobody has proofs checked again and again.

        Only its holder is told: whose ballot waits would tell everybody else who has just voted.
        """
        try:
            ballot.check_signature(sent.raw)
        except FormError as why:
            return Refused("bad-secret-ballot", why=str(why))
        marked = mark(admitted.credential)
        name = self._waiting.by(self._running.id, sent.poll, [marked]).get(marked)
        if name is None:
            return admitted
        return Entered(sent.hash, None) if name == sent.hash else Refused("already-voted")

    def _holds(self, sent: Sent) -> bool:
        return self._waiting.holds(self._running.id, sent.poll, sent.hash)

    def _keep(self, group: Sequence[Sent], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Keep the good ones until they enter; of each credential one.

        They are looked at again, in what is durable: no poll is closed from then on until they are kept.
        """
        record = self._running.record
        with self._waiting.adding(self._running.id) as add:
            outcomes = record.look(lambda view: _admit_again(view.judge.state, group, outcomes))
            good = [
                (sent, outcome)
                for sent, outcome in zip(group, outcomes, strict=True)
                if isinstance(outcome, Admitted)
            ]
            kept = add(
                [Kept(sent.poll, sent.hash, mark(outcome.credential), sent.raw) for sent, outcome in good]
            )
        told: dict[int, Outcome] = {
            id(sent): Entered(sent.hash, None) if there else Refused("already-voted")
            for (sent, _), there in zip(good, kept, strict=True)
        }
        return [told.get(id(sent), outcome) for sent, outcome in zip(group, outcomes, strict=True)]

    def _call_steward(self) -> None:
        """Have the steward look at what waits, soon: it lets more ballots enter at once."""
        if self._calling is None:
            self._calling = asyncio.get_running_loop().call_later(COMPANY, self._call)

    def _call(self) -> None:
        self._calling = None
        self._running.grown.set()


class Door:
    """Many may pass it together; while it is shut nobody is in it."""

    def __init__(self) -> None:
        self._inside = 0
        self._shut = False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Go through, once the door is open."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._shut)
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def shut(self) -> AsyncIterator[None]:
        """Shut it, and wait until all who were passing have passed."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._shut)
            self._shut = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._inside)
            yield
        finally:
            async with self._changed:
                self._shut = False
                self._changed.notify_all()


def check(ballots: Sequence[tuple[bytes, bytes]]) -> list[Refused | None]:
    """What is wrong with signed ballots, given with their elections' bytes: every other proof, every number.

    That all numbers are in the group is asked of all ballots together, which is quicker for many.
    """
    found: list[Refused | None] = [None] * len(ballots)
    numbers: list[int] = []
    whose: list[int] = []
    for place, (election, raw) in enumerate(ballots):
        try:
            checked = ballot.check_answers(election, raw)
        except FormError as why:
            found[place] = Refused("bad-secret-ballot", why=str(why))
            continue
        numbers += (ours := checked.numbers())
        whose += [place] * len(ours)
    for index in GROUP.strangers(numbers):
        found[whose[index]] = Refused("bad-secret-ballot", why="a number that is not in the group")
    return found


def mark(credential: str) -> str:
    """What a credential is called among the ballots that wait: its SHA-256 in hex."""
    return sha256(credential.encode()).hexdigest()


def _pairs(group: Sequence[Sent], outcomes: Sequence[Outcome]) -> list[tuple[bytes, bytes]]:
    return [
        (outcome.election, sent.raw)
        for sent, outcome in zip(group, outcomes, strict=True)
        if isinstance(outcome, Admitted)
    ]


def _admit(state: State, sent: Sent) -> Outcome:
    """The act that a ballot has entered with; or that it may enter; or why not."""
    try:
        found, box = secret_poll(state, sent.poll)
        if sent.hash in box.entered:
            return Entered(sent.hash, box.entered[sent.hash])
        if found.stage != "open" or found.due(utc(datetime.now(UTC))):
            return Refused("poll-closed")
        credential = admit(box, sent.raw, box.voted)
    except Refused as why:
        return why
    assert box.raw is not None
    return Admitted(box.raw, credential)


def _admit_all(state: State, group: Sequence[Sent]) -> list[Outcome]:
    return [_admit(state, sent) for sent in group]


def _admit_again(state: State, group: Sequence[Sent], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """What has become of ballots that could enter a moment ago."""
    boxes = {sent.poll: state.poll(sent.poll).box for sent in group if sent.poll in state.polls}
    voted = {poll: box.voted for poll, box in boxes.items() if box is not None}
    return [
        _admit_still(state, sent, outcome, voted[sent.poll]) if isinstance(outcome, Admitted) else outcome
        for sent, outcome in zip(group, outcomes, strict=True)
    ]


def _admit_still(state: State, sent: Sent, admitted: Admitted, voted: set[str]) -> Outcome:
    found, box = secret_poll(state, sent.poll)
    if sent.hash in box.entered:
        return Entered(sent.hash, box.entered[sent.hash])
    if found.stage != "open":
        return Refused("poll-closed")
    if admitted.credential in voted:
        return Refused("already-voted")
    if ballot.digest(sent.raw) in box.spoiled:
        return Refused("ballot-spoiled")
    return admitted
