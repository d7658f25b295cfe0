"""What goes into a record's queue, and what comes back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from ballots.judge import Aside
from ballots.refusal import Refused
from ballots.signing import Signed


class Tag(msgspec.Struct, frozen=True):
    """What the record itself reads of every act, whatever its kind."""

    hearing: str
    nonce: str


read_tag = msgspec.json.Decoder(Tag).decode
"""The tag in an act's payload. Raises msgspec.MsgspecError."""


class Unavailable(Exception):  # noqa: N818 - like Refused, an answer and not a fault of the caller
    """Nothing can be promised now: the act may or may not be kept. Sending it again is safe and tells."""


Company = Callable[[Connection, Any, str], Iterable["Submission"]]
"""Gathers acts, on the record's own thread: given the transaction in which they enter, while nobody keeps a
ballot, the judge as it is just before them, and the time that their entries will have.
It may be asked again, and for a judge that is built anew."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An act that was received: its form is good, and its signature as far as that could be told.

    Attributes:
        signed: the act as it was sent, taken apart.
        nonce: the act's nonce.
        act: what the judge read.
        aside: what came beside it.
        ledger: the serial number of the ledger whose keys the signature was checked with; None: not checked.
        company: gathers the acts that enter just before this one, and only if it enters too.
    """

    signed: Signed
    nonce: str
    act: object
    aside: Aside
    ledger: int | None
    company: Company | None = None


class Accepted(NamedTuple):
    """An act that is kept, durably and under a signed checkpoint.

    Attributes:
        seq: its number.
        at: the service's time.
        leaf: its leaf hash, hex.
        receipt: the tlog-proof, the same bytes however often it is asked for.
        fresh: False where the very same act had been kept before.
    """

    seq: int
    at: str
    leaf: str
    receipt: str
    fresh: bool


Outcome = Accepted | Refused | Unavailable

Outbox = Callable[[list[tuple[Any, Any]]], None]
"""Takes (ticket, outcome) pairs of one batch, on the record's own thread: it must only pass them on.

An asyncio service gives futures as tickets, and as outbox
`lambda letters: loop.call_soon_threadsafe(deliver, letters)`: one wake-up a batch.
"""
