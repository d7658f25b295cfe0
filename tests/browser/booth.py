"""A secret vote that scripts hold, all but one phone, which is in a browser: the service runs in the test's own process."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from playwright.async_api import Browser

from deliberation import acts
from tests.actors import Hall, eventually
from tests.browser.box import Voter
from tests.browser.box_meeting import AGENDA
from tests.browser.hall import LOCALES
from tests.browser.inspector import Inspector
from tests.client.browser import phone, serving
from tests.client.representative import check_in, enter
from voting.questions import decode_question
from voting.secret import fill
from web.actors.keeper import Keeper
from web.actors.participants import Choice, Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry
from web.texts import Language

OTHERS = ("吴建国", "欧阳慧敏", "王建国", "Ann Smith", "赵晚来")
PEOPLE = (
    Entry(name="周敏", roles=("chair",), capacity="居委会主任"),
    Entry(name="郑小燕", roles=("supervisor",)),
    Entry(name="街道代表", roles=("observer",)),
    Entry(name="李秀英", building="3号楼"),
    *(Entry(name=name, building=f"{number}号楼") for number, name in enumerate(OTHERS, 1)),
)


class Meeting:
    """Officers and scripted phones, keys made; one representative is left to the browser."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def gather(self, agenda: tuple[DraftItem, ...] = AGENDA) -> None:
        """Convene, enrol, open, check in, make the keys."""
        await self.hall.convene(agenda)
        self.chair = await self.hall.join(Officer, "周敏", "chair")
        self.supervisor = await self.hall.join(Officer, "郑小燕", "supervisor")
        observer = await self.hall.join(Officer, "街道代表", "observer")
        self.keepers = [Keeper(device) for device in (self.chair, self.supervisor, observer)]
        self.phones = [await self.hall.join(Phone, name) for name in OTHERS]
        await self.chair.open()
        await self.chair.sign_in()
        code = await self.chair.screen_code()
        for one in self.phones:
            await one.check_in(code)
            for number in range(len(agenda[0].questions)):
                await one.offer((await self.asked(number))["election"])
        await self.chair.call("aid")
        while any([await keeper.advance() for keeper in self.keepers]):
            pass

    async def asked(self, number: int = 0) -> dict[str, Any]:
        """What is asked."""
        found: dict[str, Any] = (await self.chair.state())["items"][0]["questions"][number]
        return found

    async def open_poll(self, number: int = 0) -> str:
        """Put a question, and wait for its box; the poll's id."""
        poll = (await self.chair.open_poll("aid", (await self.asked(number))["hash"])).leaf

        async def is_ready() -> bool:
            return bool((await self.poll(poll))["box"]["ready"])

        await eventually(is_ready)
        return poll

    async def poll(self, poll: str) -> dict[str, Any]:
        """What everybody may see of a poll."""
        found: dict[str, Any] = next(one for one in (await self.chair.state())["polls"] if one["id"] == poll)
        return found

    async def vote(self, poll: str, *choices: Choice) -> None:
        """The scripted phones vote."""
        running = await self.hall.service.hearings.get(self.hall.hearing)
        raw = running.record.blob((await self.poll(poll))["question"])
        assert raw is not None
        for one, choice in zip(self.phones, choices, strict=False):
            await one.vote_secretly(poll, fill(decode_question(raw), msgspec.json.encode(choice)))

    async def restart(self, holders: list[str]) -> None:
        """Chair and supervisor have the keys made anew, by these; two of them open."""
        anew = await self.chair.act(acts.RestartKeys, holders=holders, threshold=2, reason="换人")
        await self.supervisor.act(acts.Cosign, target=anew.leaf)

    async def finish(self, poll: str) -> dict[str, Any]:
        """Close, open the box with two keys, and wait for the result."""
        await self.chair.close_poll(poll)
        for keeper in self.keepers[1:]:
            await keeper.decrypt(poll)

        async def counted() -> bool:
            return (await self.poll(poll))["result"] is not None

        await eventually(counted)
        result: dict[str, Any] = (await self.poll(poll))["result"]
        return result

    async def totals(self, poll: str) -> tuple[tuple[int, ...], ...] | None:
        """What the box held, as a key holder verifies it."""
        box = (await self.keepers[0].record()).polls[poll].box
        assert box is not None
        return box.totals

    @asynccontextmanager
    async def voter(self, browser: Browser, lang: Language = "zh") -> AsyncGenerator[Voter, None]:
        """Whoever holds the phone in the browser: joined, checked in, their credential offered."""
        async with serving(self.hall) as base:
            voter = Voter(await (await phone(browser, LOCALES[lang])).new_page(), lang)
            await enter(voter.page, self.hall, base)
            await check_in(voter.page, self.chair)
            await voter.offered()
            yield voter
            assert voter.errors == []


async def go_to(voter: Voter, poll: str) -> None:
    """The page of a poll."""
    await voter.page.evaluate("poll => void (location.hash = `#poll/${poll}`)", poll)


async def look(voter: Voter, name: str) -> None:
    """Is it accessible, large enough, and does nothing stick out; a picture is kept."""
    inspector = Inspector("secret")
    await inspector.look(voter.page, f"{name}-{voter.lang}", voter=True)
    assert inspector.findings == []
