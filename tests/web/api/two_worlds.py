"""One meeting, up to the moment before credentials are offered; then two worlds that go on from it.

In the other world two phones have each other's credentials, choices and random numbers: whatever is made of
those is the same to the last byte, so what still differs between the worlds is all that anybody could learn.
"""

import asyncio
import io
import json
import logging
import random
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from sqlalchemy import select

from ballots import store
from ballots.bundle import read_from
from ballots.engine import reading
from ballots.secret.credentials import new_code
from deliberation.state import State
from tests.actors import Hall, both, eventually, open_hall, question
from tests.web.api.listening import heard, listening
from web.actors.device import Device, answer
from web.actors.keeper import Keeper
from web.actors.participants import Officer, Phone
from web.actors.voter import Credential, padded
from web.people.drafts import DraftItem
from web.people.register import Entry

PAUSE = 0.5
"""Seconds between two ballots: longer than the service ever holds a hint back, or ballots that are enough."""
CHOICES = ("for", "against", "for", "against", "abstain", "for")
OFFICERS = (("周敏", "chair"), ("郑小燕", "supervisor"), ("街道代表", "observer"))
PEOPLE = (
    *(Entry(name=name, roles=(role,)) for name, role in OFFICERS),
    *(Entry(name=f"代表{number}") for number in range(len(CHOICES))),
)
AGENDA = (
    DraftItem("aid", both("补助", "Aid"), both("", ""), "secret", (question("aid", visibility="secret"),)),
)


@dataclass(frozen=True)
class Enrolled:
    """A device that goes on in another world."""

    kind: type[Device]
    of: Device
    seed: str | None = None


@dataclass
class Past:
    """What has happened before the worlds part; `data` is the service's folder."""

    data: Path
    hearing: str
    devices: list[Enrolled]


@dataclass
class Request:
    """A request as whoever watches the network sees it, and the answer: lengths, and what needs no secret."""

    line: str
    sent: int
    status: int
    got: int


@dataclass
class World:
    """What can be seen of one world.

    Attributes:
        wire: by phone its requests, in order; `None` is a bystander.
        views: the public state and what officers see, after each step.
        bundle: the files of the audit bundle at the end.
        state: of the record, replayed by a key holder.
        sent: the ballots, by the number of the phone that has sent them.
        salts: of the offers.
        log: everything logged meanwhile, by anything.
        files: the service's files: before the setup, after the first batch, and at the end.
        live: what every listener's stream brought: until the box took ballots, then after each ballot.
    """

    wire: dict[int | None, list[Request]] = field(default_factory=dict)
    views: list[Any] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    bundle: dict[str, bytes] = field(default_factory=dict)
    state: State | None = None
    sent: list[bytes] = field(default_factory=list)
    salts: list[bytes] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    files: list[dict[str, bytes]] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    live: list[list[list[bytes]]] = field(default_factory=list)


async def past(data: Path) -> Past:
    """Everybody enrolled and present, the keys made, the item called."""
    async with open_hall(data, entries=PEOPLE) as hall:
        await hall.convene(AGENDA)
        officers = [await hall.join(Officer, name, role) for name, role in OFFICERS]
        keepers = [Keeper(device) for device in officers]
        phones = [await hall.join(Phone, entry.name) for entry in PEOPLE[len(OFFICERS) :]]
        while any([await keeper.advance() for keeper in keepers]):
            pass
        chair = officers[0]
        await chair.open()
        for phone in phones:
            await chair.check_in(phone.seat.member)
        await chair.call("aid")
        kept = [Enrolled(Officer, keeper.device, keeper.seed) for keeper in keepers]
        return Past(data, hall.hearing, kept + [Enrolled(Phone, phone) for phone in phones])


@asynccontextmanager
async def again(before: Past, data: Path) -> AsyncGenerator[tuple[Hall, list[Device]], None]:
    """The same service and devices once more, in a folder of their own."""
    shutil.copytree(before.data, data)
    async with open_hall(data, entries=()) as hall:
        hall.hearing = before.hearing
        devices = []
        for each in before.devices:
            device = each.kind(hall.client(), each.of.seat, each.of.key)
            device.head = each.of.head
            devices.append(device)
        yield hall, devices


