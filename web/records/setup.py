"""What a secret poll was set up with, and all that proves to a phone whose keys it is locked with.

The chain begins with the first entry, which a phone has pinned when it joined: that names notice and roll,
the notice the key holders, the roll the card of each, the card a device, and the device signs.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from ballots import signing
from ballots.entry import parse
from ballots.record import Record
from ballots.refusal import Refused
from ballots.secret import credentials
from deliberation import acts
from deliberation.state import State, secret_poll
from web.records.running import Running


class Signed(Struct, frozen=True):
    """An act that somebody's device has signed: its receipt, and that of the device's `device.enrol`."""

    act: str
    device: str


class SetupOut(Struct, frozen=True):
    """What a poll was set up with, and what proves it. All receipts have one checkpoint.

    Attributes:
        election, trustees, credentials: the exact texts that `poll.setup` names.
        setup: the receipt of `poll.setup`.
        convened: the receipt of `hearing.convene`.
        notice, roll: the exact texts that it names.
        opened: `poll.open`.
        granted: the receipt of each `role.grant` that named one of these officers, where it was not the roll.
        accepted: `key.accept` of every key holder, in the order of their shares.
        restarted, cosigned: `key.restart` and the supervisor's `act.cosign`, where keys were made anew.
    """

    election: str
    trustees: str
    credentials: str
    setup: str
    convened: str
    notice: str
    roll: str
    opened: Signed
    granted: tuple[str, ...]
    accepted: tuple[Signed, ...]
    restarted: Signed | None
    cosigned: Signed | None


class _Found(NamedTuple):
    """What the state tells: exact bytes, the names of blobs, and the leaf hashes of acts."""

    election: bytes
    trustees: bytes
    credentials: tuple[str, ...]
    notice: str
    roll: str
    setup: str
    signed: tuple[str, ...]
    """`poll.open`, every `key.accept`, and where there were such `key.restart` and `act.cosign`."""
    holders: int


class _Known(NamedTuple):
    """Where the device of each signer was enrolled, and the acts that named officers later: member → leaf."""

    enrolled: tuple[int, ...]
    granted: dict[str, str]


async def setup_of(running: Running, poll: str) -> SetupOut:
    """What a phone checks before it votes.

    Raises:
        Refused: `unknown-poll`, `not-a-secret-poll`, `not-set-up`.
    """
    found = await running.ask(lambda state: _find(state, poll))
    kids = await asyncio.to_thread(_signers, running.record, found.signed)
    known = await running.ask(lambda state: _know(state, kids))
    return await asyncio.to_thread(_prove, running.record, found, known)


def _find(state: State, poll: str) -> _Found:
    _, box = secret_poll(state, poll)
    keys = box.keys
    if box.raw is None or box.setup is None or keys.trustees is None:
        raise Refused("not-set-up")
    assert state.convene is not None
    accepted = (keys.accepted[holder] for holder in keys.holders)
    return _Found(
        election=box.raw,
        trustees=keys.trustees,
        credentials=box.credentials,
        notice=state.convene.notice,
        roll=state.convene.roll,
        setup=box.setup,
        signed=(poll, *accepted, *keys.anew),
        holders=len(keys.holders),
    )


def _signers(record: Record, leaves: Sequence[str]) -> list[str]:
    """The key id of each of these acts."""
    return [_signed(record, record.number(leaf)).kid for leaf in leaves]


def _know(state: State, kids: Sequence[str]) -> _Known:
    enrolled = tuple(state.keys[kid].since for kid in kids)
    return _Known(enrolled, {seat.id: seat.grant for seat in state.seats.values() if seat.grant is not None})


def _prove(record: Record, found: _Found, known: _Known) -> SetupOut:
    members = dict.fromkeys(_enrolled(record, number) for number in known.enrolled)
    grants = [record.number(known.granted[member]) for member in members if member in known.granted]
    size = len(found.signed)
    made = [record.number(leaf) for leaf in found.signed]
    receipts = record.receipts([*made, *known.enrolled, 0, record.number(found.setup), *grants])
    convened, setup, *granted = receipts[2 * size :]
    signed = list(map(Signed, receipts[:size], receipts[size:]))
    keys = signed[1 : 1 + found.holders]
    restarted, cosigned = signed[1 + found.holders :] or (None, None)
    return SetupOut(
        election=found.election.decode(),
        trustees=found.trustees.decode(),
        credentials=credentials.encode(found.credentials).decode(),
        setup=setup,
        convened=convened,
        notice=_text(record, found.notice),
        roll=_text(record, found.roll),
        opened=signed[0],
        granted=tuple(granted),
        accepted=tuple(keys),
        restarted=restarted,
        cosigned=cosigned,
    )


def _enrolled(record: Record, number: int) -> str:
    """Whose device this act has enrolled."""
    act = acts.decode(_signed(record, number).payload)
    assert isinstance(act, acts.Enrol)
    return act.member


def _signed(record: Record, number: int) -> signing.Signed:
    (raw,) = record.entries(number, number + 1)
    return signing.split(parse(raw).jws)


def _text(record: Record, blob: str) -> str:
    raw = record.blob(blob)
    if raw is None:
        raise Refused("blob-missing", blob=blob)
    return raw.decode()
