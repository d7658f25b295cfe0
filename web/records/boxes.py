"""The boxes of a hearing's secret polls, as the service keeps them: setting up, taking ballots, batches.

A ballot is signed by a credential and comes without any device, so nothing here asks who sent it.
It waits until there are enough others: a batch enters in the order of hashes, which says nothing.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from ballots.judge import Aside, Opening
from ballots.offers import Offers
from ballots.refusal import Refused
from ballots.secret import ballot, credentials
from ballots.submission import Accepted, Submission
from ballots.waiting import Waiting, gathered
from deliberation import acts
from deliberation.box import Box
from deliberation.credentials import OfferOpening, election_bytes, offerer, read_offer
from deliberation.hearing import Hearing
from deliberation.notice import name
from deliberation.secret import admit, check_spoiled, read_spoiled
from deliberation.state import State, secret_poll
from voting.secret import LEAST
from web.records.running import Running
from web.records.seal import Seal
from web.records.slot import Entered, Slot, mark

_log = logging.getLogger(__name__)

BATCH = 200
"""Ballots that enter with one act, at most."""
TESTS = 5
"""Ballots that one credential may open to test its phone."""
_ATTEMPTS = 20
"""How often a batch is made again at most, each time because the record has grown meanwhile."""


class _Setup(NamedTuple):
    """What a poll is set up from: its election's bytes, its keys, the current offers, and all of them."""

    election: bytes
    trustees: bytes
    offers: Sequence[str]
    openings: Sequence[str]


class Boxes:
    """The boxes of one hearing."""

    def __init__(self, running: Running, seal: Seal, waiting: Waiting, offers: Offers) -> None:
        self._running = running
        self._seal = seal
        self._waiting = waiting
        self._offers = offers
        self._entering = asyncio.Lock()
        self._slot = Slot(running, waiting)
        self._testing = asyncio.Lock()

    async def claim(self, act: acts.OfferCredential, opening: Opening, kid: str) -> None:
        """Before an offer by the device with this key enters: its credential is to be nobody else's.

        Raises:
            Refused: `credential-taken`, and what `deliberation.credentials.read_offer` and `offerer` refuse.
        """
        credential = await asyncio.to_thread(read_offer, act, opening, kid)
        member = await self._running.ask(lambda state: offerer(state, act, kid))
        claimed = (self._running.id, act.election, mark(credential), member)
        if not await asyncio.to_thread(self._offers.claim, *claimed):
            raise Refused("credential-taken")

    async def forget_offers(self, election: str) -> None:
        """Delete whose the credentials of an election are, once no more offers can come for it."""
        await asyncio.to_thread(self._offers.forget, self._running.id, election)

    async def cast(self, poll: str, raw: bytes) -> Entered:
        """Take an encrypted ballot: see `Slot.take`."""
        return await self._slot.take(poll, raw)

    async def find(self, poll: str, hashed: str) -> Entered:
        """A ballot that was taken before. Raises Refused("unknown-ballot")."""
        waits = await asyncio.to_thread(self._holds, poll, hashed)  # first, for it may enter at any time
        known = await self._running.ask(lambda state: _entered(state, poll, hashed))
        if known.leaf is None:
            if not waits:
                raise Refused("unknown-ballot")
            if not await self._running.ask(lambda state: state.poll(poll).stage == "open"):
                raise Refused("poll-closed")
        return known

    async def spoil(self, poll: str, raw: bytes) -> Entered:
        """Open a ballot that was made to test a phone; asked again, the same act.

        Raises:
            Refused: what `deliberation.secret.read_spoiled` refuses; `already-voted` while a ballot of the
                same credential waits; `too-many-tests`.
        """
        digest, credential = await asyncio.to_thread(_body, raw)
        async with self._testing:  # one at a time: proofs take their time, and here nobody has voted
            known = await self._running.ask(lambda state: _spoiled(state, poll, digest))
            return Entered(digest, known or await self._spoil(poll, digest, credential, raw))

    async def _spoil(self, poll: str, digest: str, credential: str, raw: bytes) -> str:
        election = await self._running.ask(lambda state: _testable(state, poll, credential))
        await asyncio.to_thread(self._check_test, poll, election, credential, raw)
        await self._running.ask(lambda state: read_spoiled(secret_poll(state, poll)[1], raw))
        told = {"poll": poll, "hash": digest, "opening": name(raw)}
        try:
            return (await self._seal.act(acts.SpoilBallot, Aside({name(raw): raw}), **told)).leaf
        except Refused as why:
            known = await self._running.ask(lambda state: _spoiled(state, poll, digest))
            if why.code != "already-spoiled" or known is None:
                raise
            return known  # it has come to another worker too

    def _check_test(self, poll: str, election: bytes, credential: str, raw: bytes) -> None:
        """Pass if the opening is good, which the fold remembers, and nothing of the credential waits.

        In this order: only who holds a credential is told whether its ballot waits.
        """
        check_spoiled(election, raw)
        if self._waiting.by(self._running.id, poll, [mark(credential)]):
            raise Refused("already-voted")

    async def count(self, poll: str) -> int:
        """How many ballots wait."""
        return await asyncio.to_thread(self._waiting.count, self._running.id, poll)

    # -- duties ----------------------------------------------------------------------------------------------

    async def set_up(self, poll: str) -> None:
        """Publish whose credentials may vote, and forget which phone offered which."""
        setup = await self._running.ask(lambda state: _setup(state, poll))
        opened = await asyncio.to_thread(self._running.record.openings, setup.offers)
        listed = credentials.encode(_credential(opened[leaf]) for leaf in setup.offers if leaf in opened)
        blobs = {name(raw): raw for raw in (setup.election, setup.trustees, listed)}
        await self._seal.act(
            acts.SetUpPoll,
            Aside(blobs),
            poll=poll,
            election=name(setup.election),
            trustees=name(setup.trustees),
            credentials=name(listed),
        )

    async def close(self, poll: str, submission: Submission) -> Accepted:
        """Close a poll by this act: all that was taken enters with it, or nothing does; no more is taken.

        Ballots never enter before a close that is refused after all: nobody shall make batches of one.
        What has entered is deleted where it waits by the steward.

        Raises:
            Refused: the act may not enter.
        """
        # Whoever asked may go away; the door stays shut until the record has decided.
        return await asyncio.shield(self._close(poll, submission))

    async def _close(self, poll: str, submission: Submission) -> Accepted:
        async with self._slot.door.shut():
            return await self._running.submit(replace(submission, company=partial(self._gather, poll)))

    def _gather(self, poll: str, connection: Connection, judge: Hearing, at: str) -> Iterator[Submission]:
        """The acts by which all that waits enters, if the poll takes ballots still and may be closed now."""
        closes = judge.state.poll(poll).closes
        if closes is not None and at < closes:
            return
        ballots = gathered(connection, self._running.id, poll)
        if ballots:  # most polls have none: they are not secret
            good, _ = _good(judge.state, poll, ballots)
            yield from self._batches(poll, good, ballots)

    async def enter(self, poll: str) -> None:
        """Let the ballots of a poll that wait enter, if they are enough; what can never enter is deleted."""
        for _ in range(_ATTEMPTS):
            size = self._running.record.head.size
            try:
                return await self._enter(poll)
            except Refused as why:  # another worker was quicker, or a phone was tested in between
                if self._running.record.head.size == size:
                    raise
                _log.info("hearing %s: a batch is made again: %s", self._running.id, why)
        return await self._enter(poll)

    async def _enter(self, poll: str) -> None:
        async with self._entering:
            ballots, good, outstanding = await self._ready(poll)
            if not ballots:
                return
            if len(good) >= LEAST or (good and len(good) == outstanding):
                for batch in self._batches(poll, good, ballots):
                    await self._running.submit(batch)
            elif good:
                return
            await asyncio.to_thread(self._waiting.drop, self._running.id, poll, list(ballots))

    async def _ready(self, poll: str) -> tuple[dict[str, bytes], list[str], int]:
        """The ballots that wait, those of them that may enter, and how many credentials have not voted."""
        ballots = await asyncio.to_thread(self._waiting.of, self._running.id, poll)
        if not ballots:
            return ballots, [], 0
        good, outstanding = await self._running.ask(lambda state: _good(state, poll, ballots))
        return ballots, good, outstanding

    def _batches(self, poll: str, good: Sequence[str], ballots: Mapping[str, bytes]) -> Iterator[Submission]:
        """The acts by which these ballots enter."""
        for start in range(0, len(good), BATCH):
            batch = good[start : start + BATCH]
            aside = Aside({one: ballots[one] for one in batch})
            yield self._seal.sign(acts.CastBatch, aside, poll=poll, ballots=tuple(batch))

    def _holds(self, poll: str, hashed: str) -> bool:
        return self._waiting.holds(self._running.id, poll, hashed)