class Listener(logging.Handler):
    """Keeps whatever is logged, at any level."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore")):  # those are the phones
            self.lines.append(f"{record.name} {record.getMessage()} {record.exc_info or ''}")


async def play(before: Past, data: Path, *, swapped: bool) -> World:
    """One world, from the offers to the result."""
    world, heard = World(), Listener()
    root, database = logging.getLogger(), logging.getLogger("sqlalchemy")  # which has a level of its own
    levels = root.level, database.level
    root.addHandler(heard)
    root.setLevel(1)
    database.setLevel(logging.INFO)
    try:
        async with again(before, data) as (hall, devices):
            await _play(before, hall, devices, world, data, swapped=swapped)
    finally:
        root.removeHandler(heard)
        root.setLevel(levels[0])
        database.setLevel(levels[1])
    world.log = heard.lines
    return world


async def _play(
    before: Past, hall: Hall, devices: list[Device], world: World, data: Path, *, swapped: bool
) -> None:
    chair = devices[0]
    assert isinstance(chair, Officer)
    phones = [device for device in devices if isinstance(device, Phone)]
    keepers = [
        Keeper(device, each.seed) for device, each in zip(devices, before.devices, strict=True) if each.seed
    ]
    places = [1, 0, *range(2, len(phones))] if swapped else list(range(len(phones)))
    world.devices = [phone.key.kid for phone in phones] + [phone.seat.member for phone in phones]
    bystander = hall.client()
    for number, http in [(None, bystander), *((n, phone.http) for n, phone in enumerate(phones))]:
        _watch(http, world.wire.setdefault(number, []))
    await chair.sign_in()
    asked = (await chair.state())["items"][0]["questions"][0]
    for phone, place in zip(phones, places, strict=True):
        await phone.offer(asked["election"], new_code(random.Random(f"code {place}").randrange))
    world.salts = [bytes(salt) for salt in salts(hall)]
    world.files.append(files(data))
    poll = (await chair.open_poll("aid", asked["hash"])).leaf

    async def shows(key: str, value: object) -> bool:
        return bool((await poll_of(chair, poll))["box"][key] == value)

    async def look() -> None:
        shown = await answer(bystander, "GET", chair.api)
        told = await answer(bystander, "GET", f"{chair.api}/polls/{poll}/setup")
        desk = await answer(chair.http, "GET", f"{chair.api}/desk")
        waits = await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/waiting")
        world.views.append([one.json() for one in (shown, told, desk, waits)])

    await eventually(lambda: shows("ready", value=True))
    listeners = [
        await hall.stack.enter_async_context(listening(hall, dict(http.cookies)))
        for http in (bystander, chair.http, *(phone.http for phone in phones))
    ]
    election = (
        (await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/setup")).json()["election"].encode()
    )
    found = await (await hall.service.hearings.get(hall.hearing)).ask(
        lambda state: state.polls[poll].question
    )
    for number, (phone, place) in enumerate(zip(phones, places, strict=True)):
        draw = random.Random(f"ballot {place}").randrange
        mine: Credential = phone.credentials[asked["election"]]
        raw = mine.cast(election, found, msgspec.json.encode(CHOICES[place]), draw)
        world.sent.append(raw)
        await asyncio.sleep(PAUSE)
        world.live.append([heard(chunks) for chunks in listeners])
        await answer(phone.http, "POST", f"{chair.api}/polls/{poll}/ballots", content=padded(raw))
        if number == 4:
            await eventually(lambda: shows("cast", 5))
            await eventually(lambda: waits_for_none(chair, poll))
            await eventually(lambda: is_scrubbed(data))
            await look()
            world.files.append(files(data))
    await eventually(lambda: shows("cast", len(phones)))
    await asyncio.sleep(PAUSE)
    world.live.append([heard(chunks) for chunks in listeners])
    for phone, raw in zip(phones, world.sent, strict=True):
        told = await answer(phone.http, "POST", f"{chair.api}/polls/{poll}/ballots", content=padded(raw))
        await answer(phone.http, "GET", f"{chair.api}/polls/{poll}/ballots/{told.json()['ballot']}")
    await look()
    await chair.close_poll(poll)
    for keeper in keepers[:2]:
        await keeper.decrypt(poll)

    async def done() -> bool:
        return (await poll_of(chair, poll))["result"] is not None

    await eventually(done)
    await look()
    world.state = await keepers[2].record()
    raw_bundle = await answer(bystander, "GET", f"/h/{hall.hearing}/{hall.hearing}.zip")
    world.bundle = unzip(raw_bundle.content)
    world.files.append(files(data))


async def waits_for_none(chair: Officer, poll: str) -> bool:
    found = await answer(chair.http, "GET", f"{chair.api}/polls/{poll}/waiting")
    return bool(found.json() == {"waiting": 0})


async def is_scrubbed(data: Path) -> bool:
    """Whether SQLite's log of writes is empty, as it is a moment after the ballots were deleted."""
    return (data / "hearing.db-wal").stat().st_size == 0


async def poll_of(chair: Officer, poll: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in (await chair.state())["polls"] if one["id"] == poll)
    return found


def _watch(http: httpx.AsyncClient, seen: list[Request]) -> None:
    async def note(response: httpx.Response) -> None:
        request = response.request
        got = len(await response.aread())
        line = (
            f"{request.method} {'/'.join(map(plain, request.url.path.split('/')))} {sorted(request.headers)}"
        )
        sent = len(request.content) + sum(map(len, request.headers.raw[0]))
        seen.append(Request(line, sent, response.status_code, got))

    http.event_hooks["response"].append(note)


# -- what is random, by its form alone ------------------------------------------------------------------------

_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_NUMBER = re.compile(r"\d{50,}")
_TOKEN = re.compile(r"[0-9A-Za-z+/=_-]{16,}")
_GROUPS = re.compile(r"\b[0-9A-Z]{5}(?:[- ][0-9A-Z]{5}){3}\b")


def plain(text: str) -> str:
    """A text with every time, long number and random string replaced by what kind it is, and how long."""
    text = _GROUPS.sub("<fingerprint>", _NUMBER.sub("<number>", _TIME.sub("<time>", text)))
    return _TOKEN.sub(lambda found: f"<{len(found[0])}>", text)


def shape(thing: object) -> str:
    """JSON with its random strings made plain; the ids of people, which are short, stay as they are."""
    return plain(json.dumps(thing, ensure_ascii=False))


def files(folder: Path) -> dict[str, bytes]:
    """Everything that the service has written."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def salts(hall: Hall) -> list[bytes]:
    """What hides the offers: as long as the operator has it."""
    with reading(hall.service.hearings.engine) as connection:
        return [bytes(salt) for salt in connection.scalars(select(store.openings.c.salt))]


def unzip(raw: bytes) -> dict[str, bytes]:
    """The files of a bundle."""
    return dict(read_from(io.BytesIO(raw)).files)
