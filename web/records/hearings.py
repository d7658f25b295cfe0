"""The hearings of this service: each record is opened when it is first asked for, and checked at start."""

import asyncio
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from ballots import entry, store
from ballots.engine import reading
from ballots.lock import LockStore, Signer
from ballots.offers import Offers
from ballots.record import Record
from ballots.refusal import Refused
from ballots.signing import split
from ballots.store import Store
from ballots.unsafe import Unsafe
from ballots.waiting import Waiting
from deliberation import acts
from deliberation.hearing import Hearing
from web.keys import Keys
from web.records.boxes import Boxes
from web.records.mailbox import Mailbox
from web.records.running import Running
from web.records.seal import Seal
from web.records.steward import Publication, Steward

AFTER_THE_END = (acts.Cosign.KIND, acts.HideComment.KIND, acts.EraseBlob.KIND)
"""What may still be said once a hearing is adjourned."""


class Hearings:
    """All hearings that are kept in one database.

    Attributes:
        engine: the database.
        keys: the service's keys.
        convening: one notice is published at a time, so that a second click cannot seat people anew.
    """

    def __init__(self, engine: Engine, keys: Keys, data: Path) -> None:
        self.engine = engine
        self.keys = keys
        self._store = Store(engine)
        self._lock = LockStore(data / "checkpoints.db")
        self._mailbox = Mailbox(asyncio.get_running_loop())
        self._served: dict[str, _Served] = {}
        self._opening = asyncio.Lock()
        self.convening = asyncio.Lock()

    async def start(self) -> None:
        """Hold every record against the last checkpoint signed for it, and go on with unfinished hearings.

        Raises:
            Unsafe: the service must not start; the text says what to do.
        """
        kept = await asyncio.to_thread(self.ids)
        await asyncio.to_thread(self._check_none_lost, set(kept))
        for hearing in kept:
            if await asyncio.to_thread(self._is_finished, hearing):
                await asyncio.to_thread(self._check, hearing)
                # The service may have stopped after the last act and before these duties of the steward.
                await asyncio.to_thread(self._store.forget_openings, hearing)
                await asyncio.to_thread(Waiting(self.engine).forget, hearing)
                await asyncio.to_thread(Offers(self.engine).forget, hearing)
            else:
                await self.get(hearing)

    async def close(self) -> None:
        """End all streams and stop all records, each after it has answered what waits."""
        self.end_streams()
        for served in self._served.values():
            served.task.cancel()
        await asyncio.gather(*(served.task for served in self._served.values()), return_exceptions=True)
        await asyncio.gather(*(asyncio.to_thread(s.running.close) for s in self._served.values()))
        self._store.close()
        self._lock.close()

    def end_streams(self) -> None:
        """Let all listeners go, so that the server can stop; they come back by themselves."""
        for served in self._served.values():
            served.running.live.close()

    def ids(self) -> list[str]:
        """The ids of all hearings that have been convened."""
        with reading(self.engine) as connection:
            query = (
                select(store.heads.c.hearing).where(store.heads.c.size > 0).order_by(store.heads.c.hearing)
            )
            return list(connection.scalars(query))

    def at_hand(self, hearing: str) -> Running | None:
        """The hearing, if it is being served already."""
        served = self._served.get(hearing)
        return served.running if served is not None and served.running.record.head.size else None

    async def get(self, hearing: str) -> Running:
        """The hearing; its record is opened if it is not yet.

        Raises:
            Refused: `unknown-hearing`.
            Unsafe: its record must not go on.
        """
        running = self.at_hand(hearing) or (await self._serve(hearing, None)).running
        if not running.record.head.size:
            raise Refused("unknown-hearing")  # it is about to be convened
        return running

    async def create(self, hearing: str, origin: str) -> Running:
        """An empty record for a hearing that is about to be convened."""
        return (await self._serve(hearing, origin)).running

    async def publish(self, hearing: str, poll: str) -> Publication:
        """Publish a poll's result: see `Steward.publish`."""
        return await (await self._serve(hearing, None)).steward.publish(poll)

    async def boxes(self, hearing: str) -> Boxes:
        """The boxes of a hearing's secret polls. Raises Refused("unknown-hearing")."""
        return (await self._serve(hearing, None)).boxes

    async def _serve(self, hearing: str, origin: str | None) -> "_Served":
        async with self._opening:
            if hearing not in self._served:
                origin = origin or await asyncio.to_thread(self._origin, hearing)
                if origin is None:
                    raise Refused("unknown-hearing")
                record = Record(
                    self._store, hearing, origin, key=self.keys.service, judge=Hearing, lock=self._lock
                )
                await asyncio.to_thread(record.start)
                running = Running(record, self.keys.service, self.engine, self._mailbox)
                seal = Seal(running, self.keys.service)
                boxes = Boxes(running, seal, Waiting(self.engine), Offers(self.engine))
                steward = Steward(running, seal, boxes)
                task = asyncio.create_task(steward.run(), name=f"steward-{hearing}")
                self._served[hearing] = _Served(running, steward, boxes, task)
            return self._served[hearing]

    def _origin(self, hearing: str) -> str | None:
        """What the hearing's first act calls its record."""
        with self._store.tail(hearing) as tail:
            row = next(tail.rows(0, 1), None)
        first = None if row is None else _act(row.raw)
        return first.origin if isinstance(first, acts.Convene) else None

    async def is_over(self, hearing: str) -> bool:
        """Whether a hearing was adjourned."""
        return await asyncio.to_thread(self._is_finished, hearing)

    def _is_finished(self, hearing: str) -> bool:
        """Whether nothing more can happen by itself: it was adjourned."""
        with self._store.tail(hearing) as tail:
            for seq in range(tail.head().size - 1, -1, -1):
                kind = _act(tail.row(seq).raw).act
                if kind not in AFTER_THE_END:
                    return kind == acts.Adjourn.KIND
        return False

    def _check_none_lost(self, kept: set[str]) -> None:
        """A record that was signed for and that the database does not know at all."""
        for origin in self._lock.origins():
            signed = Signer(origin, self.keys.service, self._lock).last()
            if signed is not None and signed.size and origin.split("/")[2] not in kept:
                raise Unsafe("database-behind", origin, held=0, signed=signed.size)

    def _check(self, hearing: str) -> None:
        origin = self._origin(hearing)
        assert origin is not None
        signed = Signer(origin, self.keys.service, self._lock).last()
        with self._store.tail(hearing) as tail:
            head = tail.head()
        if signed is not None and signed.size > head.size:
            raise Unsafe("database-behind", hearing, held=head.size, signed=signed.size)
        if signed is not None and signed.size == head.size and signed.root.hex() != head.root:
            raise Unsafe("other-history", hearing, signed=signed.size)


class _Served(NamedTuple):
    running: Running
    steward: Steward
    boxes: Boxes
    task: "asyncio.Task[None]"


def _act(raw: bytes) -> acts.Act:
    return acts.decode(split(entry.parse(raw).jws).payload)