def _entered(state: State, poll: str, hashed: str) -> Entered:
    return Entered(hashed, secret_poll(state, poll)[1].entered.get(hashed))


class _Spoiled(msgspec.Struct):
    body: str


class _Body(msgspec.Struct):
    credential: str


def _body(raw: bytes) -> tuple[str, str]:
    """By what a spoiled ballot is known, and whose it says it is. Raises Refused("bad-spoiled-ballot")."""
    try:
        body = msgspec.json.decode(raw, type=_Spoiled).body.encode()
        return ballot.body_digest(body), msgspec.json.decode(body, type=_Body).credential
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused("bad-spoiled-ballot") from None


def _testable(state: State, poll: str, credential: str) -> bytes:
    """The election, if a ballot of this credential may be spoiled now: what is quick to see comes first."""
    found, box = secret_poll(state, poll)
    if box.raw is None:
        raise Refused("not-set-up")
    if found.stage != "open":
        raise Refused("poll-closed")
    if credential not in box.listed:
        raise Refused("unknown-credential")
    if credential in box.voted:
        raise Refused("already-voted")
    if box.tests.get(credential, 0) >= TESTS:
        raise Refused("too-many-tests")
    return box.raw


def _spoiled(state: State, poll: str, digest: str) -> str | None:
    return secret_poll(state, poll)[1].spoiled_by.get(digest)


def _setup(state: State, poll: str) -> _Setup:
    found, box = secret_poll(state, poll)
    assert box.keys.trustees is not None
    offers = [offer.leaf for offer in box.offers.values()]
    return _Setup(election_bytes(found.question, box), box.keys.trustees, offers, box.openings)


def _credential(opening: Opening) -> str:
    return msgspec.json.decode(opening.choice, type=OfferOpening).credential


def _good(state: State, poll: str, ballots: dict[str, bytes]) -> tuple[list[str], int]:
    """Those that may still enter, which none may after the close, and how many credentials have not voted."""
    found, box = secret_poll(state, poll)
    if found.stage != "open":
        return [], 0
    voted = box.voted
    good = [one for one, raw in ballots.items() if _may_enter(box, raw, voted)]
    return good, len(box.offers) - len(box.ballots)


def _may_enter(box: Box, raw: bytes, voted: set[str]) -> bool:
    try:
        admit(box, raw, voted)
    except Refused:
        return False
    return True
