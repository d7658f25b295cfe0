"""A meeting with secret polls whose devices outlive the service that they talk to."""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
from sqlalchemy import URL

from ballots import bundle
from deliberation import acts
from deliberation.audit import Expectations, audit
from tests.actors import both, open_hall, question
from tests.crash.service import Service
from voting.questions import Question, decode_question
from web.actors.device import Device, answer
from web.actors.keeper import Keeper
from web.actors.participants import Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry

OFFICERS = {"chair": "chair", "supervisor": "supervisor", "observer": "observer"}
MOTION = (b'"for"', b'"against"', b'"abstain"')


@dataclass
class Meeting:
    """Three key holders and some phones, enrolled; nothing has been done yet."""

    hearing: str
    chair: Officer
    supervisor: Officer
    observer: Officer
    phones: list[Phone]
    asked: list[Question]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def prepare(
        cls, data: Path, voters: int, polls: int = 1, database: URL | None = None, **changes: Any
    ) -> Self:
        """Enrol everybody, by a service in this process that ends before the meeting begins."""
        people = (
            *(Entry(name=name, roles=(role,)) for name, role in OFFICERS.items()),
            *(Entry(name=f"voter {number}") for number in range(voters)),
        )
        questions = tuple(question(f"q{number}", visibility="secret", **changes) for number in range(polls))
        agenda = (DraftItem("one", both("一", "one"), both("一", "one"), "secret", questions),)
        async with open_hall(data, database, entries=people) as hall:
            hearing = await hall.convene(agenda)
            officers = [await hall.join(Officer, name, role) for name, role in OFFICERS.items()]
            phones = [await hall.join(Phone, f"voter {number}") for number in range(voters)]
            running = await hall.service.hearings.get(hearing)
            found = (await officers[0].state())["items"][0]["questions"]
            blobs = [running.record.blob(one["hash"]) for one in found]
        asked = [decode_question(raw) for raw in blobs if raw is not None]
        return cls(hearing, *officers, phones=phones, asked=asked)

    @property
    def devices(self) -> list[Device]:
        return [self.chair, self.supervisor, self.observer, *self.phones]

    @property
    def keepers(self) -> list[Keeper]:
        """The key holders; what each has to keep is on their own device."""
        if not hasattr(self, "_keepers"):
            self._keepers = [Keeper(one) for one in (self.chair, self.supervisor, self.observer)]
        return self._keepers

    async def talk_to(self, services: Sequence[Service]) -> None:
        """Every device talks to one of these services, in turn; officers to the first."""
        clients = [httpx.AsyncClient(base_url=one.base, timeout=30) for one in services]
        for client in clients:
            await self.stack.enter_async_context(client)
        for officer in (self.chair, self.supervisor, self.observer):
            officer.http = clients[0]
        for number, phone in enumerate(self.phones):
            phone.http = clients[number % len(clients)]

    async def make_keys(self) -> None:
        while any([await keeper.advance() for keeper in self.keepers]):
            pass

    async def questions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.chair.state())["items"][0]["questions"]
        return found

    async def offer_all(self) -> None:
        for each in await self.questions():
            for phone in self.phones:
                await phone.offer(each["election"])

    async def poll(self, poll: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in (await self.chair.state())["polls"] if one["id"] == poll)
        return found

    async def ready(self, poll: str) -> bool:
        return bool((await self.poll(poll))["box"]["ready"])

    async def has_let_in(self, poll: str, least: int) -> bool:
        """Whether so many ballots have entered."""
        return bool((await self.poll(poll))["box"]["cast"] >= least)

    async def has_result(self, poll: str) -> bool:
        return (await self.poll(poll))["result"] is not None

    async def ballots(self, poll: str, number: int = 0, choices: Sequence[bytes] = MOTION) -> list[bytes]:
        """A ballot of every phone on a question, by one choice after the other; none is sent."""
        found = await answer(self.chair.http, "GET", f"{self.chair.api}/polls/{poll}/setup")
        election = found.json()["election"].encode()
        uuid = msgspec.json.decode(election)["uuid"]
        return [
            phone.credentials[uuid].cast(election, self.asked[number], choices[at % len(choices)])
            for at, phone in enumerate(self.phones)
        ]

    async def send(self, phone: Phone, poll: str, raw: bytes) -> int:
        """The status of the answer to a ballot; 0 where there was none."""
        try:
            path = f"{phone.api}/polls/{poll}/ballots"
            return (await phone.http.post(path, content=raw)).status_code
        except httpx.TransportError:
            return 0

    async def find(self, poll: str, raw: bytes) -> httpx.Response:
        """What has become of a ballot."""
        name = hashlib.sha256(raw).hexdigest()
        return await self.phones[0].http.get(f"{self.chair.api}/polls/{poll}/ballots/{name}")

    async def audited(self) -> list[str]:
        """What is wrong with the bundle, held against every receipt."""
        packed = await self.chair.http.get(f"/h/{self.hearing}/{self.hearing}.zip")
        receipts = [kept.receipt.encode() for device in self.devices for kept in device.kept]
        expected = Expectations(receipts=receipts, running=True)
        return [
            found.code for found in audit(bundle.read_from(io.BytesIO(packed.content)), expected).findings
        ]

    async def sent_again(self) -> None:
        """The newest act of every device gets the receipt that it had."""
        last = [(device, device.kept[-1]) for device in self.devices]
        headers = {"Content-Type": "application/json"}
        found = await asyncio.gather(
            *(one.http.post(f"{one.api}/acts", content=kept.body, headers=headers) for one, kept in last)
        )
        assert {one.status_code for one in found} == {200}
        assert [one.json()["receipt"] for one in found] == [kept.receipt for _, kept in last]

    async def void(self, poll: str) -> None:
        act = await self.chair.act(acts.VoidPoll, poll=poll, reason="Misread")
        await self.supervisor.cosign(act.leaf)
