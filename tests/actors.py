"""A service with a community, people and cards, for tests that run a hearing over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from litestar import Litestar
from sqlalchemy import URL

from ballots.encoding import b64url, new_id, utc
from ballots.tokens import Token
from voting.rules import Text
from web.actors.device import Device, open_card
from web.actors.participants import Officer, Phone
from web.app import create_app
from web.people.cards import issue_cards
from web.people.drafts import Draft, DraftItem, DraftQuestion, save_draft
from web.people.register import Community, Entry, Person, add_community, add_persons, get_community
from web.records.convene import convene
from web.service import Service
from web.settings import Settings

HOST = "hall.example"
COMMUNITY = "qinghuai"

PATIENT = 90
"""Seconds for what must come, however many use the machine: how fast it comes is tested nowhere here."""

D = TypeVar("D", bound=Device)


def both(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def question(name: str, **changes: Any) -> DraftQuestion:
    told = {
        "id": name,
        "title": both("是否同意？", "Do you agree?"),
        "text": both("同意北门早市试行。", "A market shall be tried at the north gate."),
        "preset": "urban.reps",
    }
    return DraftQuestion(**(told | changes))


AGENDA = (
    DraftItem(
        "stalls",
        both("北门早市", "Morning market"),
        both("试行六个月", "On trial for six months"),
        "named",
        (question("stalls"), question("stalls-live", visibility="live")),
    ),
    DraftItem(
        "hardship", both("困难补助", "Hardship allowance"), both("先听取意见", "Opinions first"), "secret"
    ),
)

PEOPLE = (
    Entry(name="周敏", roles=("chair",), capacity="居委会主任"),
    Entry(name="吴建国", roles=("supervisor", "representative"), capacity="居务监督委员"),
    Entry(name="郑小燕", roles=("desk",)),
    Entry(name="欧阳慧敏", building="1号楼"),
    Entry(name="王建国", building="2号楼"),
    Entry(name="李秀英", building="3号楼"),
    Entry(name="Ann Smith", building="3号楼"),
    Entry(name="赵晚来", building="4号楼"),
)


@dataclass
class Hall:
    """A running service and the cards of its community."""

    app: Litestar
    settings: Settings
    tokens: dict[str, Token]
    people: list[Person]
    community: Community
    hearing: str = ""
    base: str = f"http://{HOST}"
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def client(self, **options: Any) -> httpx.AsyncClient:
        """A browser of its own; it is closed with the hall."""
        transport = options.pop("transport", None) or httpx.ASGITransport(self.app)
        http = httpx.AsyncClient(transport=transport, base_url=self.base, timeout=30, **options)
        self.stack.push_async_callback(http.aclose)
        return http

    async def convene(self, agenda: tuple[DraftItem, ...] = AGENDA, *, rehearsal: bool = False) -> str:
        """Convene a hearing of everybody; its id."""
        draft = Draft(
            id=new_id(),
            community=COMMUNITY,
            kind="representatives",
            title=both("秋季代表会议", "Autumn meeting"),
            place=both("社区活动室", "Community room"),
            starts=utc(datetime.now(UTC)),
            rehearsal=rehearsal,
            agenda=agenda,
        )
        with self.service.hearings.engine.begin() as connection:
            save_draft(connection, draft)
        await convene(self.service.hearings, HOST, draft, self.people)
        self.hearing = draft.id
        return draft.id

    def register(self, *entries: Entry, card: bool = True) -> Person:
        """Put people into the register while a hearing is under way; the first of them."""
        with self.service.hearings.engine.begin() as connection:
            people = add_persons(connection, COMMUNITY, entries)
            if card:
                issued = issue_cards(connection, people, utc(datetime.now(UTC)))
                self.tokens.update({one.person.name: one.token for one in issued})
        return people[0]

    async def join(self, kind: type[D], name: str, role: str = "representative", **options: Any) -> D:
        """Scan a person's card and enrol a device for them in one role."""
        http = self.client(**options)
        seats = await open_card(http, COMMUNITY, self.tokens[name], self.community.anchor)
        seat = next(seat for seat in seats if (seat.hearing, seat.role) == (self.hearing, role))
        device = kind(http, seat)
        await device.enrol(self.tokens[name])
        return device


@dataclass
class Meeting:
    """Everybody in a hall, enrolled; the late one has not checked in."""

    hall: Hall
    chair: Officer
    supervisor: Officer
    desk: Officer
    phones: list[Phone]
    late: Phone

    async def open_poll(self, number: int = 0, closes: str | None = None) -> str:
        """Put a question of the first item; the poll's id."""
        state = await self.chair.state()
        return (
            await self.chair.open_poll("stalls", state["items"][0]["questions"][number]["hash"], closes)
        ).leaf

    async def poll(self, poll: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in (await self.chair.state())["polls"] if one["id"] == poll)
        return found


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = PATIENT) -> None:
    """Wait until a condition holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in the service
            await asyncio.sleep(0.02)


@asynccontextmanager
async def open_hall(
    data: Path, database: URL | str | None = None, entries: tuple[Entry, ...] = PEOPLE
) -> AsyncGenerator[Hall, None]:
    """A service in this folder, with these people and a card for each; opened again without new people."""
    database = database or f"sqlite:///{data / 'hearing.db'}"
    url = database if isinstance(database, str) else database.render_as_string(hide_password=False)
    settings = Settings(data=data, url=f"http://{HOST}", database=url)
    app = create_app(settings)
    async with app.lifespan(), AsyncExitStack() as stack:
        service: Service = app.state.service
        root = service.keys.community(COMMUNITY)
        community = Community(COMMUNITY, both("青槐社区", "Qinghuai"), "Asia/Shanghai", root.public)
        with service.hearings.engine.begin() as connection:
            if get_community(connection, COMMUNITY) is None:
                add_community(connection, community)
            people = add_persons(connection, COMMUNITY, entries)
            cards = issue_cards(connection, people, utc(datetime.now(UTC)))
        tokens = {card.person.name: card.token for card in cards}
        yield Hall(app, settings, tokens, people, community, stack=stack)


async def gather(hall: Hall, **options: Any) -> Meeting:
    """Convene, enrol everybody, open, and check four phones in; the item on the stalls is called."""
    await hall.convene()
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    desk = await hall.join(Officer, "郑小燕", "desk")
    names = ("欧阳慧敏", "王建国", "李秀英", "Ann Smith")
    phones = [await hall.join(Phone, name, **options) for name in names]
    late = await hall.join(Phone, "赵晚来")
    await chair.open()
    await chair.sign_in()
    code = await chair.screen_code()
    for phone in phones[:2]:
        await phone.check_in(code)
    for phone in phones[2:]:
        await desk.check_in(phone.seat.member)
    await chair.call("stalls")
    return Meeting(hall, chair, supervisor, desk, phones, late)


__all__ = ["COMMUNITY", "HOST", "Hall", "Meeting", "b64url", "eventually", "gather", "open_hall"]
