"""One hearing as this process serves it: its record, who listens, and the view that all of them share."""

import asyncio
import gzip
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Engine

from ballots.checkpoint import vkey
from ballots.judge import Aside
from ballots.record import NOTHING, Record
from ballots.signing import PrivateKey
from ballots.submission import Accepted, Submission, Unavailable
from ballots.writer import View
from deliberation.state import State
from deliberation.view import HearingView, public_view
from web.people.who import public_names
from web.records.archive import Archive
from web.records.comments import Comments
from web.records.live import Hub
from web.records.mailbox import Mailbox

VIEW_PAUSE = 0.2
"""Seconds between two computations of a view at least."""

T = TypeVar("T")


class PublicHearing(HearingView, frozen=True):
    """The public state of a hearing. `names` masks those whom it mentions: member → 张*."""

    names: dict[str, str]


class Shown(NamedTuple):
    """The public state after `size` acts, as the bytes of its JSON, plain and packed by gzip."""

    size: int
    body: bytes
    packed: bytes


class Running:
    """A hearing being served.

    Attributes:
        id: the hearing's id.
        record: its record, started.
        rehearsal: whether its votes do not count.
        vkey: what its checkpoints are verified with.
        live: its listeners.
        grown: set whenever the record has grown.
        comments: as everybody sees them.
        archive: makes its audit bundle.
        refusals: attempts that were refused since this process began to serve it, by code; nobody is named.
    """

    def __init__(self, record: Record, key: PrivateKey, engine: Engine, mailbox: Mailbox) -> None:
        self.id = record.hearing
        self.record = record
        self.rehearsal = record.origin.endswith("/rehearsal")
        self.vkey = vkey(record.origin, key.public)
        self.live = Hub()
        self.live.size = record.head.size
        self.refusals: Counter[str] = Counter()
        self.grown = asyncio.Event()
        self.comments = Comments(record, engine, self.ask)
        self.archive = Archive(record, self.ask)
        self._engine = engine
        self._mailbox = mailbox
        self._shown = Shown(0, b"", b"")
        self._shown_at = 0.0
        self._showing = asyncio.Lock()
        loop = asyncio.get_running_loop()
        self._deafen = record.listen(lambda size: _tell(loop, self._heard, size))

    def receive(self, jws: str, aside: Aside = NOTHING) -> Submission:
        """Check an act's form and signature: see `Record.receive`."""
        try:
            return self.record.receive(jws, aside)
        except Unavailable:
            self.require_record()
            raise

    async def submit(self, submission: Submission) -> Accepted:
        """Bring an act into the record.

        Raises:
            Refused: it may not enter.
            Unavailable: it may or may not have; sending it again is safe.
            ballots.unsafe.Unsafe: the record has stopped.
        """
        ticket = self._mailbox.ticket()
        try:
            self.record.submit(submission, self._mailbox, ticket)
            accepted: Accepted = await ticket
        except Unavailable:
            self.require_record()
            raise
        return accepted

    async def ask(self, question: Callable[[State], T]) -> T:
        """What the question finds in the state between two batches; it is quick and keeps nothing of it."""
        ticket = self._mailbox.ticket()
        try:
            self.record.read(lambda view: question(_state(view)), self._mailbox, ticket)
            found: T = await ticket
        except Unavailable:
            self.require_record()
            raise
        return found

    def require_record(self) -> None:
        """Pass unless the record has stopped for good. Raises ballots.unsafe.Unsafe."""
        if self.record.failure is not None:
            raise self.record.failure

    async def shown(self) -> Shown:
        """The public state, no older than the record was when this was called."""
        wanted = self.record.head.size
        while self._shown.size < wanted:
            async with self._showing:
                if self._shown.size < wanted:
                    await asyncio.sleep(self._shown_at + VIEW_PAUSE - time.monotonic())
                    self._shown_at = time.monotonic()
                    self._shown = await self._show()
        return self._shown

    def close(self) -> None:
        """Let the listeners go and stop the record, after it has answered what waits."""
        self.live.close()
        self._deafen()
        self.record.close()

    async def _show(self) -> Shown:
        view = await self.ask(public_view)
        mentioned = {view.speaker.member} if view.speaker else set()
        mentioned |= {request.member for request in view.queue} | {act.signer for act in view.pending}
        mentioned |= {member for act in view.pending for member in (*act.added, *act.removed)}
        if view.keys:
            mentioned |= {one.member for one in view.keys.holders}
            mentioned |= {member for one in view.keys.anew for member in (*one.by, *one.holders)}
        mentioned |= {holder for poll in view.polls if poll.box for holder in poll.box.holders}
        return await asyncio.to_thread(self._encode, view, mentioned)

    def _encode(self, view: HearingView, mentioned: set[str]) -> Shown:
        names = public_names(self._engine, self.id, mentioned)
        body = msgspec.json.encode(PublicHearing(**msgspec.structs.asdict(view), names=names))
        return Shown(view.size, body, gzip.compress(body, 5, mtime=0))

    def _heard(self, size: int) -> None:
        self.live.tell(size)
        self.grown.set()


def _state(view: View) -> State:
    state: State = view.judge.state
    return state


def _tell(loop: asyncio.AbstractEventLoop, heard: Callable[[int], None], size: int) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(heard, size)
